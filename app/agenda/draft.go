package agenda

import (
	"slices"
	"strings"
	"time"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Chair is somebody who may be invited: one tick in the form. Who is not ticked is not invited, whatever else was written.
type Chair struct {
	api.NewGuest
	Key      string // "patient", "interpreter", "staff-" + id, or a relative's id
	On       bool
	Label    string // what staff call them
	Relation care.Relation
	Reach    bool // there is a way to reach them
}

// Draft is a visit about to be booked. Its ids are made once, so that asking twice books nothing twice.
type Draft struct {
	When
	ID      care.VisitID
	Now     bool // it begins at once
	Kind    care.VisitKind
	Minutes int
	Relay   bool
	Said    bool          // Relay was chosen; else the rule decides
	Rule    care.Relaying // of the project
	NoRelay bool          // the house has none
	Failing bool          // nothing comes through it
	Known   bool          // the three are those of Project: before, nothing is promised and nothing chosen
	Unread  error         // why they are not
	Project care.ProjectID
	Patient care.PatientID
	Name    string // of the patient: the pseudonym
	Host    care.PersonID
	Chairs  []*Chair
}

// NewDraft is a visit of an hour's therapy, on the next half hour.
func NewDraft(now time.Time, zone string, project care.ProjectID) *Draft {
	at := now.Add(45 * time.Minute).Truncate(30 * time.Minute)
	d := &Draft{When: WhenAt(at, zone), ID: care.NewID[care.VisitID](), Kind: care.Therapy, Minutes: 50, Project: project}
	d.Chairs = []*Chair{d.chair(care.AsInterpreter, "interpreter")}
	return d
}

func (d *Draft) chair(as care.Invited, key string) *Chair {
	c := &Chair{Key: key}
	c.ID, c.As = care.NewID[care.GuestID](), as
	return c
}

// Choose takes a patient, with whoever belongs to them: the patient is ticked, nobody else is.
func (d *Draft) Choose(r api.Record, contact care.Contact) {
	if r.Project != d.Project {
		d.Relay, d.Said, d.Rule, d.NoRelay, d.Failing, d.Known, d.Unread = false, false, "", false, false, false, nil
	}
	d.Patient, d.Project, d.Name = r.ID, r.Project, r.Name
	d.Chairs = slices.DeleteFunc(d.Chairs, func(c *Chair) bool { return c.As == care.AsPatient || c.As == care.AsRelative })
	p := d.chair(care.AsPatient, "patient")
	p.On, p.Label, p.Language, p.Reach = true, r.Name, r.Language, contact.Mobile != "" || contact.Mail != "" || !r.LinkOnly
	list := []*Chair{p}
	for _, rel := range contact.Relatives {
		c := d.chair(care.AsRelative, string(rel.ID))
		c.Relative, c.Relation, c.Label, c.Language, c.Reach = rel.ID, rel.Relation, rel.Name, rel.Language, rel.Mobile != "" || rel.Mail != ""
		list = append(list, c)
	}
	d.Chairs = append(list, d.Chairs...)
	d.SetKind(d.Kind)
}

// Drop lets the patient go, to choose another.
func (d *Draft) Drop() {
	d.Patient, d.Name = "", ""
	d.Chairs = slices.DeleteFunc(d.Chairs, func(c *Chair) bool { return c.As == care.AsPatient || c.As == care.AsRelative })
}

// Seat offers the staff of a project, but one; whoever is of another project has no place any more.
func (d *Draft) Seat(list []api.Staff, but care.PersonID) {
	d.Chairs = slices.DeleteFunc(d.Chairs, func(c *Chair) bool { return c.As == care.AsStaff && !among(list, c.Person) })
	for _, s := range list {
		if s.ID == but || d.Chair("staff-"+string(s.ID)) != nil {
			continue
		}
		c := d.chair(care.AsStaff, "staff-"+string(s.ID))
		c.Person, c.Label, c.Reach = s.ID, s.Name, true
		d.Chairs = append(d.Chairs, c)
	}
}

func among(list []api.Staff, id care.PersonID) bool {
	return slices.ContainsFunc(list, func(s api.Staff) bool { return s.ID == id })
}

// Chair finds one, nil where there is none.
func (d *Draft) Chair(key string) *Chair {
	for _, c := range d.Chairs {
		if c.Key == key {
			return c
		}
	}
	return nil
}

// SetKind takes a kind of visit; who has no place in it is not ticked any more.
func (d *Draft) SetKind(k care.VisitKind) {
	d.Kind = k
	if k == care.Meeting {
		d.Drop()
	}
	for _, c := range d.Chairs {
		c.On = c.On && d.Fits(c)
	}
	if p := d.Chair("patient"); p != nil && (k == care.Therapy || k == care.Consultation) {
		p.On = true
	}
}

// Fits reports whether somebody may be invited to a visit of this kind. Whoever is responsible is no guest.
func (d *Draft) Fits(c *Chair) bool {
	switch c.As {
	case care.AsPatient:
		return d.Kind != care.Information && d.Kind != care.Meeting
	case care.AsRelative:
		return d.Kind != care.Meeting
	case care.AsStaff:
		return c.Person != d.Host
	}
	return true
}

// Ticked are those who are invited.
func (d *Draft) Ticked() (some []*Chair) {
	for _, c := range d.Chairs {
		if c.On && d.Fits(c) {
			some = append(some, c)
		}
	}
	return some
}

// Relays reports whether the visit goes through the relay only, as far as the page knows: the house decides by the same rule.
func (d *Draft) Relays() bool { return d.Said && d.Relay || !d.Said && d.ByItself() }

// ByItself reports whether it does when nobody chooses.
func (d *Draft) ByItself() bool {
	var who []care.Invited
	for _, c := range d.Ticked() {
		who = append(who, c.As)
	}
	return d.Known && !d.NoRelay && d.Rule.Relays(who...)
}

// Learn takes in what a project says of the relay, or why that could not be read. What is told of another project comes late.
func (d *Draft) Learn(of care.ProjectID, v api.Visiting, err error) {
	if of != d.Project {
		return
	}
	if d.Unread = err; err == nil {
		d.Rule, d.NoRelay, d.Failing, d.Known = v.Relaying, v.NoRelay, v.RelayFails, true
	}
}

// Body is what the house is asked to book. A relative is named by the id of the patient's contact and by nothing else.
func (d *Draft) Body() api.BookVisitBody {
	b := api.BookVisitBody{ID: d.ID, Project: d.Project, Patient: d.Patient, Kind: d.Kind, Host: d.Host, Now: d.Now, Minutes: d.Minutes, Guests: []api.NewGuest{}}
	if d.Said && d.Known && !d.NoRelay {
		b.Relay = &d.Relay
	}
	if !d.Now {
		b.Local, b.Zone = d.Local(), d.Zone
	}
	for _, c := range d.Ticked() {
		g := c.NewGuest
		g.Name = strings.TrimSpace(g.Name)
		if c.As != care.AsInterpreter {
			g.Address = care.Address{}
		}
		b.Guests = append(b.Guests, g)
	}
	return b
}

// Check finds what the house would refuse, by field.
func (d *Draft) Check() map[string]error {
	faults := map[string]error{}
	bad := func(field, code string) { faults[field] = fault.New(fault.Invalid, code, nil) }
	if d.Kind != care.Meeting && d.Patient == "" {
		bad("patient-search", "visit.patient")
	}
	if !d.Now {
		if _, ok := d.At(); !ok {
			bad("date", "visit.local")
		}
	}
	if d.Minutes < care.LeastMinutes || d.Minutes > care.MostMinutes {
		bad("minutes", "visit.minutes")
	}
	if c := d.Chair("interpreter"); c != nil && c.On && c.Address.Empty() {
		bad("interpreter-mobile", "agenda.interpreter")
	}
	if len(faults) == 0 && len(d.Ticked()) == 0 {
		bad("", "agenda.nobody")
	}
	return faults
}

// order is that of the fields, for the keyboard.
var order = []string{"patient-search", "date", "minutes", "interpreter-mobile"}

// First is the first field with a fault, "" for none.
func First(faults map[string]error) string {
	for _, f := range order {
		if faults[f] != nil {
			return f
		}
	}
	return ""
}
