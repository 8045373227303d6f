package care

// Move is somebody of a contact who is reached elsewhere from now on.
type Move struct {
	Relative RelativeID // "": the patient
	Lost     bool       // where they were reached before is theirs no more: what was sent there is worth nothing
	Gone     bool       // the contact names them no more
}

// Moves lists who of a contact is reached elsewhere than in an earlier one. An address that is only added takes nothing away.
func (c Contact) Moves(was Contact) (list []Move) {
	lost := was.Mobile != "" && was.Mobile != c.Mobile || was.Mail != "" && was.Mail != c.Mail
	if lost || was.Mobile != c.Mobile || was.Mail != c.Mail {
		list = append(list, Move{Lost: lost})
	}
	for _, r := range was.Relatives {
		switch now, there := c.relative(r.ID); {
		case r.ID == "":
		case !there:
			list = append(list, Move{Relative: r.ID, Gone: true})
		case now.Mobile != r.Mobile:
			list = append(list, Move{Relative: r.ID, Lost: r.Mobile != ""})
		}
	}
	return list
}

func (c Contact) relative(id RelativeID) (Relative, bool) {
	for _, r := range c.Relatives {
		if r.ID == id {
			return r, true
		}
	}
	return Relative{}, false
}
