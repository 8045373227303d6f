package house_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"hearth/backend/house"
	"hearth/backend/web"
	"hearth/shared/api"
	"hearth/shared/care"
)

// A relative with nothing but an e-mail address is invited there, with a calendar, as a patient would be.
func TestARelativeIsInvitedByMail(t *testing.T) {
	fast := web.Rate{Each: time.Microsecond, Burst: 1 << 20}
	h, err := house.Open(context.Background(), house.Config{Address: "localhost:0", Dir: t.TempDir(), Demo: true, Limits: web.Limits{Address: fast, Person: fast, Door: fast}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Shut() })
	admin, mira := mustDesk(t, h, h.Links().Administrator), mustDesk(t, h, h.Links().Therapist)
	var patients api.List[api.Patient]
	mira.ask("GET", api.ListPatients.Path, nil, &patients)
	at := func(path string) string {
		return strings.Replace(path, "{patient}", string(patients.Items[0].ID), 1)
	}
	var record api.Record
	admin.ask("GET", at(api.GetRecord.Path), nil, &record)
	var card api.ContactCard
	admin.ask("GET", at(api.GetContact.Path), nil, &card)
	card.Contact.Relatives = []care.Relative{{Name: "Ann Holm", Relation: "mother", Mail: "ann@kin.example"}}
	admin.ask("PUT", at(api.PutContact.Path), map[string]any{"contact": card.Contact, "version": card.Version}, &card)

	id, guest := care.NewID[care.VisitID](), care.NewID[care.GuestID]()
	var v api.Visit
	mira.ask("POST", api.BookVisit.Path, map[string]any{"id": id, "project": record.Project, "patient": record.ID, "kind": "family", "minutes": 30, "zone": "UTC",
		"local":  time.Now().UTC().Add(72 * time.Hour).Format(care.LocalLayout),
		"guests": []map[string]any{{"id": guest, "as": "relative", "relative": card.Contact.Relatives[0].ID}}}, &v)
	var m api.Messages
	eventually(t, "an invitation by e-mail alone", func() bool {
		m = api.Messages{}
		mira.ask("GET", strings.Replace(api.ListMessages.Path, "{visit}", string(id), 1), nil, &m)
		sent := 0
		for _, one := range m.Items {
			if one.Kind == care.TellInvitation && one.State == care.MessageSent {
				sent++
			}
		}
		return sent == 1 && len(m.Guests) == 1 && m.Guests[0].Mail && m.Guests[0].Mobile == ""
	})
	stranger := mustDesk(t, h, "")
	_, inbox, _ := stranger.page(api.InboxPage)
	if !strings.Contains(inbox, "ann@kin.example") || strings.Contains(inbox, "Ann Holm") {
		t.Errorf("the inbox: %s", inbox)
	}
	file := regexp.MustCompile(`href="([^"]*\.ics)"`).FindStringSubmatch(inbox)
	if file == nil {
		t.Fatal("no calendar")
	}
	if code, text, _ := stranger.page(file[1]); code != 200 || !strings.Contains(text, "METHOD:REQUEST") {
		t.Errorf("the calendar: %d %s", code, text)
	}
}
