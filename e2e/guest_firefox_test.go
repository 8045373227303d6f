package e2e

import (
	"strings"
	"testing"

	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/care"
)

// admissions is how often a guest of this visit was let in.
func (v *visit) admissions(n int) (times int) {
	v.t.Helper()
	for _, e := range v.report().Events {
		if e.Guest == v.guest(n).ID && e.To == string(care.Admitted) {
			times++
		}
	}
	return times
}

// report is what the house wrote down of the visit.
func (v *visit) report() (r api.Report) {
	v.t.Helper()
	v.mira.Get(strings.NewReplacer("{visit}", string(v.is.ID)).Replace(api.VisitReport.Path), &r)
	return r
}

// hosts opens the visit's page at a desk and waits until it is in the call.
func (v *visit) hosts(desk *stage.Window) {
	v.t.Helper()
	desk.Follows = "#visit"
	listens(desk)
	desk.ComeIn(v.house.Links().Therapist, "/therapist/visit/"+string(v.is.ID))
	desk.UntilData("#visit", "step", "in")
	advances(desk, "#cam-0")
}

// A guest whose browser is Firefox goes from the link to the call, out and in again, and comes back by itself when the page is
// loaded anew. The therapist's browser is Chromium.
func TestGuestInFirefox(t *testing.T) {
	t.Parallel()
	v := begin(t, stage.Open(t), 0)
	phone, desk := stage.OpenFirefox(t).Browse("firefox-guest"), stage.Browse(t, "firefox-guest-desk")
	v.hosts(desk)
	listens(phone)
	phone.Before(checks)
	v.knock(phone, 0)
	phone.Until(checked)
	phone.Picture("firefox-guest-check")
	on(phone, "waiting")
	g := v.until(0, care.WaitingRoom)
	if g.Ready == nil || g.Ready.Camera != care.WorksWell || g.Ready.Mic != care.WorksWell {
		t.Errorf("staff see %+v of the device", g.Ready)
	}
	phone.Until("document.querySelector('#self-wait-video').videoWidth > 0")
	phone.Accessible("light", "dark")
	phone.Pictures("firefox-guest-waiting")
	phone.Size(390, 844, true)

	talk := func() {
		for _, w := range []*stage.Window{phone, desk} {
			together(w, 1)
		}
	}
	desk.Click("#knock-in")
	on(phone, "in-call")
	talk()
	t.Run("the call", func(t *testing.T) {
		phone.For(t)
		phone.Accessible("light", "dark")
		phone.Pictures("firefox-guest-call")
		phone.Size(390, 844, true)
		desk.Picture("firefox-guest-call-desk")
		phone.Click("#call-mic")
		desk.UntilData("#tile-1", "mic", "false")
		phone.Click("#call-mic")
		desk.UntilData("#tile-1", "mic", "true")
		phone.Click("#call-chat")
		phone.Fill("#chat-line", "Hello from a fox")
		phone.Click("#chat-send")
		desk.UntilText("#call-chat .count", "1")
		phone.Click("#panel-shut")
	})
	t.Run("a reload is back in the call without being let in again", func(t *testing.T) {
		phone.For(t)
		desk.For(t)
		phone.Reload()
		on(phone, "in-call")
		phone.Until("!!document.querySelector('#tap') || (e => e && e.currentTime > 0 && !e.muted && !e.paused)(document.querySelector('#cam-1'))")
		if phone.Data("#tap", "tap") == "sound" { // nobody touched this page yet
			phone.Picture("firefox-guest-tap")
			phone.Click("#tap button")
		}
		talk()
		if n := v.admissions(0); n != 1 {
			t.Errorf("let in %d times", n)
		}
	})
	t.Run("out, and in again", func(t *testing.T) {
		phone.For(t)
		desk.For(t)
		phone.Click("#call-end")
		phone.Click("#leave")
		on(phone, "left")
		v.until(0, care.LeftVisit)
		desk.UntilText("#alone", "Nobody else is here")
		phone.Accessible("light", "dark")
		phone.Picture("firefox-guest-left")
		phone.Click("#come-back")
		phone.Click("#ready")
		on(phone, "waiting")
		desk.Click("#knock-in")
		on(phone, "in-call")
		talk()
	})
	counted := countdown(phone)
	desk.Click("#call-end")
	desk.Click("#end-all")
	counted()
	on(phone, "ended")
	phone.Click("#star-5")
	phone.Click("#survey-send")
	phone.UntilText("#survey", "Thank you")
	phone.Picture("firefox-guest-ended")
	if r := v.report(); len(r.Answers) != 1 || r.Answers[0].Stars != 5 {
		t.Errorf("the report has %+v", r.Answers)
	}
}
