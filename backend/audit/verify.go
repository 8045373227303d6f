package audit

import (
	"context"
	"fmt"
)

// Source is a trail to be walked.
type Source interface {
	// TrailAfter returns up to limit links with numbers above after, in order.
	TrailAfter(ctx context.Context, after int64, limit int) ([]Link, error)
	// TrailEnds are the anchor the chain begins after, which moves when old entries are forgotten, and the one it says it
	// ends with.
	TrailEnds(ctx context.Context) (base, tail Anchor, err error)
}

// Kind is what is wrong with a chain at a place.
type Kind string

// What can be wrong.
const (
	Changed  Kind = "changed"  // the entry says something else than when it was written
	Missing  Kind = "missing"  // entries were taken out
	Moved    Kind = "moved"    // the entry stood elsewhere
	Unlinked Kind = "unlinked" // the entry does not follow the one before it: that one was exchanged, or this one put in
	Cut      Kind = "cut"      // the end is missing
	Added    Kind = "added"    // entries stand behind the end
	Other    Kind = "other"    // the anchor is of another chain than this: it was written anew
	Begun    Kind = "begun"    // the beginning was taken off and no entry says so
)

// Break is one place where a chain is broken. Until is the last number of a stretch; Was is where a moved entry stood.
type Break struct {
	Kind   Kind  `json:"kind"`
	Number int64 `json:"number"`
	Until  int64 `json:"until,omitempty"`
	Was    int64 `json:"was,omitempty"`
}

// Report is what a walk found. It is whole when there is no break.
type Report struct {
	First   int64   `json:"first"` // number of the first entry walked
	Entries int64   `json:"entries"`
	End     string  `json:"end"` // anchor of the last entry walked
	Breaks  []Break `json:"breaks"`
	More    bool    `json:"more,omitempty"` // there are more breaks than these
	Anchors int     `json:"anchors"`        // how many anchors were met
}

// Whole reports whether nothing is wrong.
func (r Report) Whole() bool { return len(r.Breaks) == 0 }

// mostBreaks is how many breaks a report holds.
const mostBreaks = 100

// Forgotten is the action of the entry that says that everything up to an anchor, its Object, was forgotten because it
// is old.
const Forgotten = "trail.forget"

// portion is how many links are read at once.
const portion = 500

// walk is a verification under way.
type walk struct {
	Report
	last    Anchor
	base    Anchor
	said    bool // an entry says that everything up to base was forgotten
	anchors []Anchor
	strange []Link // whose own hash does not fit
}

// Verify walks a chain from the entry numbered from (0: the first there is) to its end, and holds it against anchors. What
// was in front of from is trusted as it is.
func Verify(ctx context.Context, s Source, from int64, anchors ...Anchor) (Report, error) {
	base, tail, err := s.TrailEnds(ctx)
	if err != nil {
		return Report{}, err
	}
	w := &walk{Report: Report{Breaks: []Break{}}, last: base, base: base, anchors: anchors}
	if from > base.Number+1 {
		first, err := s.TrailAfter(ctx, from-2, 1)
		if err != nil {
			return Report{}, err
		}
		w.last = Anchor{Number: from - 1}
		if len(first) == 1 && first[0].Number == from-1 {
			w.last = first[0].Anchor()
		}
	}
	w.First = w.last.Number + 1
	for {
		if err := w.steps(ctx, s); err != nil {
			return Report{}, err
		}
		// The end is read after the entries: of entries that come during the walk it is never behind.
		was := tail
		if _, tail, err = s.TrailEnds(ctx); err != nil {
			return Report{}, err
		}
		if tail.Number <= w.last.Number || tail == was {
			break
		}
	}
	w.finish(tail)
	return w.Report, nil
}

// steps walks over all links there are.
func (w *walk) steps(ctx context.Context, s Source) error {
	for {
		links, err := s.TrailAfter(ctx, w.last.Number, portion)
		if err != nil {
			return fmt.Errorf("walk the trail: %w", err)
		}
		if len(links) == 0 {
			return nil
		}
		for _, l := range links {
			w.step(l)
		}
	}
}

func (w *walk) add(b Break) {
	if len(w.Breaks) == mostBreaks {
		w.More = true
		return
	}
	w.Breaks = append(w.Breaks, b)
}

// step walks over one link.
func (w *walk) step(l Link) {
	if l.Number > w.last.Number+1 {
		w.add(Break{Kind: Missing, Number: w.last.Number + 1, Until: l.Number - 1})
	} else if l.Before != w.last.Hash {
		w.add(Break{Kind: Unlinked, Number: l.Number})
	}
	if l.Sum() != l.Hash {
		w.add(Break{Kind: Changed, Number: l.Number})
		if len(w.strange) < mostBreaks {
			w.strange = append(w.strange, l)
		}
	}
	if l.Action == Forgotten && l.Object == w.base.String() {
		w.said = true
	}
	for _, a := range w.anchors {
		if a.Number == l.Number {
			w.meet(a, l.Hash)
		}
	}
	w.last = l.Anchor()
	w.Entries++
}

func (w *walk) meet(a Anchor, hash Sum) {
	w.Anchors++
	if a.Hash != hash {
		w.add(Break{Kind: Other, Number: a.Number})
	}
}

// finish looks at the ends, and finds out which entries were only moved.
func (w *walk) finish(tail Anchor) {
	w.End = w.last.String()
	switch {
	case w.last.Number < tail.Number:
		w.add(Break{Kind: Cut, Number: w.last.Number + 1, Until: tail.Number})
	case w.last.Number > tail.Number:
		w.add(Break{Kind: Added, Number: tail.Number + 1, Until: w.last.Number})
	case w.last.Hash != tail.Hash:
		w.add(Break{Kind: Unlinked, Number: tail.Number})
	}
	for _, a := range w.anchors {
		switch {
		case a.Number > w.last.Number:
			w.Anchors++
			if a.Number > tail.Number { // else the chain said so itself
				w.add(Break{Kind: Cut, Number: w.last.Number + 1, Until: a.Number})
			}
		case a.Number == w.base.Number && a.Number > 0:
			w.meet(a, w.base.Hash)
		}
	}
	if w.base.Number > 0 && w.First == w.base.Number+1 && !w.said {
		w.add(Break{Kind: Begun, Number: 1, Until: w.base.Number})
	}
	for i, b := range w.Breaks {
		if b.Kind == Changed {
			if was := w.wasAt(b.Number); was != 0 {
				w.Breaks[i] = Break{Kind: Moved, Number: b.Number, Was: was}
			}
		}
	}
}

// wasAt finds the number under which a strange link would be right: that of another strange link, or one that is missing.
func (w *walk) wasAt(number int64) int64 {
	for _, l := range w.strange {
		if l.Number != number {
			continue
		}
		for _, b := range w.Breaks {
			for n := b.Number; n <= max(b.Number, min(b.Until, b.Number+mostBreaks)); n++ {
				if l.Number = n; n != number && l.Sum() == l.Hash {
					return n
				}
			}
		}
	}
	return 0
}
