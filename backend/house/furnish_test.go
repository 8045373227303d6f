package house_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hearth/backend/house"
	"hearth/backend/web"
	"hearth/shared/api"
	"hearth/shared/care"
)

// A demo is furnished once, however often: everybody is reached, the door is open, one visit has begun and one comes
// tomorrow. A restart keeps all of it, what somebody changed too, and a visit that is over makes room for another.
func TestFurnished(t *testing.T) {
	fast := web.Rate{Each: time.Microsecond, Burst: 1 << 20}
	c := house.Config{Address: "localhost:0", Dir: t.TempDir(), Demo: true, Limits: web.Limits{Address: fast, Person: fast, Door: fast}}
	var h *house.House
	open := func() (f house.Furnished) {
		t.Helper()
		var err error
		if h, err = house.Open(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		opened := h
		t.Cleanup(func() { opened.Shut() })
		if f, err = h.Furnish(t.Context()); err != nil {
			t.Fatal(err)
		}
		return f
	}
	first := open()
	again, err := h.Furnish(t.Context())
	if err != nil || again != first {
		t.Fatalf("furnished twice: %+v, then %+v, %v", first, again, err)
	}
	kim, mira := mustDesk(t, h, h.Links().Clerk), mustDesk(t, h, h.Links().Therapist)
	var patients api.List[api.Patient]
	mira.ask("GET", api.ListPatients.Path, nil, &patients)
	var wren api.Patient
	for _, p := range patients.Items {
		if p.Name == "Wren-23" {
			wren = p
		}
	}
	visits := func() (open, family []api.Visit) {
		t.Helper()
		var list api.List[api.Visit]
		mira.ask("GET", api.ListVisits.Path, nil, &list)
		for _, v := range list.Items {
			switch {
			case v.State == care.Open:
				open = append(open, v)
			case v.Kind == care.Family && v.State == care.Booked:
				family = append(family, v)
			}
		}
		return open, family
	}
	begun, family := visits()
	if len(begun) != 1 || len(family) != 1 || !strings.HasSuffix(first.Page, string(begun[0].ID)) || begun[0].Kind != care.Therapy || len(family[0].Guests) != 3 || family[0].HostName != "Mira Solano" {
		t.Fatalf("begun %+v, family %+v", begun, family)
	}
	if in := time.Until(family[0].Start); in <= 0 || in > 48*time.Hour {
		t.Errorf("the family meets in %v", in)
	}
	contactPath := strings.Replace(api.GetContact.Path, "{patient}", string(wren.ID), 1)
	var card api.ContactCard
	kim.ask("GET", contactPath, nil, &card)
	if card.Version != 1 || len(card.Contact.Relatives) != 2 || !strings.HasPrefix(card.Contact.Mobile, "+447700900") {
		t.Errorf("Wren is reached by %+v", card)
	}
	if code, page, _ := mustDesk(t, h, "").page(strings.TrimPrefix(first.Door, h.URL())); code != 200 || !strings.Contains(page, `name="name"`) {
		t.Errorf("the open door: %d %s", code, page)
	}
	eventually(t, "a link in the inbox", func() bool {
		_, inbox, _ := mustDesk(t, h, "").page(api.InboxPage)
		return linked.MatchString(inbox) && strings.Count(inbox, `data-kind="invitation"`) >= 3
	})
	var project api.Visiting
	settings := strings.Replace(api.GetVisiting.Path, "{project}", string(wren.Project), 1)
	kim.ask("GET", settings, nil, &project)
	if !project.DropIn || len(project.Hours) != 7 || project.Emergency != "112" || project.Phone == "" {
		t.Errorf("visits go so: %+v", project)
	}
	card.Contact.Mobile = "+447700900999" // what was sent to the old number opens nothing any more
	if code := kim.ask("PUT", contactPath, map[string]any{"contact": card.Contact, "version": card.Version}, nil); code != 200 {
		t.Fatal(code)
	}

	eventually(t, "a link to the new number", func() bool {
		_, inbox, _ := mustDesk(t, h, "").page(api.InboxPage)
		return strings.Contains(inbox, "7700900999")
	})

	h.Shut()
	after := open()
	kim, mira = mustDesk(t, h, h.Links().Clerk), mustDesk(t, h, h.Links().Therapist)
	if b, f := visits(); len(b) != 1 || len(f) != 1 || b[0].ID != begun[0].ID || f[0].ID != family[0].ID {
		t.Errorf("after a restart %+v and %+v", b, f)
	}
	if kim.ask("GET", contactPath, nil, &card); card.Contact.Mobile != "+447700900999" {
		t.Errorf("what was changed is %+v", card.Contact)
	}
	eventually(t, "a link in the inbox after a restart", func() bool {
		_, inbox, _ := mustDesk(t, h, "").page(api.InboxPage)
		return linked.MatchString(inbox)
	})
	if code, page, _ := mustDesk(t, h, "").page(strings.TrimPrefix(after.Guest, h.URL())); code != 200 || !strings.Contains(page, `id="ready"`) {
		t.Errorf("the guest's link: %d %s", code, page)
	}
	if code := mira.ask("POST", strings.Replace(api.EndVisit.Path, "{visit}", string(begun[0].ID), 1), api.EndVisitBody{}, nil); code >= 300 {
		t.Fatal("ending: ", code)
	}
	eventually(t, "the visit is over", func() bool { b, _ := visits(); return len(b) == 0 })
	anew, err := h.Furnish(t.Context())
	if b, f := visits(); err != nil || anew.Page == first.Page || len(b) != 1 || len(f) != 1 {
		t.Errorf("once over: %s, %v: %s", fmt.Sprint(anew), err, fmt.Sprint(b))
	}
}
