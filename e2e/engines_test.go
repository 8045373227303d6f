package e2e

import (
	"testing"

	"hearth/e2e/stage"
	"hearth/shared/api"
)

// The therapist's page and the patient's phone in Firefox, while the tablet, which needs Bluetooth, is Chromium.
func TestFirefox(t *testing.T) {
	firefox := stage.OpenFirefox(t)
	s := &scene{house: stage.Open(t)}
	s.wren = s.house.Caller(t, s.house.Links().Therapist).Patients()["Wren-23"]
	s.tablet, s.desk = stage.Browse(t, "tablet"), firefox.Browse("firefox-therapist")
	s.desk.Follows = "#live"
	s.desk.ComeIn(s.house.Links().Therapist, "")
	s.desk.UntilData(s.row(), "online", "false")
	s.desk.Accessible("light", "dark")
	s.desk.Pictures("firefox-list")
	s.measure()
	s.watch()

	t.Run("the heart rate is the true one", func(t *testing.T) { s.trueRate(t) })
	t.Run("the strip is drawn all the time", func(t *testing.T) { s.drawn(t) })
	t.Run("moments are labelled", func(t *testing.T) { s.labels(t) })
	t.Run("the page is for everybody", func(t *testing.T) {
		s.on(t)
		s.desk.Accessible("light", "dark")
		s.desk.Pictures("firefox-live")
	})
	t.Run("the phone says who receives what, and stops it", func(t *testing.T) { s.stopped(t, firefox) })
	t.Run("a reload resumes", func(t *testing.T) {
		s.on(t)
		s.desk.UntilData("#watch", "phase", "ended")
		s.desk.Click("#stream")
		s.flowing()
		s.desk.Reload()
		s.flowing()
	})
}

// stopped opens the patient's page on a phone, finds there what flows, and stops it.
func (s *scene) stopped(t *testing.T, firefox *stage.Firefox) {
	s.on(t)
	phone := firefox.Browse("firefox-phone")
	phone.For(t)
	phone.Size(390, 844, true)
	phone.ComeIn(s.house.Links().Patient, api.PatientPage)
	phone.UntilText("[data-receiver]", "Mira Solano")
	phone.Until("document.querySelectorAll('[data-receiver] [data-share]').length === 2")
	phone.Accessible("light", "dark", "child")
	phone.Pictures("firefox-patient")
	phone.Click("#stop-all")
	phone.Until("!!document.querySelector('#stopped')")
	s.tablet.Until("(document.querySelector('#who').dataset.shares || '0') === '0'")
}

// A smoke test with the engine Safari is made of: every page opens and is drawn, and what the engine lacks is said. What is
// lacking is found out by looking for it, so the test holds whichever way this WebKit was built.
func TestWebKit(t *testing.T) {
	house := stage.Open(t)
	w, why := stage.BrowseWebKit(t, "webkit")
	if why != "" {
		t.Skip(why)
	}
	w.Goto(house.URL() + api.SignInPage)
	w.Until("!!document.querySelector('input[name=login]')")
	w.Picture("webkit-sign-in")

	tablet := stage.Browse(t, "tablet")
	s := &scene{house: house, tablet: tablet, desk: w}
	s.wren = house.Caller(t, house.Links().Therapist).Patients()["Wren-23"]
	s.measure()
	w.ComeIn(house.Links().Therapist, "")
	w.UntilData(s.row(), "online", "true")
	w.Accessible("light", "dark")
	w.Picture("webkit-list")
	w.Click(s.row() + " a.open")
	w.UntilAt(api.LivePage + string(s.wren.ID))
	w.Click("#stream")
	if stage.Eval[bool](w, "typeof RTCPeerConnection === 'function'") {
		s.flowing()
	} else {
		t.Log("this WebKit is built without peer connections")
		w.UntilText("#live", "This browser cannot connect to the patient directly.")
	}
	w.Accessible("light")
	w.Picture("webkit-live")

	w.ComeIn(house.Links().Patient, api.PatientPage)
	w.Until("!!document.querySelector('#open-sensors') && document.querySelectorAll('[data-device]').length > 0")
	w.Accessible("light", "dark", "child")
	w.Picture("webkit-patient")
}
