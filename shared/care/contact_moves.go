package care

// Move is somebody of a contact who is reached elsewhere from now on.
type Move struct {
	Relative RelativeID // "": the patient
	Lost     bool       // where they were reached before is theirs no more: what was sent there is worth nothing
	Gone     bool       // the contact names them no more
}

// Moves lists who of a contact is reached elsewhere than in an earlier one. An address that is only added takes nothing away.
func (c Contact) Moves(was Contact) (list []Move) {
	lost := lostOf(was.Mobile, c.Mobile) || lostOf(was.Mail, c.Mail)
	if lost || was.Mobile != c.Mobile || was.Mail != c.Mail {
		list = append(list, Move{Lost: lost})
	}
	for _, r := range was.Relatives {
		switch now, there := c.relative(r.ID); {
		case r.ID == "":
		case !there:
			list = append(list, Move{Relative: r.ID, Gone: true})
		case now.Mobile != r.Mobile || now.Mail != r.Mail:
			list = append(list, Move{Relative: r.ID, Lost: lostOf(r.Mobile, now.Mobile) || lostOf(r.Mail, now.Mail)})
		}
	}
	return list
}

// lostOf reports whether an address that was there is another one now, or none.
func lostOf(was, is string) bool { return was != "" && was != is }

func (c Contact) relative(id RelativeID) (Relative, bool) {
	for _, r := range c.Relatives {
		if r.ID == id {
			return r, true
		}
	}
	return Relative{}, false
}
