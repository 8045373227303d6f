package therapist

import (
	"sort"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// row is one patient of the list: who, whether they are there, and what their tablet announces.
type row struct {
	api.Patient
	Online  bool
	Tablet  bool       // an aggregator is there
	Since   care.Stamp // of the page that is there, house clock; 0 when none is
	Sensors []live.Sensor
	Watched bool // signals flow to a page of the reader at this moment
}

// roster puts the stored patients and the live rooms together: who is there comes first, then by name. A patient the
// house did not list is not shown, whatever the rooms say.
func roster(patients []api.Patient, rooms map[live.RoomID]live.RoomView, me care.PersonID) []row {
	list := make([]row, 0, len(patients))
	for _, p := range patients {
		list = append(list, rowOf(p, rooms[live.PatientRoom(p.ID)], me))
	}
	sort.SliceStable(list, func(i, j int) bool {
		a, b := &list[i], &list[j]
		switch {
		case a.Online != b.Online:
			return a.Online
		case a.Name != b.Name:
			return a.Name < b.Name
		}
		return a.ID < b.ID
	})
	return list
}

func rowOf(p api.Patient, room live.RoomView, me care.PersonID) row {
	r := row{Patient: p, Online: room.Online()}
	for _, m := range room.Members {
		patient := m.Portal == live.Aggregator || m.Portal == live.Patient
		if !patient || m.State != live.Here {
			continue
		}
		if r.Since == 0 || m.Since < r.Since {
			r.Since = m.Since
		}
		if m.Portal == live.Aggregator {
			r.Tablet = true
			r.Sensors = append(r.Sensors, m.Sensors...)
		}
	}
	for _, s := range room.Shares {
		r.Watched = r.Watched || s.Therapist.ID == me
	}
	return r
}

// online counts who is there.
func online(list []row) (n int) {
	for _, r := range list {
		if r.Online {
			n++
		}
	}
	return n
}
