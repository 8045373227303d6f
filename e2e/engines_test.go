package e2e

import (
	"fmt"
	"testing"
	"time"

	"hearth/e2e/stage"
	"hearth/shared/api"
)

// The therapist's page and the patient's phone in Firefox, while the tablet, which needs Bluetooth, is Chromium.
func TestFirefox(t *testing.T) {
	t.Parallel()
	firefox := stage.OpenFirefox(t)
	s := &scene{house: stage.Open(t)}
	s.wren = s.house.Caller(t, s.house.Links().Therapist).Patients()["Wren-23"]
	s.tablet, s.desk = stage.Browse(t, "tablet"), firefox.Browse("firefox-therapist")
	s.desk.Follows = "#live"
	s.desk.Ear()
	s.desk.ComeIn(s.house.Links().Therapist, "")
	s.desk.UntilData(s.row(), "online", "false")
	s.desk.Accessible("light", "dark")
	s.desk.Pictures("firefox-list")
	s.measure()
	s.watch()

	t.Run("at once", func(t *testing.T) {
		t.Run("the heart rate is the true one", func(t *testing.T) { t.Parallel(); s.trueRate(t) })
		t.Run("the sensors' page says what is missing here", func(t *testing.T) { t.Parallel(); missing(t, firefox.Browse("firefox-tablet"), s.house) })
	})
	t.Run("the strip is drawn all the time", func(t *testing.T) { s.drawn(t) })
	t.Run("moments are labelled", func(t *testing.T) { s.labels(t) })
	t.Run("a way that is looked for anew is found", func(t *testing.T) { s.anew(t) })
	t.Run("the page is for everybody", func(t *testing.T) {
		s.on(t)
		s.desk.Accessible("light", "dark")
		s.desk.Pictures("firefox-live")
	})
	t.Run("an alarm is heard", func(t *testing.T) {
		s.on(t)
		s.limit("40", "60", "15")
		s.alarmed(t, "high", "Heart rate above 60")
		s.limit("40", "180", "15")
		s.desk.Until("!document.querySelector('#alarm').dataset.alarm")
	})
	t.Run("the phone says who receives what, and stops it", func(t *testing.T) { s.stopped(t, firefox) })
	t.Run("a reload resumes", func(t *testing.T) {
		s.on(t)
		s.desk.UntilData("#watch", "phase", "ended")
		s.desk.Click("#stream")
		s.flowing()
		s.desk.Reload()
		s.flowing()
		s.desk.Until("document.querySelectorAll('#labels li').length === 3")
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

// anew lets each page think that its network changed. A restart of ICE between these two browsers is agreed upon and brings
// nothing any more, so the stream must come back in another way.
func (s *scene) anew(t *testing.T) {
	s.on(t)
	for _, w := range []*stage.Window{s.tablet, s.desk} {
		changed := stage.Eval[int64](w, "(dispatchEvent(new Event('online')), Date.now())")
		after := changed + 3000 // what was under way has come by then
		s.desk.Until(fmt.Sprintf("+document.querySelector('.book[data-sensor=demo-ecg]')?.dataset.newest > 1000 * %d", after))
		t.Logf("%s: samples of 3 s later came %d ms after the change", w.Name, time.Now().UnixMilli()-changed)
	}
	s.flowing()
}

// missing looks at the aggregator where no Bluetooth is: it says so before anybody presses, and what to use instead; the
// demo sensor works.
func missing(t *testing.T, w *stage.Window, house *stage.House) {
	w.For(t)
	w.ComeIn(house.Links().Patient2, api.AggregatorPage)
	w.UntilText("#offers #lacks-bluetooth", "Chrome or Edge")
	if n := stage.Eval[int](w, "document.querySelectorAll('#offers button').length"); n != 0 {
		t.Errorf("%d buttons are offered that cannot help", n)
	}
	w.Accessible("light", "dark")
	w.Pictures("firefox-aggregator")
	w.Click("#add-sensor")
	w.UntilText("dialog", "Not in this browser")
	w.Accessible("light")
	w.Picture("firefox-chooser")
	w.Click("#add-phone")
	w.Click("#connect-demo")
	w.UntilData("#tile-demo-ecg", "state", "streaming")
	w.Until("document.querySelector('#true-hr-demo')?.dataset.trueHr > 0")
	w.Until("!!document.querySelector('#connect-phone')")
	w.Picture("firefox-aggregator-demo")
}

// A smoke test with the engine Safari is made of: every page opens and is drawn, and what the engine lacks is said. What is
// lacking is found out by looking for it, so the test holds whichever way this WebKit was built.
func TestWebKit(t *testing.T) {
	t.Parallel()
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
	if stage.Eval[bool](w, "typeof RTCPeerConnection === 'function'") {
		w.Click("#stream")
		s.flowing()
	} else {
		t.Log("this WebKit is built without peer connections")
		w.UntilText("#live", "This browser cannot connect to the patient directly.")
		w.Until("document.querySelector('#stream').disabled")
	}
	w.Click("#label-0") // what needs no signals works
	w.Until("document.querySelector('#labels li')?.dataset.pending === 'false'")
	w.Accessible("light")
	w.Picture("webkit-live")
	w.Reload()
	w.Until("document.querySelectorAll('#labels li').length === 1")

	w.ComeIn(house.Links().Patient, api.PatientPage)
	w.Until("!!document.querySelector('#open-sensors') && document.querySelectorAll('[data-device]').length > 0")
	w.Accessible("light", "dark", "child")
	w.Picture("webkit-patient")

	w.ComeIn(house.Links().Patient2, api.AggregatorPage)
	if stage.Eval[bool](w, "!navigator.bluetooth") {
		w.UntilText("#offers #lacks-bluetooth", "Chrome or Edge")
	}
	w.Click("#add-sensor")
	w.Click("#add-phone")
	w.Click("#connect-demo")
	w.UntilData("#tile-demo-ecg", "state", "streaming")
	w.Until("document.querySelector('#true-hr-demo')?.dataset.trueHr > 0")
	w.Picture("webkit-aggregator")
}
