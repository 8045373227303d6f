package watch

import (
	"slices"

	"hearth/shared/care"
)

// span is a stretch of session time, its end exclusive.
type span struct{ from, to care.Stamp }

// spans are stretches of time in order, none touching another.
type spans []span

// add puts a stretch in.
func (s spans) add(from, to care.Stamp) spans {
	if from >= to {
		return s
	}
	i := 0
	for i < len(s) && s[i].to < from {
		i++
	}
	j := i
	for j < len(s) && s[j].from <= to {
		from, to = min(from, s[j].from), max(to, s[j].to)
		j++
	}
	return slices.Replace(s, i, j, span{from, to})
}

// remove takes a stretch out.
func (s spans) remove(from, to care.Stamp) (left spans) {
	if from >= to {
		return s
	}
	for _, x := range s {
		if x.to <= from || x.from >= to {
			left = append(left, x)
			continue
		}
		if x.from < from {
			left = append(left, span{x.from, from})
		}
		if x.to > to {
			left = append(left, span{to, x.to})
		}
	}
	return left
}

// holds reports whether an instant is in one of them.
func (s spans) holds(at care.Stamp) bool {
	return slices.ContainsFunc(s, func(x span) bool { return x.from <= at && at < x.to })
}

// lacks is the newest stretch of at least least between two instants that is in none of them.
func (s spans) lacks(from, to, least care.Stamp) (hole span, ok bool) {
	for i := len(s) - 1; i >= -1 && to > from; i-- {
		begin := from
		if i >= 0 {
			begin = max(from, s[i].to)
		}
		if to-begin >= least {
			return span{begin, to}, true
		}
		if i >= 0 {
			to = min(to, s[i].from)
		}
	}
	return span{}, false
}
