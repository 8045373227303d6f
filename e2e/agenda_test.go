package e2e

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/care"
)

// family gives Wren two relatives, and an own telephone.
func family(t *testing.T, office *stage.Caller, patient care.PatientID) []care.Relative {
	t.Helper()
	var card api.ContactCard
	office.Do(api.GetContact, []string{"{patient}", string(patient)}, nil, &card)
	card.Contact = care.Contact{Name: "Rosa Holm", Mobile: "+4917055501042", Relatives: []care.Relative{
		{Name: "Ann <b>Holm</b> & Söhne", Relation: "mother", Mobile: "+4917055501043", Language: "de"},
		{Name: "Bo Holm", Relation: "father", Mobile: "+4917055501044"}}}
	office.Do(api.PutContact, []string{"{patient}", string(patient)}, card, &card)
	return card.Contact.Relatives
}

// told waits until the demo's inbox holds messages of a kind to exactly these telephones, one each.
func told(t *testing.T, house *stage.House, kind care.MessageKind, to ...string) {
	t.Helper()
	item := regexp.MustCompile(`(?s)<li class="inbox-item is-sms[^>]*data-kind="` + string(kind) + `".*?</li>`)
	number := regexp.MustCompile(`\+49\d+`)
	var got []string
	for end := time.Now().Add(stage.Patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		_, body := house.Stranger(t).Send("GET", api.InboxPage, nil)
		got = nil
		for _, li := range item.FindAllString(body, -1) {
			got = append(got, number.FindString(li))
		}
		if slices.Sort(got); slices.Equal(got, to) {
			return
		}
	}
	t.Errorf("%s went to %v, want %v", kind, got, to)
}

// A clerk books over the pages for a patient and one of two relatives, takes the time to another zone while somebody else
// changes it too, and cancels. Exactly who was ticked is invited.
func TestAgenda(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	office := house.Caller(t, house.Links().Administrator)
	wren := house.Caller(t, house.Links().Therapist).Patients()["Wren-23"]
	relatives := family(t, office, wren.ID)
	one, two := stage.Browse(t, "clerk"), stage.Browse(t, "second-clerk")
	one.Expect("409 (Conflict)") // somebody else was first
	one.ComeIn(house.Links().Administrator, "")
	one.UntilAt(api.AdminPage)
	portalPage(one, house, "/visits", "#empty")
	look(t, one, "agenda-none", narrowest)

	one.Click("#book")
	one.Until("!!document.querySelector('#patient-" + string(wren.ID) + "')")
	one.Fill("#patient-search", "wren")
	one.Click("#book-do")
	one.UntilText("#patient-search-fault", "")
	one.Click("#patient-" + string(wren.ID))
	one.Until("!!document.querySelector('#invite-" + string(relatives[1].ID) + "')")
	for _, r := range relatives {
		one.Click("#invite-" + string(r.ID))
	}
	one.UntilText("#book-do", "3")
	one.Click("#invite-" + string(relatives[1].ID)) // not the father after all
	one.UntilText("#book-do", "2")
	day := time.Now().AddDate(0, 0, 2)
	fill := func(w *stage.Window, id, value string) {
		w.Until(fmt.Sprintf(`(e => { if (!e) return false; e.value = %q; for (const kind of ["input", "change"]) e.dispatchEvent(new Event(kind, { bubbles: true })); return true })(document.querySelector(%q))`, value, id))
	}
	fill(one, "#date", day.Format(time.DateOnly))
	fill(one, "#clock", "14:30")
	fill(one, "#zone", "Europe/Berlin")
	one.Click("[data-key=\"" + string(relatives[0].ID) + "\"] summary")
	fill(one, "#zone-"+string(relatives[0].ID), "Asia/Kolkata")
	one.UntilText("#clocks", "Kolkata")
	one.Accessible("light", "dark")
	one.Pictures("agenda-book")
	ticked(one, "agenda-relay-phone", 390, 844, true)
	ticked(one, "agenda-relay-desktop", 1280, 800, false)
	one.Narrow(narrowest)
	fill(one, "#date", "2027-10-31")
	fill(one, "#clock", "02:30")
	one.UntilText("#edge", "twice")
	fill(one, "#date", day.Format(time.DateOnly))
	fill(one, "#clock", "14:30")
	one.Click("#book-do")
	one.Until("!document.querySelector('dialog') && !!document.querySelector('[data-visit]')")
	id := care.VisitID(one.Data("[data-visit]", "visit"))
	names := []string{"{visit}", string(id)}
	var v api.Visit
	office.Do(api.GetVisit, names, nil, &v)
	if len(v.Guests) != 2 || v.Guests[0].As != care.AsPatient || v.Guests[1].Relative != relatives[0].ID || v.Local != day.Format(time.DateOnly)+"T14:30" || v.Zone != "Europe/Berlin" {
		t.Fatalf("booked %+v", v)
	}
	look(t, one, "agenda", narrowest)
	told(t, house, care.TellInvitation, "+4917055501042", "+4917055501043") // not the father

	two.ComeIn(house.Links().Administrator, "")
	two.UntilAt(api.AdminPage)
	portalPage(two, house, "/visits", "[data-visit]")
	change := "#change-" + string(id)
	one.Click(change)
	fill(one, "#clock", "16:00")
	fill(one, "#zone", "Asia/Kolkata")
	two.Click(change)
	fill(two, "#minutes", "30")
	two.Click("#change-do")
	two.UntilData("[data-visit]", "version", fmt.Sprint(v.Version+1))
	told(t, house, care.TellChanged, "+4917055501042", "+4917055501043")
	one.UntilData("[data-visit]", "version", fmt.Sprint(v.Version+1)) // by itself
	one.Click("#change-do")
	one.Until("!!document.querySelector('[data-clash=minutes]') && document.querySelector('#clock').value === '16:00'")
	one.Accessible("light", "dark")
	one.Pictures("agenda-clash")
	one.Click("#change-do")
	one.Until("!document.querySelector('dialog')")
	office.Do(api.GetVisit, names, nil, &v)
	if v.Minutes != 30 || v.Zone != "Asia/Kolkata" || v.Local != day.Format(time.DateOnly)+"T16:00" {
		t.Errorf("changed to %+v", v)
	}
	two.Until(`document.querySelector("[data-visit]").textContent.includes("Kolkata")`)
	told(t, house, care.TellChanged, "+4917055501042", "+4917055501042", "+4917055501043", "+4917055501043") // of both changes

	one.Click("[data-visit] a.celllink")
	one.Until("!!document.querySelector('#visit')")
	one.Until(`document.querySelectorAll("[data-message=changed][data-state=sent]").length >= 2`)
	look(t, one, "agenda-visit", narrowest)
	one.Click("#cancel-visit")
	one.UntilText("#told", "Wren-23")
	one.Accessible("light", "dark")
	one.Picture("agenda-cancel")
	one.Click("#cancel-do")
	one.UntilData("#visit", "state", "cancelled")
	two.UntilData("[data-visit]", "state", "cancelled")
	told(t, house, care.TellCancelled, "+4917055501042", "+4917055501043")
	portalPage(one, house, "/visits/settings", "#visiting")
	one.Click("#drop-in")
	one.Click("#hour-add")
	one.Fill("#phone", "+49 705 550 100")
	look(t, one, "visiting", narrowest)
	one.Click("#save")
	one.UntilText("#said", "Saved.")
}

// ticked shows the end of the form, where it says what becomes of network addresses.
func ticked(w *stage.Window, name string, width, height int64, phone bool) {
	w.Size(width, height, phone)
	stage.Eval[bool](w, "(document.querySelector('dialog').scrollTop = 1e6, true)")
	w.UntilText("#relay-help", "by itself")
	w.Picture(name)
	w.Theme("dark")
	w.Picture(name + "-dark")
	w.Theme("light")
}
