package care

import "hearth/shared/access"

// Right is one thing somebody may do to a patient, and what they may do it by: each grant alone would be enough.
type Right struct {
	Action  access.Action
	Because []Because
}

// Because is a grant that gives a right, with how far the table lets its role reach: OwnPatients means that the patient is
// assigned to them besides, Self that it is they.
type Because struct {
	Grant
	Reach access.Scope
}

// Rights is what one person may do to one patient, and why.
type Rights struct {
	Person   PersonID
	Name     string
	Disabled bool // may do nothing, whatever they hold
	Patient  PatientID
	Assigned bool // cares for the patient
	Rights   []Right
	Signals  []access.Signal // that may be streamed to them
}

// Explain says what somebody with these grants may do to a patient who belongs to a place, and why. Assigned says that the
// patient is assigned to them, self that it is they.
func Explain(grants []Grant, place Place, assigned, self bool) []Right {
	var rights []Right
	for _, action := range access.OfPatient() {
		r := Right{Action: action}
		for _, g := range grants {
			if !g.Holds(place) {
				continue
			}
			reach := access.Reach([]access.Role{g.Role}, action)
			if reach == access.Held || reach == access.House && g.Place == TheHouse || reach == access.OwnPatients && assigned || reach == access.Self && self {
				r.Because = append(r.Because, Because{g, reach})
			}
		}
		if r.Because != nil {
			rights = append(rights, r)
		}
	}
	return rights
}
