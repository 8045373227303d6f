package admin

import "hearth/app/edits"

// bound is a field of a form with the words for what stands in it.
type bound struct {
	id, label string
	value     *string
	say       func(string) string // nil: the value says itself
}

// clash is what two people changed at once.
type clash = edits.Clash

// between finds what somebody else changed, see edits.Between.
func between(fields []bound, was, is []string) clash {
	list := make([]edits.Field, len(fields))
	for i, f := range fields {
		list[i] = edits.Field{ID: f.id, Label: f.label, Value: f.value, Say: f.say}
	}
	return edits.Between(list, was, is)
}
