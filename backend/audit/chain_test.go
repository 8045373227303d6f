package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/care"
)

// trail is a chain in memory.
type trail struct {
	links      []Link
	base, tail Anchor
	fails      error
}

func (t *trail) TrailAfter(_ context.Context, after int64, limit int) (list []Link, err error) {
	for _, l := range t.links {
		if l.Number > after && len(list) < limit {
			list = append(list, l)
		}
	}
	return list, t.fails
}

func (t *trail) TrailEnds(context.Context) (Anchor, Anchor, error) { return t.base, t.tail, nil }

func (t *trail) add(e Entry) {
	l := t.tail.After(e)
	t.links, t.tail = append(t.links, l), l.Anchor()
}

func chain(n int) *trail {
	t := &trail{}
	for i := range n {
		t.add(Entry{At: time.UnixMicro(int64(1000 + i)).UTC(), Person: care.PersonID(fmt.Sprint("person", i%3)), Action: "get-limits", Patient: "p", Count: i})
	}
	return t
}

func (t *trail) verify(tb testing.TB, from int64, anchors ...Anchor) Report {
	tb.Helper()
	r, err := Verify(context.Background(), t, from, anchors...)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// TestHashIsWritten holds the encoding still: a chain written by an earlier Hearth is verified by a later one.
func TestHashIsWritten(t *testing.T) {
	first := Anchor{}.After(Entry{At: time.UnixMicro(1).UTC(), Action: "sign-in"})
	second := first.Anchor().After(Entry{At: time.UnixMicro(1790000000000000).UTC(), Person: "ada", Action: "list-patients", Patient: "wren",
		Object: "o", From: "192.0.2.0/24", Place: care.Place{Site: "s", Project: "j"}, Count: 200})
	for want, got := range map[string]string{
		"1:c0a4814f848934c08667e32284ee43c5dc7827431f9572cf6f132cc00f37721a": first.Anchor().String(),
		"2:19a54ba91525d26cb23fbab3c40218c294e7f6949a9202eb0ff6e41933de7899": second.Anchor().String(),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestTampering does to a chain what somebody with the database in their hands might.
func TestTampering(t *testing.T) {
	anchor := chain(20).tail
	reseal := func(tr *trail, from int) { // writes everything from here on anew, as if it had always been so
		for i := from; i < len(tr.links); i++ {
			before := Anchor{}
			if i > 0 {
				before = tr.links[i-1].Anchor()
			}
			tr.links[i] = before.After(tr.links[i].Entry)
		}
		tr.tail = tr.links[len(tr.links)-1].Anchor()
	}
	for name, c := range map[string]struct {
		do   func(*trail)
		want []Break
	}{
		"nothing":           {func(*trail) {}, nil},
		"a person changed":  {func(tr *trail) { tr.links[6].Person = "x" }, []Break{{Kind: Changed, Number: 7}}},
		"a moment changed":  {func(tr *trail) { tr.links[0].At = tr.links[0].At.Add(time.Microsecond) }, []Break{{Kind: Changed, Number: 1}}},
		"a place changed":   {func(tr *trail) { tr.links[6].Place.Site = "x" }, []Break{{Kind: Changed, Number: 7}}},
		"a hash changed":    {func(tr *trail) { tr.links[6].Hash[0]++ }, []Break{{Kind: Changed, Number: 7}, {Kind: Unlinked, Number: 8}}},
		"one taken out":     {func(tr *trail) { tr.links = slices.Delete(tr.links, 6, 7) }, []Break{{Kind: Missing, Number: 7, Until: 7}}},
		"three taken out":   {func(tr *trail) { tr.links = slices.Delete(tr.links, 6, 9) }, []Break{{Kind: Missing, Number: 7, Until: 9}}},
		"the first":         {func(tr *trail) { tr.links = tr.links[1:] }, []Break{{Kind: Missing, Number: 1, Until: 1}}},
		"the end cut":       {func(tr *trail) { tr.links = tr.links[:15] }, []Break{{Kind: Cut, Number: 16, Until: 20}}},
		"all of it":         {func(tr *trail) { tr.links = nil }, []Break{{Kind: Cut, Number: 1, Until: 20}}},
		"the end cut well":  {func(tr *trail) { tr.links = tr.links[:15]; tr.tail = tr.links[14].Anchor() }, []Break{{Kind: Cut, Number: 16, Until: 20}}},
		"one hung on":       {func(tr *trail) { tr.links = append(tr.links, tr.tail.After(Entry{})) }, []Break{{Kind: Added, Number: 21, Until: 21}}},
		"one changed well":  {func(tr *trail) { tr.links[6] = tr.links[5].Anchor().After(Entry{Action: "x"}) }, []Break{{Kind: Unlinked, Number: 8}}},
		"all written anew":  {func(tr *trail) { tr.links[6].Person = "x"; reseal(tr, 6) }, []Break{{Kind: Other, Number: 20}}},
		"the first is anew": {func(tr *trail) { tr.links[0].Person = "x"; reseal(tr, 0) }, []Break{{Kind: Other, Number: 20}}},
		"two exchanged": {func(tr *trail) {
			a, b := &tr.links[3], &tr.links[9]
			*a, *b = *b, *a
			a.Number, b.Number = 4, 10
		}, []Break{{Kind: Unlinked, Number: 4}, {Kind: Moved, Number: 4, Was: 10}, {Kind: Unlinked, Number: 5}, {Kind: Unlinked, Number: 10}, {Kind: Moved, Number: 10, Was: 4}, {Kind: Unlinked, Number: 11}}},
		"one put between": {func(tr *trail) {
			e := tr.links[4].Anchor().After(Entry{Action: "x"})
			for i := 5; i < len(tr.links); i++ {
				tr.links[i].Number++
			}
			tr.links = slices.Insert(tr.links, 5, e)
			tr.tail = tr.links[20].Anchor()
		}, nil},
		"the beginning forgotten, unsaid": {func(tr *trail) { tr.base = tr.links[4].Anchor(); tr.links = tr.links[5:] }, []Break{{Kind: Begun, Number: 1, Until: 5}}},
		"the beginning forgotten": {func(tr *trail) {
			tr.base = tr.links[4].Anchor()
			tr.add(Entry{Action: Forgotten, Object: tr.base.String()})
			tr.links = tr.links[5:]
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			tr := chain(20)
			c.do(tr)
			got := tr.verify(t, 0, anchor)
			if name == "one put between" {
				if got.Whole() {
					t.Error("it is not seen")
				}
				return
			}
			if !slices.Equal(got.Breaks, c.want) {
				t.Errorf("got %+v, want %+v", got.Breaks, c.want)
			}
		})
	}
}

// TestWalkFrom walks a part, and in portions.
func TestWalkFrom(t *testing.T) {
	tr := chain(3*portion + 7)
	r := tr.verify(t, 0)
	if !r.Whole() || r.Entries != int64(len(tr.links)) || r.End != tr.tail.String() || r.First != 1 {
		t.Errorf("got %+v", r)
	}
	tr.links[3].Action = "x"
	if r = tr.verify(t, 5); !r.Whole() || r.First != 5 || r.Entries != int64(len(tr.links)-4) {
		t.Errorf("from 5 got %+v", r)
	}
	tr.fails = errors.New("gone")
	if _, err := Verify(t.Context(), tr, 0); err == nil {
		t.Error("a trail that cannot be read is said to be whole")
	}
}

// TestAnySingleChangeIsFound: whatever was appended, one change anywhere shows.
func TestAnySingleChangeIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z0-9é:/\x00-\x02]{0,12}`)
		tr := &trail{}
		for range rapid.IntRange(1, 30).Draw(t, "entries") {
			tr.add(Entry{At: time.UnixMicro(rapid.Int64Range(0, 1<<52).Draw(t, "moment")).UTC(), Person: care.PersonID(word.Draw(t, "person")), Action: word.Draw(t, "action"),
				Patient: care.PatientID(word.Draw(t, "patient")), Object: word.Draw(t, "object"), From: word.Draw(t, "from"), Count: rapid.IntRange(0, 500).Draw(t, "count"),
				Place: care.Place{Site: care.SiteID(word.Draw(t, "site")), Project: care.ProjectID(word.Draw(t, "project"))}})
		}
		anchor := tr.tail
		if r, err := Verify(context.Background(), tr, 0, anchor); err != nil || !r.Whole() {
			t.Fatalf("untouched: %+v %v", r, err)
		}
		i := rapid.IntRange(0, len(tr.links)-1).Draw(t, "which")
		l := &tr.links[i]
		// Letters moved from one field into the next are a change too.
		swap := func(a, b string) (string, string) {
			if a == "" {
				return a + "x", b
			}
			return a[:len(a)-1], a[len(a)-1:] + b
		}
		switch rapid.IntRange(0, 9).Draw(t, "how") {
		case 0:
			l.Number += rapid.Int64Range(1, 40).Draw(t, "by")
			slices.SortStableFunc(tr.links, func(a, b Link) int { return int(a.Number - b.Number) })
			tr.links = slices.CompactFunc(tr.links, func(a, b Link) bool { return a.Number == b.Number })
		case 1:
			l.At = l.At.Add(time.Duration(rapid.Int64Range(1, 1e6).Draw(t, "by")) * time.Microsecond)
		case 2:
			l.Count++
		case 3:
			a, b := swap(string(l.Person), l.Action)
			l.Person, l.Action = care.PersonID(a), b
		case 4:
			a, b := swap(string(l.Patient), l.Object)
			l.Patient, l.Object = care.PatientID(a), b
		case 5:
			a, b := swap(l.From, string(l.Place.Site))
			l.From, l.Place.Site = a, care.SiteID(b)
		case 6:
			l.Place.Project += "x"
		case 7:
			l.Hash[rapid.IntRange(0, 31).Draw(t, "byte")] ^= 1
		case 8:
			l.Before[rapid.IntRange(0, 31).Draw(t, "byte")] ^= 1
		case 9:
			tr.links = slices.Delete(tr.links, i, i+1)
		}
		if r, err := Verify(context.Background(), tr, 0, anchor); err != nil || r.Whole() {
			t.Fatalf("not found: %+v %v", r, err)
		}
	})
}

func FuzzParseAnchor(f *testing.F) {
	f.Add(chain(3).tail.String())
	f.Add("0:" + Sum{}.String())
	f.Add("01:ff")
	f.Add("-1:")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseAnchor(text)
		if err == nil {
			if again, err := ParseAnchor(a.String()); err != nil || again != a {
				t.Errorf("%q became %v, %v", text, again, err)
			}
		}
	})
}
