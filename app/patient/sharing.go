package patient

import (
	"slices"
	"sort"
	"time"

	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// Sharing is who receives which of the patient's signals, made of what the house tells. It is a plain value.
type Sharing struct {
	Receivers []Receiver
	Devices   []Device
	Unseen    []access.Signal // signals nobody receives now
	Known     bool            // the house has told at least once; before that nothing here means anything
	Away      bool            // the house is away: what is shown is what was last known
}

// Receiver is one therapist who may receive signals, with what flows now.
type Receiver struct {
	ID      care.PersonID
	Name    string
	Here    bool // one of the therapist's pages is open
	Flows   []Flow
	Allowed []access.Signal // what the clinic permitted
}

// Flow is one signal that flows now. Somebody with two pages open receives it twice; that is one flow.
type Flow struct {
	Signal access.Signal
	Shares []live.ShareID
	Since  care.Stamp // house clock; of the oldest share
}

// Device is a page that measures.
type Device struct {
	Member  live.MemberID
	Here    bool
	Sensors []live.Sensor
}

// SharingOf reads the patient's own room and the permissions. Those who receive come first, then those who may.
func SharingOf(v remote.View, patient care.PatientID, allowed []api.SharingEntry) Sharing {
	room, known := v.Rooms[live.PatientRoom(patient)]
	s := Sharing{Known: known, Away: v.Link.State != live.Online}
	for _, a := range allowed {
		s.Receivers = append(s.Receivers, Receiver{ID: a.Therapist, Name: a.Name, Allowed: a.Signals})
	}
	for _, share := range room.Shares {
		r := s.receiver(share.Therapist)
		for _, signal := range share.Signals {
			r.add(signal, share)
		}
	}
	for _, m := range room.Members {
		switch m.Portal {
		case live.Therapist:
			if i := s.find(m.Person.ID); i >= 0 && m.State == live.Here {
				s.Receivers[i].Here = true
			}
		case live.Aggregator:
			s.Devices = append(s.Devices, Device{m.ID, m.State == live.Here, m.Sensors})
		}
	}
	sort.SliceStable(s.Receivers, func(a, b int) bool { return len(s.Receivers[a].Flows) > 0 && len(s.Receivers[b].Flows) == 0 })
	s.Unseen = s.unseen()
	return s
}

func (s *Sharing) find(id care.PersonID) int {
	return slices.IndexFunc(s.Receivers, func(r Receiver) bool { return r.ID == id })
}

// receiver finds a therapist or adds one the permissions do not name any more but who still receives.
func (s *Sharing) receiver(p live.PersonView) *Receiver {
	i := s.find(p.ID)
	if i < 0 {
		s.Receivers = append(s.Receivers, Receiver{ID: p.ID, Name: p.Name})
		i = len(s.Receivers) - 1
	}
	return &s.Receivers[i]
}

// add lets a share carry signal to r. Flows keep the order in which pages show signals.
func (r *Receiver) add(signal access.Signal, share live.Share) {
	i := slices.IndexFunc(r.Flows, func(f Flow) bool { return f.Signal == signal })
	if i < 0 {
		r.Flows = append(r.Flows, Flow{Signal: signal, Since: share.Since})
		i = len(r.Flows) - 1
	}
	f := &r.Flows[i]
	f.Shares, f.Since = append(f.Shares, share.ID), min(f.Since, share.Since)
	order := access.Signals()
	sort.SliceStable(r.Flows, func(a, b int) bool {
		return slices.Index(order, r.Flows[a].Signal) < slices.Index(order, r.Flows[b].Signal)
	})
}

func (s *Sharing) unseen() (list []access.Signal) {
	for _, signal := range access.Signals() {
		if !slices.ContainsFunc(s.Receivers, func(r Receiver) bool { return r.receives(signal) }) {
			list = append(list, signal)
		}
	}
	return list
}

func (r Receiver) receives(signal access.Signal) bool {
	return slices.ContainsFunc(r.Flows, func(f Flow) bool { return f.Signal == signal })
}

// Flowing reports whether anybody receives anything.
func (s Sharing) Flowing() bool {
	return slices.ContainsFunc(s.Receivers, func(r Receiver) bool { return len(r.Flows) > 0 })
}

// flow finds what a wish is about, if it flows.
func (s Sharing) flow(w Wish) (Flow, bool) {
	if i := s.find(w.Therapist); i >= 0 {
		for _, f := range s.Receivers[i].Flows {
			if f.Signal == w.Signal {
				return f, true
			}
		}
	}
	return Flow{}, false
}

// carried counts the signals of a share.
func (s Sharing) carried(share live.ShareID) (n int) {
	for _, r := range s.Receivers {
		for _, f := range r.Flows {
			if slices.Contains(f.Shares, share) {
				n++
			}
		}
	}
	return n
}

// Minutes is how long a flow lasts at the house's time now, never negative.
func (f Flow) Minutes(now care.Stamp) int { return max(int(now.Sub(f.Since)/time.Minute), 0) }
