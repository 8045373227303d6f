package house

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Furnished is where somebody who sees the demo for the first time finds a visit. Who holds the guest's link comes in.
type Furnished struct {
	Page  string `json:"page"`  // of the therapist, of the visit that has begun
	Guest string `json:"guest"` // Wren-23's link to it
	Inbox string `json:"inbox"` // what would have gone out
	Door  string `json:"door"`  // open to callers the whole week
}

// furnished is the setting that says the demo's rooms are furnished. What somebody changed since then stays.
const furnished = "demo.furnished"

// Numbers nobody has: Ofcom keeps 07700 900000 to 900999 and 020 7946 0000 to 0999 for stories.
const (
	clinicPhone = "+44 20 7946 0100"
	helpPhone   = "112"
)

// contacts are who the demo's patients are, and theirs.
var contacts = map[string]care.Contact{
	"wren-23": {Name: "Rowan Ashdown", Mobile: "+447700900123", Mail: "rowan@ashdown.example", Relatives: []care.Relative{
		{Name: "Linden Ashdown", Relation: "mother", Mobile: "+447700900124"},
		{Name: "Marlow Birch", Relation: "partner", Mobile: "+447700900125"},
	}},
	"robin-07": {Name: "Sorrel Hale", Mobile: "+447700900207"},
	"finch-12": {Name: "Teasel Moor", Mobile: "+447700900312"},
}

// clerk books and looks after visits, and never sees a signal.
var clerk = care.NewPerson{Login: "kim", Name: "Kim Lovell", Roles: []access.Role{access.Clerk}}

// Furnish gives a demo what makes a clinic alive: how its people are reached, a clerk, an open door, a visit that has begun
// and one tomorrow. What is there already stays as it is, so it may be called at every start; a visit that is over makes room
// for another. Outside a demo it does nothing.
func (h *House) Furnish(ctx context.Context) (f Furnished, err error) {
	if !h.config.Demo {
		return f, nil
	}
	kim, err := h.invite(ctx, clerk)
	if err != nil {
		return f, err
	}
	kept := h.kept()
	token, err := h.token(ctx, kim.ID, kept[clerk.Login])
	if err != nil {
		return f, err
	}
	kept[clerk.Login], h.links.Clerk = token, h.url+api.DemoPage+token
	wren, project, err := h.patientCalled(ctx, "wren-23")
	if err != nil {
		return f, err
	}
	if err := h.once(ctx, project); err != nil {
		return f, err
	}
	mira, err := h.store.AccountByLogin(ctx, "mira")
	if err != nil {
		return f, err
	}
	if err := h.family(ctx, kim, mira.Person, wren, project); err != nil {
		return f, err
	}
	guest, at, err := h.begun(ctx, mira.Person, wren, project)
	if err != nil {
		return f, err
	}
	secret, err := h.guestLink(ctx, guest, kept[guestKey])
	if err != nil {
		return f, err
	}
	kept[guestKey] = secret
	f = Furnished{Page: h.url + api.TherapistPage + "/visit/" + string(at), Guest: h.url + api.LinkPage + secret,
		Inbox: h.url + api.InboxPage, Door: h.url + api.DropInPage + string(project)}
	return f, h.keep(kept)
}

// readerOf is somebody of the demo as the store wants them.
func readerOf(p care.Person) care.Reader {
	return care.Reader{Person: p.ID, Site: p.Site, Roles: p.Roles}
}

func (h *House) patientCalled(ctx context.Context, login string) (care.PatientID, care.ProjectID, error) {
	a, err := h.store.AccountByLogin(ctx, login)
	if err != nil {
		return "", "", err
	}
	p, err := h.store.PatientOf(ctx, a.Person.ID)
	return p.ID, p.Project, err
}

// once writes down how people are reached and how visits go, the first time.
func (h *House) once(ctx context.Context, project care.ProjectID) error {
	if _, err := h.store.Setting(ctx, furnished); !fault.Is(err, fault.NotFound) {
		return err
	}
	site, _, err := h.store.Home(ctx)
	if err != nil {
		return err
	}
	by := byItself(site)
	for login, contact := range contacts {
		id, _, err := h.patientCalled(ctx, login)
		if err != nil {
			return err
		}
		if _, _, err := h.records.PutWho(ctx, by, id, contact, 0); err != nil && !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	set := care.DefaultVisiting(project)
	set.Zone, set.Phone, set.Emergency, set.DropIn = zoneHere(), clinicPhone, helpPhone, true
	for day := time.Sunday; day <= time.Saturday; day++ {
		set.Hours = append(set.Hours, care.Opening{Day: day, From: "00:00", Until: "24:00"})
	}
	if _, err := h.store.PutVisiting(ctx, by, set); err != nil && !fault.Is(err, fault.Conflict) {
		return err
	}
	return h.store.PutSetting(ctx, furnished, "yes")
}

// family books a visit of Wren's with theirs for tomorrow, unless one is planned already.
func (h *House) family(ctx context.Context, kim, mira care.Person, wren care.PatientID, project care.ProjectID) error {
	planned, _, err := h.visits.ListVisits(ctx, readerOf(mira), care.VisitFilter{Patient: wren, From: h.now()}, care.Page{Limit: 200})
	if err != nil {
		return err
	}
	for _, v := range planned {
		if v.Kind == care.Family {
			return nil
		}
	}
	who, _, err := h.records.Who(ctx, readerOf(kim), wren)
	if err != nil {
		return err
	}
	set, err := h.visits.Visiting(ctx, readerOf(kim), project)
	if err != nil {
		return err
	}
	where, err := time.LoadLocation(set.Zone)
	if err != nil {
		return err
	}
	guests := []care.NewGuest{{ID: care.NewID[care.GuestID](), As: care.AsPatient}}
	for _, r := range who.Relatives {
		guests = append(guests, care.NewGuest{ID: care.NewID[care.GuestID](), As: care.AsRelative, Relative: r.ID})
	}
	tomorrow := h.now().In(where).AddDate(0, 0, 1)
	_, err = h.visits.BookVisit(ctx, readerOf(kim), care.NewVisit{Visit: care.Visit{ID: care.NewID[care.VisitID](), Project: project, Patient: wren, Kind: care.Family, Host: mira.ID,
		Local: tomorrow.Format(time.DateOnly) + "T10:00", Zone: set.Zone, Minutes: 30}, Guests: guests})
	return err
}

// begun is Wren's place in a visit that has begun, and the visit: the one that stands, else a new one.
func (h *House) begun(ctx context.Context, mira care.Person, wren care.PatientID, project care.ProjectID) (care.GuestID, care.VisitID, error) {
	open, _, err := h.visits.ListVisits(ctx, readerOf(mira), care.VisitFilter{Patient: wren, State: care.Open, From: h.now()}, care.Page{Limit: 200})
	if err != nil {
		return "", "", err
	}
	for _, v := range open {
		for _, g := range v.Guests {
			if g.As == care.AsPatient && g.State != care.Uninvited && g.State != care.Denied && v.Host == mira.ID && !v.Closed(h.now()) {
				return g.ID, v.ID, nil
			}
		}
	}
	id, guest := care.NewID[care.VisitID](), care.NewID[care.GuestID]()
	_, err = h.visits.BookVisit(ctx, readerOf(mira), care.NewVisit{Visit: care.Visit{ID: id, Project: project, Patient: wren, Kind: care.Therapy, Minutes: 50},
		Now: true, Guests: []care.NewGuest{{ID: guest, As: care.AsPatient}}})
	return guest, id, err
}

// guestKey is what the guest's link is kept by beside the demo's links. No login looks like it.
const guestKey = "guest of the visit"

// guestLink returns the kept secret when it still opens the guest's door, else a new one.
func (h *House) guestLink(ctx context.Context, guest care.GuestID, kept string) (string, error) {
	if kept != "" {
		if d, err := h.door.Find(ctx, kept); err == nil && d.Guest.ID == guest {
			return kept, nil
		}
	}
	link, err := h.door.MintLink(ctx, guest)
	return strings.TrimPrefix(link, h.url+api.LinkPage), err
}

// zoneHere is the time zone of this machine, "UTC" where it does not say.
func zoneHere() string {
	named := []string{os.Getenv("TZ")}
	if target, err := filepath.EvalSymlinks("/etc/localtime"); err == nil {
		_, name, _ := strings.Cut(target, "zoneinfo/")
		named = append(named, name)
	}
	for _, name := range named {
		if _, err := care.At("2026-01-01T00:00", name); err == nil {
			return name
		}
	}
	return "UTC"
}
