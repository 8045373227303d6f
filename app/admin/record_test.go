package admin

import (
	"encoding/json"
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
)

// opened is a house in which one record is there and changes as it is told to.
func opened(role access.Role) (*remotetest.House, *api.Record) {
	h, now := thousands(1, role), new(api.Record)
	*now = record(0)
	now.Name, now.Login, now.Person = "Wren-23", "wren-23", "w"
	h.Answer(api.GetRecord, func(remotetest.Asked) (any, error) { return *now, nil })
	h.Answer(api.PatchRecord, func(a remotetest.Asked) (any, error) {
		var body api.PatchRecordBody
		must(json.Unmarshal(a.Body, &body))
		if body.Version != now.Version {
			return nil, fault.New(fault.Conflict, "changed-elsewhere", nil)
		}
		now.Version++
		for text, to := range map[*string]*string{body.Name: &now.Name, body.Language: &now.Language, body.Theme: &now.Theme} {
			if text != nil {
				*to = *text
			}
		}
		if body.Disabled != nil {
			now.Disabled = *body.Disabled
		}
		return *now, nil
	})
	return h, now
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// atRecord opens the page of Wren's record.
func atRecord(t *testing.T, h *remotetest.House, f func(*testing.T, *remotetest.Visit, *Record)) {
	t.Helper()
	portal(t, h, func(e *frame.Env) *Record { return &Record{Env: e} }, func(t *testing.T, v *remotetest.Visit, r *Record) {
		v.Act(func(ctx app.Context) { r.patient = wren; r.read(ctx) }) // outside a browser there is no address
		f(t, v, r)
	})
}

func TestARecordShowsWhatIsKnownAndHidesWhoItIs(t *testing.T) {
	h, _ := opened(access.Clerk)
	h.Answer(api.GetContact, func(remotetest.Asked) (any, error) {
		return api.ContactCard{Version: 2, Contact: care.Contact{Name: "Ann Park", Birth: "1989-04-02", Mobile: "+491701234567", Relatives: []care.Relative{{Name: "Bo Park", Relation: "father", Language: "de"}}}}, nil
	})
	atRecord(t, h, func(t *testing.T, v *remotetest.Visit, r *Record) {
		v.Shows("Wren-23", "Bridge", "Wave 2", "own account", "wren-23", "Mira Solano", `id="code"`, `id="move"`, `id="delete"`, `id="assign-`+string(wren)+`"`)
		v.Hides("Ann Park")
		v.Spoken()
		if strings.Contains(v.Document.Title, "Wren") || len(h.Asked(api.GetContact)) != 0 {
			t.Errorf("the title is %q, the contact was read %d times", v.Document.Title, len(h.Asked(api.GetContact)))
		}
		v.Act(r.show)
		v.Shows("Ann Park", "2 Apr 1989", "Bo Park", "father", "Deutsch")
		v.Spoken()
	})
}

func TestTwoWhoEditOnePatientSeeWhatTheOtherChanged(t *testing.T) {
	h, now := opened(access.Clerk)
	atRecord(t, h, func(t *testing.T, v *remotetest.Visit, r *Record) {
		v.Act(r.ask(editing, "edit"))
		v.Shows("Edit Wren-23", `id="patient-language"`)
		v.Spoken()
		r.dialog.name = "Wren-99"
		now.Name, now.Language, now.Version = "Wren-77", "de", 9 // somebody else, meanwhile
		v.Act(r.save)
		v.Shows("Somebody else saved this", "Theirs: Wren-77", "Mine: Wren-99", "Theirs: Deutsch", `id="mine-all"`)
		v.Spoken()
		if d := r.dialog; d.language != "de" || d.name != "Wren-99" {
			t.Errorf("it stands at %q in %q", d.name, d.language)
		}
		v.Act(func(app.Context) { r.dialog.clash[0].Choose(true) })
		v.Act(func(app.Context) { r.dialog.clash[0].Choose(false) })
		v.Act(r.save)
		v.Hides("<dialog")
		if now.Name != "Wren-99" || now.Language != "de" {
			t.Errorf("saved %+v", now)
		}
		v.Act(r.ask(editing, "edit"))
		r.dialog.theme = "dark"
		now.Theme, now.Version = "light", 20
		v.Act(r.save)
		v.Act(func(app.Context) { r.dialog.clash[0].Choose(true) })
		v.Act(r.save)
		if now.Theme != "light" || !slices.Contains(v.Document.Focused, "theirs-all") {
			t.Errorf("saved %+v, focus %v", now, v.Document.Focused)
		}
	})
}

func TestAPatientIsDisabledDeletedAndBroughtBack(t *testing.T) {
	h, now := opened(access.Clerk)
	waited := false
	h.Answer(api.DeleteRecord, func(remotetest.Asked) (any, error) {
		gone := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
		now.Deleted, now.Version = &gone, now.Version+1
		return *now, nil
	})
	h.Answer(api.RestoreRecord, func(remotetest.Asked) (any, error) {
		now.Deleted, now.Version, now.CalledOff = nil, now.Version+1, waited
		return *now, nil
	})
	atRecord(t, h, func(t *testing.T, v *remotetest.Visit, r *Record) {
		v.Act(r.ask(disabling, "disable"))
		v.Shows("Disable Wren-23?", "signed out everywhere")
		v.Act(r.act)
		v.Shows(`id="enable"`, "Disabled: Wren-23")
		v.Hides(`id="code"`)
		v.Act(r.ask(deleting, "delete"))
		v.Shows("Nothing is erased")
		v.Spoken()
		v.Act(r.act)
		v.Shows("Deleted on 21 Nov 2026", `id="restore"`, "Undo")
		v.Hides("Mira Solano", `id="edit"`)
		v.Spoken()
		v.Act(r.restore)
		v.Shows("Back again: Wren-23", `id="edit"`)
		v.Hides("called off")
		waited = true
		v.Act(r.restore)
		v.Shows("Back again: Wren-23. The erasure that waited is called off.")
	})
}

func TestAMoveSaysWhatItMeansBeforeItIsDone(t *testing.T) {
	h, now := opened(access.Clerk)
	h.Answer(api.MoveRecord, func(a remotetest.Asked) (any, error) {
		var body api.MoveRecordBody
		must(json.Unmarshal(a.Body, &body))
		out := *now
		if !body.Try {
			now.Project, now.Group, now.Version, now.Care = body.Project, "", now.Version+1, nil
			out = *now
		}
		return api.Moved{Record: out, Ended: []api.RecordCare{{Therapist: "m", Name: "Mira Solano"}}}, nil
	})
	atRecord(t, h, func(t *testing.T, v *remotetest.Visit, r *Record) {
		v.Act(r.ask(moving, "move"))
		v.Shows("Choose a project", "Sleep")
		v.Hides(`value="` + string(southern) + `"`)
		v.Spoken()
		v.Act(func(ctx app.Context) { r.dialog.project = "east"; r.move(true)(ctx) })
		v.Shows("Mira Solano will care for this patient no more")
		v.Spoken()
		v.Act(r.move(false))
		v.Hides("<dialog")
		v.Shows("Moved: Wren-23", "Sleep")
	})
}

func TestTwoWhoWriteDownWhoItIs(t *testing.T) {
	h, _ := opened(access.Clerk)
	card := api.ContactCard{Version: 2, Contact: care.Contact{Name: "Ann Park", Mobile: "+491701234567"}}
	h.Answer(api.GetContact, func(remotetest.Asked) (any, error) { return card, nil })
	h.Answer(api.PutContact, func(a remotetest.Asked) (any, error) {
		var body api.ContactCard
		must(json.Unmarshal(a.Body, &body))
		if body.Version != card.Version {
			return nil, fault.New(fault.Conflict, "changed-elsewhere", nil)
		}
		card = api.ContactCard{Contact: body.Contact, Version: card.Version + 1}
		return card, nil
	})
	atRecord(t, h, func(t *testing.T, v *remotetest.Visit, r *Record) {
		v.Act(r.show)
		v.Act(r.ask(contacting, "contact-edit"))
		v.Shows("Who Wren-23 is", `value="Ann Park"`)
		v.Act(func(app.Context) { r.dialog.contact.mobile = "12" })
		v.Act(r.keep)
		v.Shows(`id="contact-mobile-fault"`)
		r.dialog.contact.mobile = "+491709999999"
		card = api.ContactCard{Version: 3, Contact: care.Contact{Name: "Ann Parker", Mobile: "+491701234567", Relatives: []care.Relative{{ID: "r", Name: "Bo", Relation: "father"}}}}
		v.Act(r.keep)
		v.Shows("Theirs: Ann Parker", "Mine: Ann Park")
		v.Spoken()
		v.Act(r.keep)
		v.Hides("<dialog")
		if c := card.Contact; c.Name != "Ann Parker" || c.Mobile != "+491709999999" || len(c.Relatives) != 1 {
			t.Errorf("kept %+v", c)
		}
	})
}

// A relative is reached by the e-mail address that is written beside them: it is shown, looked at before it is sent, and sent with
// who they are.
func TestTheAddressOfARelative(t *testing.T) {
	h, _ := opened(access.Clerk)
	card := api.ContactCard{Version: 2, Contact: care.Contact{Name: "Ann Park", Relatives: []care.Relative{{ID: "r1", Name: "Bo", Relation: "father", Mail: "bo@example.org"},
		{ID: "r2", Name: "Cy", Relation: "friend", Mobile: "+491701234567"}}}}
	h.Answer(api.GetContact, func(remotetest.Asked) (any, error) { return card, nil })
	h.Answer(api.PutContact, func(a remotetest.Asked) (any, error) {
		var body api.ContactCard
		must(json.Unmarshal(a.Body, &body))
		card = api.ContactCard{Contact: body.Contact, Version: card.Version + 1}
		return card, nil
	})
	atRecord(t, h, func(t *testing.T, v *remotetest.Visit, r *Record) {
		v.Act(r.show)
		v.Shows("bo@example.org")
		v.Act(r.ask(contacting, "contact-edit"))
		v.Shows(`id="relative-0-mail"`, `value="bo@example.org"`, `id="relative-1-mail"`)
		v.Act(func(app.Context) { r.dialog.contact.relatives[1].mail = "cy@" })
		v.Act(r.keep)
		v.Shows(`id="relative-1-mail-fault"`)
		v.Hides(`id="relative-0-mail-fault"`)
		v.Spoken()
		if len(h.Asked(api.PutContact)) != 0 {
			t.Error("an address that is none was sent")
		}
		v.Act(func(app.Context) {
			r.dialog.contact.relatives[0].mail, r.dialog.contact.relatives[1].mail = "bo.park@example.org", "cy@example.org"
		})
		v.Act(r.keep)
		v.Hides("<dialog")
		v.Shows("bo.park@example.org", "cy@example.org")
		want := []care.Relative{{ID: "r1", Name: "Bo", Relation: "father", Mail: "bo.park@example.org"}, {ID: "r2", Name: "Cy", Relation: "friend", Mobile: "+491701234567", Mail: "cy@example.org"}}
		if !slices.Equal(card.Contact.Relatives, want) {
			t.Errorf("sent %+v", card.Contact.Relatives)
		}
	})
}

func TestPermissionsAreToldAtOnceAndARefusalTurnsBack(t *testing.T) {
	h, now := opened(access.Clerk)
	atRecord(t, h, func(t *testing.T, v *remotetest.Visit, r *Record) {
		row := Row{Pair: Pair{wren, "m"}, Name: "Mira Solano"}
		h.Answer(api.PutCare, func(a remotetest.Asked) (any, error) {
			var body api.PutCareBody
			must(json.Unmarshal(a.Body, &body))
			now.Care = []api.RecordCare{{Therapist: care.PersonID(a.Names["therapist"]), Name: "Mira Solano", Signals: body.Signals}}
			return api.Care{Patient: wren, PatientName: "Wren-23", Therapist: "m", TherapistName: "Mira Solano", Signals: body.Signals}, nil
		})
		v.Act(func(ctx app.Context) { r.ward.flip(row, access.ECG)(ctx, false) })
		v.Shows("Mira Solano may receive no signal from Wren-23")
		if a := h.Asked(api.PutCare); len(a) != 1 || string(a[0].Body) != `{"signals":[]}` {
			t.Errorf("asked %+v", a)
		}
		h.Answer(api.PutCare, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Unavailable, "live.not-now", nil) })
		v.Act(func(ctx app.Context) { r.ward.flip(row, access.Camera)(ctx, true) })
		v.Shows("It was not changed")
		if got, busy := shown(&r.ward.circle, row.Pair); busy || slices.Contains(got, access.Camera) {
			t.Errorf("the switch says %v, busy %v", got, busy)
		}
		v.Spoken()
		h.Answer(api.DeleteCare, func(remotetest.Asked) (any, error) { now.Care = nil; return struct{}{}, nil })
		v.Act(r.ward.ask(wren, row, "end-"+string(wren)+"-m"))
		v.Shows("End Mira Solano", "Running streams end at once")
		v.Spoken()
		v.Act(r.ward.end)
		v.Hides("<dialog", `data-therapist="m"`)
		v.Shows("Mira Solano no longer cares for Wren-23", "Nobody cares for this patient yet")
		if !slices.Contains(v.Document.Focused, "assign-"+string(wren)) {
			t.Errorf("the keyboard is nowhere: %v", v.Document.Focused)
		}
		h.Answer(api.PutCare, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.NotFound, "not-found", nil) })
		v.Act(r.ward.ask(wren, Row{}, "assign-"+string(wren)))
		v.Shows("Who cares for Wren-23?", "Nothing is permitted unless you say so")
		v.Spoken()
		v.Act(r.ward.assign)
		v.Shows("This does not exist", "<dialog")
	})
}

func TestAResearcherOnlyReads(t *testing.T) {
	h, _ := opened(access.Researcher)
	h.Answer(api.ListTherapists, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.NotFound, "not-found", nil) })
	atRecord(t, h, func(t *testing.T, v *remotetest.Visit, r *Record) {
		v.Shows("Wren-23", "Bridge")
		v.Hides(`id="edit"`, `id="delete"`, "Mira Solano", `id="contact-show"`)
		h.Answer(api.GetRecord, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.NotFound, "not-found", nil) })
		r.known = false
		v.Act(r.read)
		v.Shows("There is no such patient")
		v.Spoken()
	})
}

func TestWhoMaySeeAPatientIsSaidInSentences(t *testing.T) {
	h, _ := opened(access.Administrator)
	h.Answer(api.WhoMay, func(remotetest.Asked) (any, error) {
		held := []api.Because{{Grant: api.Grant{Role: access.Therapist, Site: site, Project: southern}, Reach: access.OwnPatients}}
		return api.List[api.Rights]{Items: []api.Rights{{Person: "m", Name: "Mira Solano", Assigned: true, Signals: []access.Signal{access.ECG},
			Rights: []api.Right{{Action: access.ReadPatients, Because: held}, {Action: access.ReceiveSignals, Because: held}}}}}, nil
	})
	atRecord(t, h, func(t *testing.T, v *remotetest.Visit, r *Record) {
		v.Shows(`id="why-show"`)
		v.Act(func(app.Context) { r.why.show(r.Env, r.run, r.focus, r.patient) })
		v.Shows("As Therapist, Bridge, because this patient is assigned to them", "May receive live: Heartbeat", `data-why="m"`)
		v.Spoken()
	})
}
