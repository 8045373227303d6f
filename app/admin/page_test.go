package admin

import (
	"slices"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

const site = care.SiteID("siteaaaaaaaaaaaaaaaaaaaaaa")

// clinic is a house as Alex administers it.
func clinic() *remotetest.House {
	h := remotetest.New()
	h.Person = live.PersonView{ID: "a", Name: "Alex Rivers"}
	h.Put(live.Snapshot{Room: live.SiteRoom(site), N: 1})
	h.Answer(api.GetMe, func(remotetest.Asked) (any, error) {
		return api.Me{ID: "a", Name: "Alex Rivers", Roles: []access.Role{access.Administrator}, Grants: []api.Grant{{Role: access.Administrator}}, Site: site}, nil
	})
	h.Answer(api.SearchPeople, func(remotetest.Asked) (any, error) {
		return api.People{Items: slices.Clone(people), Total: len(people)}, nil
	})
	h.Answer(api.ListPlaces, func(remotetest.Asked) (any, error) { return grounds(), nil })
	return h
}

// portal opens one of the pages.
func portal[P app.Composer](t *testing.T, h *remotetest.House, open func(*frame.Env) P, f func(*testing.T, *remotetest.Visit, P)) {
	t.Helper()
	var p P
	remotetest.Inside(t, h, live.Admin, func(e *frame.Env) app.Composer { p = open(e); return p },
		func(t *testing.T, v *remotetest.Visit) { f(t, v, p) })
}

func peoplePageOf(e *frame.Env) *People { return &People{Env: e} }

// now lists people with one of them changed.
func now(change func(*api.Person)) func(remotetest.Asked) (any, error) {
	list := slices.Clone(people)
	for i := range list {
		if list[i].ID == "m" {
			change(&list[i])
		}
	}
	return func(remotetest.Asked) (any, error) { return api.People{Items: list, Total: len(list)}, nil }
}

func person(id care.PersonID) api.Person {
	i := slices.IndexFunc(people, func(p api.Person) bool { return p.ID == id })
	return people[i]
}

func TestPeopleAreListedAndReadAgain(t *testing.T) {
	h := clinic()
	portal(t, h, peoplePageOf, func(t *testing.T, v *remotetest.Visit, p *People) {
		v.Shows("5 people", "Alex Rivers", "(you)", `data-login="mira"`, "Administrator (North), Therapist (Bridge)", `data-shown="5"`)
		h.Answer(api.SearchPeople, now(func(p *api.Person) { p.Name, p.Disabled, p.Version = "Mira S.", true, 2 }))
		h.Note(live.SiteRoom(site), live.DataNote{What: "people", ID: "m"})
		v.Settle()
		v.Shows("Mira S.", "disabled")
		v.Act(func(app.Context) { p.toggle(person("m")) })
		v.Shows(`id="enable-m"`)
		v.Hides(`id="disable-m"`)
		v.Act(func(app.Context) { p.toggle(person("a")) })
		v.Shows("You cannot disable yourself", `id="rename-a"`)
		v.Hides(`id="reset-a"`)
		v.Spoken()
		h.Answer(api.SearchPeople, func(remotetest.Asked) (any, error) { return api.People{}, nil })
		v.Act(func(app.Context) { p.narrow(0, func(q *api.PeopleQuery) { q.Text, q.Role = "zzz", access.Therapist }) })
		v.Shows("Nobody fits")
		var q api.PeopleQuery
		all := h.Asked(api.SearchPeople)
		if all[len(all)-1].Read(t, &q); q.Text != "zzz" || q.Role != access.Therapist || q.Kind != care.OnlyStaff || q.Limit != part {
			t.Errorf("asked %+v", q)
		}
		v.Spoken()
	})
}

func TestAPersonIsMadeAndThePasswordShownOnce(t *testing.T) {
	h := clinic()
	portal(t, h, peoplePageOf, func(t *testing.T, v *remotetest.Visit, p *People) {
		v.Act(p.about(creating, api.Person{}, "create"))
		v.Act(p.create)
		v.Shows(`id="name-fault"`, `id="login-fault"`, `id="roles-fault"`)
		v.Spoken()
		if len(h.Asked(api.CreatePerson)) != 0 || !slices.Contains(v.Document.Focused, "name") {
			t.Errorf("asked %v, focus %v", h.Asked(api.CreatePerson), v.Document.Focused)
		}
		p.dialog.draft.SetName("Kim Lee")
		p.dialog.draft.SetRole(access.Therapist, true)
		h.Answer(api.CreatePerson, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Conflict, "login.taken", nil) })
		v.Act(p.create)
		v.Shows("This sign-in name is taken", `id="login-fault"`)
		p.dialog.draft.SetLogin("kim")
		made := api.Person{ID: "k", Name: "Kim Lee", Login: "kim", Roles: []access.Role{access.Therapist}, Version: 1}
		h.Answer(api.CreatePerson, func(remotetest.Asked) (any, error) {
			return api.HandedOut{Person: made, Password: "four-made-up-words"}, nil
		})
		h.Answer(api.SearchPeople, func(remotetest.Asked) (any, error) {
			return api.People{Items: append(slices.Clone(people), made), Total: 4}, nil
		})
		v.Act(p.create)
		v.Shows("four-made-up-words", "Password for Kim Lee", "has to be changed", `data-login="kim"`)
		v.Act(p.copy)
		v.Shows("did not allow copying") // there is no browser here
		v.Spoken()
		v.Act(p.leave)
		v.Hides("four-made-up-words", "<dialog")
		var asked api.CreatePersonBody
		all := h.Asked(api.CreatePerson)
		all[len(all)-1].Read(t, &asked)
		if asked.Login != "kim" || asked.Password != "" || asked.Site != site || asked.Project != "" {
			t.Errorf("asked for %+v", asked)
		}
	})
}

func TestWhoWasChangedElsewhereIsShownAnewAndSo(t *testing.T) {
	h := clinic()
	portal(t, h, peoplePageOf, func(t *testing.T, v *remotetest.Visit, p *People) {
		h.Answer(api.SearchPeople, now(func(p *api.Person) { p.Name, p.Version = "Mira Changed", 2 }))
		h.Answer(api.PatchPerson, func(a remotetest.Asked) (any, error) {
			var body api.PatchPersonBody
			a.Read(t, &body)
			if body.Version != 2 {
				return nil, fault.New(fault.Conflict, "changed-elsewhere", nil)
			}
			out := person("m")
			out.Name, out.Version = *body.Name, 3
			return out, nil
		})
		v.Act(p.about(renaming, person("m"), "rename-m"))
		rename := "Mira Mine"
		v.Act(p.change(api.PatchPersonBody{Name: &rename}, "admin.renamed"))
		v.Shows("Somebody changed this in the meantime", "Rename Mira Changed")
		v.Spoken()
		v.Act(p.change(api.PatchPersonBody{Name: &rename}, "admin.renamed"))
		v.Hides("<dialog")
		v.Shows("Mira Mine", "Renamed: Mira Mine")
		if !slices.Contains(v.Document.Focused, "rename-m") {
			t.Errorf("the keyboard is nowhere: %v", v.Document.Focused)
		}
	})
}

func TestDisablingAndResettingAskFirst(t *testing.T) {
	h := clinic()
	portal(t, h, peoplePageOf, func(t *testing.T, v *remotetest.Visit, p *People) {
		v.Act(p.about(disabling, person("n"), "disable-n"))
		v.Shows("Disable noor Haddad?", "signed out everywhere", "running streams end")
		v.Spoken()
		h.Answer(api.PatchPerson, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Conflict, "people.own", nil) })
		v.Act(p.change(api.PatchPersonBody{Disabled: &yes}, "admin.disabled"))
		v.Shows("Another administrator can", "<dialog")
		v.Act(p.leave)
		v.Act(p.about(enabling, person("n"), "enable-n"))
		v.Shows("sign in again")
		v.Spoken()
		v.Act(p.about(parting, person("n"), "part-n"))
		v.Shows("signed out on every device")
		v.Spoken()
		h.Answer(api.EndConnections, func(remotetest.Asked) (any, error) { return person("n"), nil })
		v.Act(p.part)
		v.Shows("Signed out everywhere: noor Haddad")
		v.Act(p.about(resetting, person("n"), "reset-n"))
		v.Shows("The old password stops working")
		v.Spoken()
		h.Answer(api.ResetPassword, func(a remotetest.Asked) (any, error) {
			out := person("n")
			out.Version = 2
			return api.HandedOut{Person: out, Password: "new-words"}, nil
		})
		v.Act(p.reset)
		v.Shows("new-words", "Password for noor Haddad")
		if a := h.Asked(api.ResetPassword); len(a) != 1 || a[0].Names["person"] != "n" {
			t.Errorf("asked %+v", a)
		}
	})
}

func TestTheHouseTellsHowItIs(t *testing.T) {
	h := clinic()
	is := api.Installation{Version: "1.2.3", Database: "sqlite", Pages: 1, Demo: true, Relay: api.Relay{Ways: []api.RelayWay{}}}
	h.Answer(api.GetInstallation, func(remotetest.Asked) (any, error) {
		is.Started = time.Now().Add(-3 * time.Hour)
		return is, nil
	})
	portal(t, h, func(e *frame.Env) *House { return &House{Env: e} }, func(t *testing.T, v *remotetest.Visit, p *House) {
		v.Shows("1.2.3", "3 hours", "SQLite, a file", "is being tested", "1 page", "This is a demo", `data-relay="waiting"`)
		v.Hides(`id="certificate"`)
		v.Spoken()
		now, ends := time.Now(), time.Now().Add(200*24*time.Hour)
		is.Relay, is.Certificate = api.Relay{Tested: &now, Ways: []api.RelayWay{{Way: "udp", Millis: 0.84}, {Way: "tcp", Millis: 14.2}, {Way: "tls", Code: "relay.certificate-name", Millis: 0}}}, &ends
		is.Database, is.Pages, is.Demo = "postgres", 2, false
		v.Later(lookEvery + time.Second)
		v.Shows("PostgreSQL", "works, 0.8 ms", "works, 14 ms", "does not work", "is for another name", "2 pages", "Tested", "valid until",
			`data-relay="relay.certificate-name"`, `data-state="relay.certificate-name"`)
		v.Hides(`id="demo"`)
		v.Spoken()
		h.Answer(api.TestRelay, func(remotetest.Asked) (any, error) {
			is.Relay.Ways[2] = api.RelayWay{Way: "tls", Millis: 3}
			return is.Relay, nil
		})
		v.Act(p.test)
		v.Settle()
		v.Shows("works, 3", `data-relay="ok"`)
		v.Hides("does not work")
		until := time.Now().Add(20 * 24 * time.Hour)
		is.Relay.Ways[2].Ends, is.Relay.Name, is.Relay.NameCode = &until, "relay.example.org", "relay.name-inside"
		v.Later(lookEvery + time.Second)
		v.Shows("The relay&#39;s certificate ends on", `id="relay-certificate"`, "ends soon", "valid until",
			"relay.example.org", "look at the name service", `data-relay="relay.name-inside"`)
		v.Spoken()
		until, is.Relay.NameCode = time.Now().Add(22*24*time.Hour), ""
		v.Later(lookEvery + time.Second)
		v.Shows(`id="relay-certificate"`, `data-relay="ok"`)
		v.Hides(`id="relay-name"`, "ends soon")
		ends = time.Now().Add(20 * 24 * time.Hour)
		v.Later(lookEvery + time.Second)
		v.Shows("ends soon", "Renew it before then", `data-state="soon"`)
		ends = time.Now().Add(-time.Hour)
		v.Later(lookEvery + time.Second)
		v.Shows("has ended", `data-state="ended"`)
		v.Hides(`id="relay-fails"`)
		is.Relay = api.Relay{Tested: &now, Fails: true, Ways: []api.RelayWay{{Way: "udp", Code: "relay.outside"}}}
		v.Later(lookEvery + time.Second)
		v.Shows(`id="relay-fails"`, "nobody hears or sees anybody", `data-relay="relay.outside"`)
		v.Spoken()
		is.Relay = api.Relay{Code: "relay.off", Ways: []api.RelayWay{}}
		v.Later(lookEvery + time.Second)
		v.Shows("There is no relay", `data-relay="relay.off"`)
		v.Spoken()
		h.Answer(api.GetInstallation, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Unavailable, "network", nil) })
		v.Later(lookEvery + time.Second)
		v.Shows("cannot be reached", `id="again"`, "PostgreSQL") // the last known stays
	})
}

func TestWhoIsSignedOutLeaves(t *testing.T) {
	h := clinic()
	h.Answer(api.GetMe, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.SignedOut, "sign-in.needed", nil) })
	portal(t, h, peoplePageOf, func(t *testing.T, v *remotetest.Visit, p *People) {
		if !slices.Contains(v.Document.Went, api.SignInPage) {
			t.Errorf("went to %v", v.Document.Went)
		}
	})
}
