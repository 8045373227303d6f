package admin

import (
	"cmp"
	"slices"
	"strings"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// Circle is who cares for whom and which signals they may receive. A switch shows what was wished at once; the house is
// told one set of signals per pair at a time, so that two quick changes cannot overtake each other.
type Circle struct {
	People []api.Person
	Cares  []api.Care

	wished map[Pair]*wished
}

// Pair is a patient and a therapist.
type Pair struct {
	Patient   care.PatientID
	Therapist care.PersonID
}

// wished is what a pair's switches say; told is what the house is being told, nil when nothing is.
type wished struct{ now, told []access.Signal }

// Row is a therapist of a patient.
type Row struct {
	Pair
	Name    string
	Signals []access.Signal // as the switches show
	Busy    bool            // the house is being told
}

// Rows lists the therapists of a patient, by name.
func (c *Circle) Rows(patient care.PatientID) (rows []Row) {
	for _, a := range c.Cares {
		if a.Patient == patient {
			rows = append(rows, c.row(a))
		}
	}
	slices.SortFunc(rows, func(a, b Row) int { return byName(a.Name, b.Name) })
	return rows
}

func (c *Circle) row(a api.Care) Row {
	pair := Pair{a.Patient, a.Therapist}
	r := Row{Pair: pair, Name: a.TherapistName, Signals: a.Signals}
	if w := c.wished[pair]; w != nil {
		r.Signals, r.Busy = w.now, true
	}
	return r
}

// Free lists the therapists who could be assigned to a patient, by name.
func (c *Circle) Free(patient care.PatientID) (free []api.Person) {
	for _, p := range c.People {
		taken := slices.ContainsFunc(c.Cares, func(a api.Care) bool { return a.Patient == patient && a.Therapist == p.ID })
		if !taken && !p.Disabled && slices.Contains(p.Roles, access.Therapist) {
			free = append(free, p)
		}
	}
	slices.SortFunc(free, func(a, b api.Person) int { return byName(a.Name, b.Name) })
	return free
}

// Flip turns a switch and returns what to tell the house now; ok is false while it is being told something else.
func (c *Circle) Flip(pair Pair, signal access.Signal, on bool) (tell []access.Signal, ok bool) {
	w := c.wished[pair]
	if w == nil {
		w = &wished{now: c.stored(pair)}
		if c.wished == nil {
			c.wished = map[Pair]*wished{}
		}
		c.wished[pair] = w
	}
	w.now = flipped(w.now, signal, on)
	if w.told != nil {
		return nil, false
	}
	w.told = w.now
	return w.told, true
}

// Told takes the house's answer. When the switches have moved on meanwhile it returns what to tell next; after a refusal
// they go back to what the house has.
func (c *Circle) Told(pair Pair, answer api.Care, err error) (tell []access.Signal, ok bool) {
	w := c.wished[pair]
	if err != nil || w == nil {
		delete(c.wished, pair)
		return nil, false
	}
	c.Put(answer)
	if slices.Equal(w.now, w.told) {
		delete(c.wished, pair)
		return nil, false
	}
	w.told = w.now
	return w.told, true
}

// Put takes one assignment as the house answered.
func (c *Circle) Put(a api.Care) {
	cares := slices.Clone(c.Cares)
	if i := slices.IndexFunc(cares, func(o api.Care) bool { return o.Patient == a.Patient && o.Therapist == a.Therapist }); i >= 0 {
		cares[i] = a
	} else {
		cares = append(cares, a)
	}
	c.Cares = cares
}

// End takes an assignment away.
func (c *Circle) End(pair Pair) {
	delete(c.wished, pair)
	c.Cares = slices.DeleteFunc(slices.Clone(c.Cares), func(o api.Care) bool { return o.Patient == pair.Patient && o.Therapist == pair.Therapist })
}

func (c *Circle) stored(pair Pair) []access.Signal {
	for _, a := range c.Cares {
		if a.Patient == pair.Patient && a.Therapist == pair.Therapist {
			return a.Signals
		}
	}
	return nil
}

// flipped is list with signal on or off, in the order pages show signals, never nil.
func flipped(list []access.Signal, signal access.Signal, on bool) []access.Signal {
	out := []access.Signal{}
	for _, s := range access.Signals() {
		if (s == signal && on) || (s != signal && slices.Contains(list, s)) {
			out = append(out, s)
		}
	}
	return out
}

func byName(a, b string) int { return cmp.Compare(strings.ToLower(a), strings.ToLower(b)) }
