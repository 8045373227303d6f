package admin

import (
	"fmt"
	"slices"
	"strings"
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

const (
	southern = care.ProjectID("southernaaaaaaaaaaaaaaaaaa")
	arm      = care.GroupID("armaaaaaaaaaaaaaaaaaaaaaaa")
	wren     = care.PatientID("wrenaaaaaaaaaaaaaaaaaaaaaa")
)

// grounds are the places of the tests: one site with two projects, and a group.
func grounds() api.Places {
	return api.Places{Sites: []api.Site{{ID: site, Name: "North", Version: 1}},
		Projects: []api.Project{{ID: southern, Site: site, Name: "Bridge", Version: 1}, {ID: "east", Site: site, Name: "Sleep", Version: 3}},
		Groups:   []api.Group{{ID: arm, Project: southern, Name: "Wave 2", Version: 1}}}
}

// thousands is a house with as many patients, as Cleo, a clerk, or somebody with another role sees it.
func thousands(n int, role access.Role) *remotetest.House {
	h := remotetest.New()
	h.Person = live.PersonView{ID: "c", Name: "Cleo Marsh"}
	h.Put(live.Snapshot{Room: live.SiteRoom(site), N: 1})
	h.Answer(api.GetMe, func(remotetest.Asked) (any, error) {
		return api.Me{ID: "c", Name: "Cleo Marsh", Roles: []access.Role{role}, Grants: []api.Grant{{Role: role, Site: site}}, Site: site}, nil
	})
	h.Answer(api.ListPlaces, func(remotetest.Asked) (any, error) { return grounds(), nil })
	records := func(after string, total int) (any, error) {
		from := 0
		fmt.Sscanf(after, "at%d", &from)
		got := api.Records{Total: total}
		for i := from; i < min(from+part, total); i++ {
			got.Items = append(got.Items, record(i))
		}
		if from+part < total {
			got.Next = fmt.Sprintf("at%d", from+part)
		}
		if from > 0 {
			got.Total = 0
		}
		return got, nil
	}
	h.Answer(api.ListRecords, func(a remotetest.Asked) (any, error) {
		_, after, _ := strings.Cut(a.Query, "after=")
		after, _, _ = strings.Cut(after, "&")
		return records(after, n)
	})
	h.Answer(api.SearchRecords, func(remotetest.Asked) (any, error) { return records("", 3) })
	h.Answer(api.ListTherapists, func(remotetest.Asked) (any, error) {
		return api.List[api.Colleague]{Items: []api.Colleague{{ID: "m", Name: "Mira Solano"}, {ID: "n", Name: "Noor Haddad"}}}, nil
	})
	return h
}

func record(i int) api.Record {
	id := care.PatientID(fmt.Sprintf("p%025d", i))
	if i == 0 {
		id = wren
	}
	return api.Record{ID: id, Site: site, Project: southern, Group: arm, Person: "w", Name: fmt.Sprintf("Wren-%05d", i), Version: 4,
		Care: []api.RecordCare{{Therapist: "m", Name: "Mira Solano", Signals: []access.Signal{access.ECG}}}}
}

func patientsOf(e *frame.Env) *Patients   { return &Patients{Env: e} }
func admissionOf(e *frame.Env) *Admission { return &Admission{Env: e} }

func TestTenThousandPatientsComeInParts(t *testing.T) {
	h := thousands(10_000, access.Clerk)
	portal(t, h, patientsOf, func(t *testing.T, v *remotetest.Visit, p *Patients) {
		v.Shows("10\u202f000 patients", "Wren-00049", "Bridge", "Wave 2", "Mira Solano", "1–50 of 10\u202f000", `data-shown="50"`, `href="/admin/patients/`+string(wren)+`"`)
		v.Hides("Wren-00050", "/admin/people") // a clerk manages no people
		v.Spoken()
		v.Act(func(ctx app.Context) { p.list.ask(p.Env, p.run, 0, p.list.next, append(p.list.back, p.list.at)) })
		v.Shows("Wren-00050", "51–100 of 10\u202f000")
		v.Hides("Wren-00049")
		h.Note(live.SiteRoom(site), live.DataNote{What: "people"})
		v.Later(time.Second)
		v.Shows("51–100 of 10\u202f000") // what changed is read again where one is
		if n := strings.Count(v.HTML(), "<tr"); n != part+1 {
			t.Errorf("%d rows are drawn", n)
		}
	})
}

func TestASearchWaitsForTheLastLetterAndStandsInNoAddress(t *testing.T) {
	h := thousands(120, access.Clerk)
	portal(t, h, patientsOf, func(t *testing.T, v *remotetest.Visit, p *Patients) {
		v.Act(func(ctx app.Context) { p.list.ask(p.Env, p.run, 0, p.list.next, []string{""}) })
		for _, text := range []string{"A", "An", "Ann", "Ann Park"} {
			p.narrow(typing, func(q *api.RecordQuery) { q.Text = text })
		}
		v.Later(typing)
		asked := h.Asked(api.SearchRecords)
		var q api.RecordQuery
		if len(asked) != 1 || asked[0].Query != "" {
			t.Fatalf("asked %+v", asked)
		}
		if asked[0].Read(t, &q); q.Text != "Ann Park" || q.After != "" || q.Limit != part {
			t.Errorf("asked %+v", q)
		}
		v.Shows("3 patients", `data-shown="3"`)
		v.Act(func(app.Context) {
			p.narrow(0, func(q *api.RecordQuery) { q.Text, q.Project, q.Group, q.State = "", southern, arm, care.RecordDeleted })
		})
		last := h.Asked(api.ListRecords)
		if got := last[len(last)-1].Query; !strings.Contains(got, "project="+string(southern)) || !strings.Contains(got, "state=deleted") {
			t.Errorf("asked %q", got)
		}
		v.Spoken()
		h.Answer(api.ListRecords, func(remotetest.Asked) (any, error) { return api.Records{}, nil })
		v.Act(func(app.Context) { p.ask(0, true) })
		v.Shows("Nobody fits")
		v.Act(p.clear)
		v.Shows("There are no patients yet")
		v.Spoken()
		h.Answer(api.ListRecords, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Unavailable, "network", nil) })
		v.Act(func(app.Context) { p.ask(0, true) })
		v.Shows(`id="again"`)
	})
}

// An old answer never overtakes a newer one: the question is taken back.
func TestAnOldAnswerIsNotTaken(t *testing.T) {
	portal(t, thousands(120, access.Clerk), patientsOf, func(t *testing.T, v *remotetest.Visit, p *Patients) {
		v.Act(func(app.Context) {
			p.narrow(0, func(q *api.RecordQuery) { q.Text = "old" })
			old := p.list.cancel
			p.narrow(0, func(q *api.RecordQuery) { q.Text = "" })
			old()
		})
		v.Shows("120 patients")
		v.Hides("3 patients")
	})
}

func TestAPatientIsMadeInOneFormAndOnce(t *testing.T) {
	h := thousands(0, access.Clerk)
	portal(t, h, admissionOf, func(t *testing.T, v *remotetest.Visit, a *Admission) {
		v.Shows("New patient", "Bridge", "Noor Haddad", "Wave 2", `id="contact-name"`, "kept sealed")
		v.Spoken()
		d, first := &a.draft, a.draft.name
		v.Act(func(app.Context) { d.name, d.contact.mobile, d.contact.mail = " ", "0170", "ann" })
		v.Act(func(app.Context) {
			d.contact.relatives = []*relativeForm{{relation: "mother", mobile: "12", mail: "x"}, {}}
		})
		v.Act(a.create)
		v.Shows(`id="name-fault"`, `id="contact-mobile-fault"`, `id="contact-mail-fault"`, `id="relative-0-name-fault"`, `id="relative-0-mobile-fault"`, `id="relative-0-mail-fault"`)
		v.Hides(`id="relative-1-name-fault"`)
		v.Spoken()
		if len(h.Asked(api.CreateRecord)) != 0 || !slices.Contains(v.Document.Focused, "name") {
			t.Errorf("asked %v, focus %v", h.Asked(api.CreateRecord), v.Document.Focused)
		}
		v.Act(func(app.Context) {
			d.name, d.contact.mobile, d.contact.mail, d.contact.relatives = first, "+49 170 1234567", "", nil
			d.therapist, d.signals, d.group = "m", []access.Signal{access.ECG}, string(arm)
		})
		h.Answer(api.CreateRecord, func(remotetest.Asked) (any, error) {
			return nil, fault.New(fault.Conflict, "pseudonym.taken", nil)
		})
		v.Act(a.create)
		v.Shows("Another patient has this pseudonym already", `id="name-fault"`)
		h.Answer(api.CreateRecord, func(asked remotetest.Asked) (any, error) {
			r := record(1)
			r.Name, r.Login = "Finch-36", "finch-36"
			return r, nil
		})
		v.Act(func(ctx app.Context) { a.create(ctx); a.create(ctx) }) // pressed twice
		v.Shows("Finch-36 is there", `id="made-code"`, "finch-36")
		v.Spoken()
		asked := h.Asked(api.CreateRecord)
		var one, two api.CreateRecordBody
		asked[0].Read(t, &one)
		asked[1].Read(t, &two)
		if len(asked) != 2 || one.ID != two.ID || !care.ValidID(one.ID) || two.Contact == nil || len(two.Care) != 1 || two.Group != arm {
			t.Errorf("asked %d times for %+v", len(asked), two)
		}
		h.Answer(api.IssueEnrolment, func(remotetest.Asked) (any, error) {
			return api.Enrolment{Person: api.Person{ID: "w", Name: "Finch-36"}, Code: "ABCDE-FGHJK", Address: "https://hearth.example/enrol"}, nil
		})
		v.Act(func(app.Context) { a.code.issue(a.Env, a.run, a.focus, a.made.Person) })
		v.Shows("ABCDE-FGHJK", `id="card"`)
		v.Spoken()
		v.Act(a.another)
		if d := a.draft; d.id == one.ID || d.therapist != "m" || d.contact.mobile != "" {
			t.Errorf("the next one begins with %+v", d)
		}
	})
}

func TestWhoComesByLinkHasNoSignInName(t *testing.T) {
	portal(t, thousands(0, access.Clerk), admissionOf, func(t *testing.T, v *remotetest.Visit, a *Admission) {
		v.Shows(`id="login"`)
		v.Act(func(app.Context) { a.draft.linkOnly, a.draft.login = true, "left.over" })
		v.Hides(`id="login"`)
		if b := a.draft.body(); b.Login != "" || !b.LinkOnly || b.Contact != nil {
			t.Errorf("asked for %+v", b)
		}
	})
}

// Everybody comes in at what is theirs.
func TestFrontShowsWhatIsTheReaders(t *testing.T) {
	for role, want := range map[access.Role]string{access.Clerk: "Patients", access.Administrator: "Patients", access.Researcher: "Patients"} {
		portal(t, thousands(1, role), func(e *frame.Env) *Front { return &Front{Env: e} }, func(t *testing.T, v *remotetest.Visit, f *Front) {
			if f.Env.May(access.ReadPatients) != (want == "Patients") {
				t.Errorf("%s", role)
			}
			v.Shows(want)
		})
	}
}
