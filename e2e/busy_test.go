package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/care"
)

// expect books a visit of Mira's that begins on the spot: about somebody, or about nobody.
func expect(t *testing.T, house *stage.House, kind care.VisitKind, patient string, guests ...api.NewGuest) *visit {
	t.Helper()
	v := &visit{t: t, house: house, mira: house.Caller(t, house.Links().Therapist)}
	patients := v.mira.Patients()
	body := api.BookVisitBody{ID: care.NewID[care.VisitID](), Project: patients["Wren-23"].Project, Patient: patients[patient].ID, Kind: kind, Now: true, Minutes: 30}
	for _, g := range guests {
		g.ID = care.NewID[care.GuestID]()
		body.Guests = append(body.Guests, g)
	}
	v.mira.Do(api.BookVisit, nil, body, &v.is)
	return v
}

// company lets a guest of this visit be played.
func (v *visit) company(n int) *companion {
	v.t.Helper()
	c := company(v.t, v.link(n))
	v.until(n, care.WaitingRoom)
	return c
}

// link is one into the visit.
func (v *visit) link(n int) string {
	v.t.Helper()
	link, err := v.house.MintLink(v.t.Context(), v.guest(n).ID)
	if err != nil {
		v.t.Fatal(err)
	}
	return link
}

// now is the visit as staff see it.
func (v *visit) now() (now api.Visit) {
	v.t.Helper()
	v.mira.Get(strings.NewReplacer("{visit}", string(v.is.ID)).Replace(api.GetVisit.Path), &now)
	return now
}

func (v *visit) end() { v.t.Helper(); v.mira.Do(api.EndVisit, v.names(0)[:2], api.EndVisitBody{}, nil) }

// colleague is somebody of staff by their name.
func (v *visit) colleague(name string) care.PersonID {
	v.t.Helper()
	var staff api.List[api.Staff]
	v.mira.Get(strings.NewReplacer("{project}", string(v.is.Project)).Replace(api.VisitStaff.Path), &staff)
	for _, s := range staff.Items {
		if s.Name == name {
			return s.ID
		}
	}
	v.t.Fatalf("nobody of staff is called %s", name)
	return ""
}

// met waits until a desk is in the call with so many others, and sees and hears them.
func met(desk *stage.Window, others int) {
	desk.UntilData("#visit", "step", "in")
	together(desk, others)
}

// policies say which ways a window's connections to others in the call may go: all, or through the relay only.
const policies = `window.lines.filter(l => l.connectionState === "connected").map(l => l.getConfiguration().iceTransportPolicy).sort().join()`

// A therapist with two at the door takes the next, hears in the call that its patient asks to come in with another device and
// allows it, hears of the other at the door and lets them in without being led away, asks an interpreter in and hands the visit
// over, and is in the call all the time. When it is over the next one knocks, and is let in from there.
func TestBusyCall(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	patient := api.NewGuest{As: care.AsPatient, Language: "en"}
	wren, robin := expect(t, house, care.Therapy, "Wren-23", patient), expect(t, house, care.Therapy, "Robin-07", patient)
	desk := stage.Browse(t, "busy-desk")
	desk.Follows = "#visit"
	listens(desk)
	desk.ComeIn(house.Links().Therapist, "")
	desk.Until("!!document.querySelector('#waiting-room')")
	first, second := wren.company(0), robin.company(0)
	desk.UntilData("#knock", "waiting", "2")
	desk.Accessible("light", "dark")
	desk.Pictures("busy-two")
	desk.Click("#let-in-next")
	room := "/therapist/visit/" + string(wren.is.ID)
	desk.UntilAt(room)
	met(desk, 1)

	desk.UntilText("#knock", "Robin-07 is waiting")
	link, err := url.Parse(wren.link(0))
	if err != nil {
		t.Fatal(err)
	}
	house.Stranger(t).Form(link.Path, url.Values{"ask": {"1"}})
	desk.UntilText("#knock", "Wren-23: another device")
	desk.UntilData("#knock", "waiting", "2")
	desk.Until("document.title.startsWith('(2)')")
	desk.Accessible("light", "dark")
	desk.Pictures("busy-device")
	desk.Click("#knock-all")
	desk.UntilText("#knock-list", "Robin-07 is waiting")
	desk.Accessible("light", "dark")
	desk.Pictures("busy-all")
	desk.Click("#knock-cancel")
	desk.Click("#knock-allow")
	desk.UntilText("#knock", "Robin-07 is waiting")
	var asking api.List[api.VisitDevice]
	if wren.mira.Get(api.ListVisitDevices.Path, &asking); len(asking.Items) != 0 {
		t.Errorf("after one was allowed %+v ask", asking.Items)
	}
	met(desk, 1)
	desk.Accessible("light", "dark")
	desk.Pictures("busy-knock")
	desk.Click("#knock-in")
	robin.until(0, care.InCall)
	if at := stage.Eval[string](desk, "location.pathname"); at != room {
		t.Errorf("whoever let somebody else in was led away to %s", at)
	}

	desk.Click("#call-more")
	desk.Click("#more-people")
	desk.Click("#invite")
	desk.Fill("#invite-person", "Sam Reed")
	desk.Fill("#invite-mobile", "+4917055501050")
	desk.Accessible("light", "dark")
	desk.Pictures("busy-invite")
	desk.Click("#invite-send")
	third := company(t, messaged(t, house, "+4917055501050"))
	desk.UntilText("#knock", "Sam Reed")
	desk.Click("#knock-in")
	met(desk, 2)
	desk.Until(policies + ` === "all,relay"`) // who sat in the call stays as they are, and the interpreter is met through the relay

	noor := wren.colleague("Noor Haddad")
	desk.Click("#hand-over")
	desk.Click("#hand-" + string(noor))
	for end := time.Now().Add(stage.Patience); wren.now().Host != noor; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the host is %s still", wren.now().HostName)
		}
	}
	met(desk, 2)
	desk.Picture("busy-handed")
	desk.Reload() // whoever hosted it is a guest of it now, and comes back all the same
	met(desk, 2)
	desk.Until(policies + ` === "relay,relay"`)
	desk.Click("#call-chat")
	desk.Fill("#chat-line", "I wanted to say")
	desk.Click("#call-end")
	desk.Click("#leave")
	desk.UntilData("#visit", "step", "left")
	desk.Accessible("light", "dark")
	desk.Pictures("busy-left")
	desk.Click("#join-again") // with what was half written
	met(desk, 2)
	desk.Until("document.querySelector('#chat-line')?.value === 'I wanted to say'")
	desk.Click("#chat-send")
	desk.UntilText("#chat", "I wanted to say")
	desk.Picture("busy-again")
	wren.end()
	robin.end()
	first.left(t, 2)
	third.left(t, 2)
	second.left(t, 0)

	desk.UntilData("#visit", "step", "over")
	after := expect(t, house, care.Therapy, "Wren-23", patient)
	last := after.company(0)
	desk.UntilText("#knock", "Wren-23 is waiting")
	desk.Accessible("light", "dark")
	desk.Pictures("busy-after")
	desk.Click("#knock-in")
	desk.UntilAt("/therapist/visit/" + string(after.is.ID))
	met(desk, 1)
	after.end()
	last.left(t, 1)
}

// What a therapist says at the door by a press: no, with a reason; yes to another device; that a colleague takes over; and that
// somebody who came too late was called.
func TestAtTheDoor(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	reachable(t, house)
	patient := api.NewGuest{As: care.AsPatient, Language: "en"}
	desk := stage.Browse(t, "door-desk")
	desk.ComeIn(house.Links().Therapist, "")
	desk.Until("!!document.querySelector('#waiting-room')")

	t.Run("no, and why", func(t *testing.T) {
		desk.For(t)
		v := expect(t, house, care.Therapy, "Wren-23", patient)
		who, id := v.company(0), string(v.guest(0).ID)
		desk.Click("#else-" + id)
		desk.Choose("#deny-reason", "later")
		desk.Click("#deny-do")
		desk.Until("!document.querySelector('dialog') && !document.querySelector('[data-guest]')")
		desk.UntilText("#knock-said", "Wren-23")
		desk.Picture("door-denied")
		if g := v.state(0); g.State != care.Denied || g.Reason != "later" {
			t.Errorf("the guest is %s because of %q", g.State, g.Reason)
		}
		<-who.gone
		if who.err == nil || !strings.Contains(who.err.Error(), "turned away") {
			t.Errorf("whoever was sent away heard %v", who.err)
		}
	})
	t.Run("another device, and another therapist", func(t *testing.T) {
		desk.For(t)
		v := expect(t, house, care.Therapy, "Robin-07", patient)
		v.company(0)
		link, err := url.Parse(v.link(0))
		if err != nil {
			t.Fatal(err)
		}
		tablet := house.Stranger(t)
		tablet.Form(link.Path, url.Values{"ask": {"1"}})
		desk.UntilText("#queue-extra [data-knock]", "Robin-07")
		desk.Accessible("light", "dark")
		desk.Pictures("door-device")
		desk.Click("#queue-extra [id^=allow-]")
		desk.Until("!document.querySelector('#queue-extra [data-knock]')")
		if res, body := tablet.Form(link.Path, url.Values{"terms": {"1"}}); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != api.VisitPage+string(v.guest(0).ID) {
			t.Errorf("the tablet that was allowed: %d to %s %.300s", res.StatusCode, res.Header.Get("Location"), body)
		}
		noor := v.colleague("Noor Haddad")
		desk.Click("#else-" + string(v.guest(0).ID))
		desk.Until("!!document.querySelector('#hand-to option[value=\"" + string(noor) + "\"]')")
		desk.Choose("#hand-to", string(noor))
		desk.Click("#hand-do")
		desk.Until("!document.querySelector('dialog')")
		desk.UntilText("#waiting-room [data-guest]", "Noor Haddad")
		if now := v.now(); now.Host != noor {
			t.Errorf("the host is %s", now.HostName)
		}
		v.end()
	})
	t.Run("written from the waiting room, and read", func(t *testing.T) {
		desk.For(t)
		v, phone := expect(t, house, care.Therapy, "Wren-23", patient), stage.Browse(t, "door-phone")
		v.knock(phone, 0)
		on(phone, "waiting")
		desk.UntilText("#knock", "Wren-23 is waiting")
		phone.Click("#write > summary")
		phone.Fill("#write-text", "Shall I wear the strap?")
		phone.Click("#write-send")
		desk.UntilText("#knock-read", "Wren-23 wrote")
		desk.UntilText("[data-wrote]", "wrote at")
		desk.Accessible("light", "dark")
		desk.Pictures("door-wrote")
		desk.Click("#knock-read")
		desk.UntilText("#tell-lines", "Shall I wear the strap?")
		desk.Until("!document.querySelector('#knock-read, [data-wrote]')")
		desk.Accessible("light", "dark")
		desk.Pictures("door-lines")
		desk.Fill("#tell-text", "Yes, please.")
		desk.Click("#tell-do")
		phone.UntilText("#lines", "Yes, please.")
		desk.Reload() // what was read stays read
		desk.UntilText("#knock", "Wren-23 is waiting")
		desk.Until("!document.querySelector('#knock-read, [data-wrote]')")
		v.end()
	})
	t.Run("too late, and called", func(t *testing.T) {
		desk.For(t)
		link, err := url.Parse(invite(t, house, -4*time.Hour).link)
		if err != nil {
			t.Fatal(err)
		}
		house.Stranger(t).Form(link.Path+"/call", nil)
		desk.UntilText("#queue-extra [data-call]", "Wren-23")
		desk.UntilText("#knock", "Wren-23 would like a call")
		desk.Accessible("light", "dark")
		desk.Pictures("door-call")
		desk.Click("#queue-extra [id^=number-]")
		desk.UntilText("#number-call[href='tel:+4917055501042']", "+4917055501042")
		desk.Accessible("light", "dark")
		desk.Pictures("door-number")
		desk.Click("#knock-cancel")
		desk.Follows = "#live"
		desk.Click("#patients [data-patient] a.open") // beside the signals the bar is narrow, and does the same
		desk.UntilText(".watch-bar #knock", "Wren-23 would like a call")
		desk.Accessible("light", "dark")
		desk.Pictures("door-call-narrow")
		desk.Click("#knock-number")
		desk.UntilText("#number-call[href='tel:+4917055501042']", "+4917055501042")
		desk.Pictures("door-number-narrow")
		desk.Click("#knock-cancel")
		desk.Click(".watch-bar a.brand")
		desk.Click("#queue-extra [id^=called-]")
		desk.Until("!document.querySelector('#queue-extra')")
	})
}
