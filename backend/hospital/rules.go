package hospital

import (
	"encoding/json"
	"slices"
	"strings"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

func (r Rule) validate() error {
	switch {
	case !slices.Contains(access.Staff(), r.Role), r.Site == "" && r.Project != "":
		return fault.New(fault.Invalid, "hospital.rule-role", nil)
	case strings.TrimSpace(r.Value) == "", !care.Readable(r.Value, 200):
		return fault.New(fault.Invalid, "hospital.rule-value", nil)
	}
	return nil
}

// mostValues bounds how many values of a claim are looked at.
const mostValues = 1000

// values finds the texts of a claim: one text, or a list of them. A path leads into objects, unless the whole path is the
// name of a claim itself, as of those that look like addresses. Anything else is none.
func values(claims map[string]json.RawMessage, path string) []string {
	if raw, ok := claims[path]; ok {
		return texts(raw)
	}
	name, rest, more := strings.Cut(path, ".")
	var inside map[string]json.RawMessage
	if !more || json.Unmarshal(claims[name], &inside) != nil {
		return nil
	}
	return values(inside, rest)
}

func texts(raw json.RawMessage) []string {
	var many []string
	if json.Unmarshal(raw, &many) == nil {
		return many[:min(len(many), mostValues)]
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	return nil
}

// grants are the roles that rules give to somebody with these values, each once.
func grants(rules []Rule, values []string) (list []care.Grant) {
	for _, r := range rules {
		if slices.Contains(values, r.Value) && !slices.Contains(list, r.Grant) {
			list = append(list, r.Grant)
		}
	}
	return list
}

// loginOf makes a wish for a login of what the provider calls somebody.
func loginOf(name string) string {
	name, _, _ = strings.Cut(strings.ToLower(name), "@")
	name = strings.Map(func(c rune) rune {
		if strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789.-_", c) {
			return c
		}
		return -1
	}, name)
	return name[:min(len(name), 40)]
}
