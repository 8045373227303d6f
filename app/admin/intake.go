package admin

import (
	"strings"
	"time"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// intake is a patient about to be made. Its id is made once, so that a second press, or one after an answer was lost,
// makes no second patient.
type intake struct {
	form
	id                          care.PatientID
	name, login, project, group string
	language, theme, therapist  string
	linkOnly                    bool
	signals                     []access.Signal
	contact                     contactForm
	game                        gameForm
}

// begun is an intake with a fresh pseudonym; what a series of patients has in common is taken from the one before.
func begun(before intake, pick func(n int) int) intake {
	return intake{id: care.NewID[care.PatientID](), name: care.NewPseudonym(pick, 2), project: before.project, group: before.group,
		language: before.language, theme: before.theme, therapist: before.therapist, linkOnly: before.linkOnly, signals: before.signals, game: gameOf(care.Game{On: before.game.on != "", World: care.World(before.game.world)})}
}

// body is what the house is asked to make.
func (d *intake) body() api.CreateRecordBody {
	b := api.CreateRecordBody{ID: d.id, Project: care.ProjectID(d.project), Name: strings.TrimSpace(d.name), Group: care.GroupID(d.group),
		Language: d.language, Theme: d.theme, LinkOnly: d.linkOnly, Game: d.game.game()}
	if !d.linkOnly {
		b.Login = strings.ToLower(strings.TrimSpace(d.login))
	}
	if d.therapist != "" {
		b.Care = []api.NewCare{{Therapist: care.PersonID(d.therapist), Signals: flipped(d.signals, "", false)}}
	}
	if c := d.contact.contact(); !c.Empty() {
		b.Contact = &c
	}
	return b
}

// check finds what the house would refuse, each beside its field, and reports whether there is nothing.
func (d *intake) check(today time.Time) bool {
	d.fresh()
	d.wrong("name", care.ValidateName(d.name))
	if b := d.body(); b.Login != "" {
		d.wrong("login", care.ValidateLogin(b.Login))
	}
	if d.project == "" {
		d.wrong("project", fault.New(fault.Invalid, "record.project", nil))
	}
	d.game.check(&d.form)
	d.contact.check(&d.form, today)
	return len(d.faults) == 0
}

// refused puts the house's refusal beside the field it is about.
func (d *intake) refused(err error) { d.fresh(); d.wrong(recordField(err), err) }

// recordField is the field of a record a fault is about; "" is the whole.
func recordField(err error) string {
	switch code := fault.Of(err).Code; {
	case code == "record.link-login":
		return "login"
	case strings.HasPrefix(code, "game."):
		return "game-name"
	case strings.HasPrefix(code, "record."):
		return strings.TrimPrefix(code, "record.")
	case code == "pseudonym.taken", strings.HasPrefix(code, "name."):
		return "name"
	case strings.HasPrefix(code, "login."):
		return "login"
	}
	return contactField(err)
}
