package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"hearth/backend/house"
	"hearth/e2e/stage"
	"hearth/shared/api"
)

// narrowest is the screen a patient's page must fit, zoomed the desk of a staff page at 200 %.
const (
	narrowest = 320
	zoomed    = 640
)

// look holds a page to the rules of accessibility in every theme, keeps pictures, and narrows it.
func look(t *testing.T, w *stage.Window, name string, width int64) {
	t.Helper()
	w.Name = name
	w.Size(1280, 800, false)
	w.Accessible("light", "dark", "child")
	w.Pictures(name)
	w.Narrow(width)
}

// Every page of every portal, with everything running, is fit for everybody.
func TestPagesForEverybody(t *testing.T) {
	t.Parallel()
	// A relay with all its ways, and a certificate that ends soon.
	s := streamingIn(t, stage.OpenWith(t, func(c *house.Config) { c.Relay.TLS = stage.Certificate(t, time.Now().Add(20*24*time.Hour)) }))
	t.Run("aggregator", func(t *testing.T) { s.tabletForEverybody(t) })
	t.Run("therapist", func(t *testing.T) { s.deskForEverybody(t) })
	other := stage.Browse(t, "other")
	t.Run("administrator", func(t *testing.T) {
		other.For(t)
		other.ComeIn(s.house.Links().Administrator, "")
		other.Until("document.querySelectorAll('#patients [data-patient]').length >= 3")
		look(t, other, "admin-patients", narrowest)
		other.Goto(s.house.URL() + api.AdminPage + "/patients/new")
		other.Until("document.querySelector('#therapist option[value]:not([value=\"\"])')")
		look(t, other, "admin-new-patient", narrowest)
		other.Goto(s.house.URL() + api.AdminPage + "/people")
		other.Until("document.querySelectorAll('[data-person]').length >= 3")
		look(t, other, "admin-people", zoomed)
		other.Click("#create")
		other.Until("!!document.querySelector('dialog')")
		other.Accessible("light", "dark")
		other.Picture("admin-create")
		for _, page := range []struct{ path, ready string }{{"/trail", "#trail"}, {"/house", "#relay-certificate[data-state=soon]"}} {
			other.Goto(s.house.URL() + api.AdminPage + page.path)
			other.Until("!!document.querySelector(" + fmt.Sprintf("%q", page.ready) + ")")
			look(t, other, "admin"+"-"+page.path[1:], zoomed)
		}
		other.Click("#relay a")
		other.Until("!!document.querySelector('#start')")
		checkTheNetwork(t, other)
		look(t, other, "admin-check", narrowest)
		other.Goto(s.house.URL() + api.AdminPage + "/nothing")
		other.UntilText("main", "This page does not exist.")
		look(t, other, "admin-nothing", narrowest)
	})
	t.Run("patient", func(t *testing.T) {
		other.For(t)
		other.ComeIn(s.house.Links().Patient, api.PatientPage)
		other.Until("document.querySelectorAll('[data-receiver] [data-share]').length === 2")
		look(t, other, "patient-flowing", narrowest)
		other.Click("#stop-all")
		other.Until("!!document.querySelector('#stopped')")
		look(t, other, "patient-stopped", narrowest)
	})
	t.Run("therapist after the end", func(t *testing.T) {
		s.on(t)
		s.desk.UntilData("#watch", "phase", "ended")
		look(t, s.desk, "therapist-ended", zoomed)
	})
}

// checkTheNetwork presses the button and holds what the page says against what is so: all gets through but TLS, whose
// certificate this browser does not know; that one is asked for.
func checkTheNetwork(t *testing.T, w *stage.Window) {
	t.Helper()
	w.Click("#start")
	w.UntilData("#check", "verdict", "fair")
	for step, want := range map[string]string{"socket": "works", "udp": "works", "tcp": "works", "tls": "fails"} {
		w.UntilData("[data-step="+step+"]", "state", want)
	}
	if text := w.Text("#text"); strings.Count(text, "Let ") != 1 || !strings.Contains(text, "Let TLS out to 127.0.0.1, TCP port") {
		t.Errorf("it asks for %q", text)
	}
	w.Click("#copy")
	w.Until("document.querySelector('#copied').textContent !== ''")
}

func (s *scene) tabletForEverybody(t *testing.T) {
	s.on(t)
	look(t, s.tablet, "aggregator", narrowest)
	s.tablet.Size(1180, 820, false)
	for _, dialog := range []struct{ open, shut, name string }{{"#who", "#who-close", "aggregator-who"}, {"#add-sensor", "#add-close", "aggregator-add"}} {
		s.tablet.Click(dialog.open)
		s.tablet.Until("!!document.querySelector('dialog')")
		s.tablet.Accessible("light", "dark", "child")
		s.tablet.Picture(dialog.name)
		s.tablet.Click(dialog.shut)
		s.tablet.Until("!document.querySelector('dialog')")
	}
	s.helpForEverybody(t)
	s.tablet.Theme("child")
	s.tablet.Picture("aggregator-tablet-child")
	s.tablet.Click("#lock")
	s.tablet.Until("!!document.querySelector('#lockscreen')")
	s.tablet.Accessible("light", "dark", "child")
	s.tablet.Picture("aggregator-locked")
}

// The help at the strap, while an electrode is off: it begins with what is wrong, says when it is mended, and gives the
// keyboard back.
func (s *scene) helpForEverybody(t *testing.T) {
	t.Helper()
	s.tablet.Click("#trouble-demo-lead-off")
	s.tablet.Until("!!document.querySelector('#help-demo-ecg')")
	s.tablet.Click("#help-demo-ecg")
	s.tablet.UntilData("#help-steps", "snag", "contact")
	s.tablet.UntilData("#help-contact", "contact", "none")
	if !stage.Eval[bool](s.tablet, "document.activeElement.id === 'help-lead' && document.querySelector('dialog').scrollTop === 0") {
		t.Error("the help does not begin at its top")
	}
	if n := stage.Eval[int](s.tablet, "[...document.querySelectorAll('#help-steps .art use')].filter(u => u.getBBox().width > 60).length"); n != 7 {
		t.Errorf("%d of 7 drawings are drawn", n)
	}
	s.tablet.Accessible("light", "dark", "child")
	s.tablet.Pictures("aggregator-help")
	s.tablet.Narrow(narrowest)
	s.tablet.Size(1180, 820, false)
	s.tablet.UntilData("#help-contact", "contact", "good")
	s.tablet.UntilText("#help-contact [role=status]", "Contact: good")
	s.tablet.Key(kb.Escape)
	s.tablet.Until("!document.querySelector('dialog') && document.activeElement.id === 'disconnect-demo-ecg'")
	s.tablet.Until("document.querySelector('#hr-demo-ecg').dataset.hr")
}

func (s *scene) deskForEverybody(t *testing.T) {
	s.on(t)
	s.desk.Click("#label-0")
	s.desk.Click("#suds-save")
	s.desk.Until("document.querySelectorAll('#labels li').length === 2")
	look(t, s.desk, "therapist-live", zoomed)
	s.desk.Size(1440, 900, false)
	for _, dialog := range []struct{ open, name string }{{"#more", "therapist-more"}, {"#labels li button", "therapist-edit"}} {
		s.desk.Click(dialog.open)
		s.desk.Until("!!document.querySelector('dialog')")
		s.desk.Accessible("light", "dark")
		s.desk.Picture(dialog.name)
		s.desk.Key(kb.Escape)
		s.desk.Until("!document.querySelector('dialog')")
	}
	s.desk.Click("#more")
	s.desk.Click("#more-limits")
	s.desk.Until("!!document.querySelector('#limit-low')")
	s.desk.Accessible("light", "dark")
	s.desk.Picture("therapist-limits")
	s.desk.Key(kb.Escape)
	s.desk.Until("!document.querySelector('dialog')")
	s.desk.Theme("dark")
	s.desk.Click("#more")
	s.desk.Click("#bright")
	s.desk.UntilData("#live", "theme", "light")
	s.desk.Key(kb.Escape)
	s.desk.Until("!document.querySelector('dialog')")

	list := s.desk.Tab("therapist-list")
	list.For(t)
	list.Goto(s.house.URL() + api.TherapistPage)
	list.Until("document.querySelectorAll('#patients [data-patient]').length === 2")
	look(t, list, "therapist-list", zoomed)
	list.Goto(s.house.URL() + api.TherapistPage + "/words")
	list.Until("!!document.querySelector('#vocabulary')")
	look(t, list, "therapist-words", zoomed)
}

// tabTo presses Tab until the keyboard is at an element, and holds that one sees where it is.
func tabTo(t *testing.T, w *stage.Window, selector string) {
	t.Helper()
	for range 120 {
		w.Key(kb.Tab)
		if stage.Eval[bool](w, fmt.Sprintf("!!document.activeElement && document.activeElement.matches(%q)", selector)) {
			if !stage.Eval[bool](w, "(e => { const s = getComputedStyle(e); return e.matches(':focus-visible') && (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none') })(document.activeElement)") {
				t.Errorf("%s: nothing shows that the keyboard is at %s", w.Name, selector)
			}
			return
		}
	}
	t.Fatalf("%s: the Tab key does not lead to %s", w.Name, selector)
}

// The main journey by keyboard alone: come in, measure, watch, label, stop.
func TestByKeyboard(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	tablet, desk := stage.Browse(t, "tablet"), stage.Browse(t, "therapist")
	comeIn := func(w *stage.Window, link string) {
		w.Goto(link)
		tabTo(t, w, "button[type=submit]")
		w.Key(kb.Enter)
		w.Until("document.readyState === 'complete' && !location.pathname.startsWith('/demo/')")
	}
	comeIn(tablet, house.Links().Patient)
	tablet.UntilAt(api.PatientPage)
	tablet.Until("!!document.querySelector('#open-sensors') && !!document.querySelector('#allowed [data-therapist]')")
	tabTo(t, tablet, "#open-sensors")
	tablet.Key(kb.Enter)
	tablet.Until("!!document.querySelector('#connect-demo')")
	tabTo(t, tablet, "#connect-demo")
	tablet.Key(kb.Enter)
	tablet.UntilData("#tile-demo-ecg", "state", "streaming")

	comeIn(desk, house.Links().Therapist)
	row := fmt.Sprintf("#patients [data-patient=%q]", house.Caller(t, house.Links().Therapist).Patients()["Wren-23"].ID)
	desk.UntilData(row, "online", "true")
	tabTo(t, desk, row+" a.open")
	desk.Key(kb.Enter)
	desk.Until("!!document.querySelector('#stream') && !document.querySelector('#stream').disabled")
	tabTo(t, desk, "#stream")
	desk.Key(kb.Enter)
	desk.UntilData("#watch", "phase", "streaming")
	desk.Key("1")
	desk.Until("document.querySelectorAll('#labels li').length === 1")
	tabTo(t, desk, "#note")
	desk.Key("slept well")
	desk.Key(kb.Enter)
	desk.Until("document.querySelectorAll('#labels li').length === 2")
	tabTo(t, desk, "#labels li button")
	desk.Key(kb.Enter)
	desk.Until("!!document.querySelector('dialog') && document.querySelector('dialog').contains(document.activeElement)")
	desk.Key(kb.Escape)
	desk.Until("!document.querySelector('dialog')")
	tabTo(t, desk, "#stream")
	desk.Key(kb.Enter)
	desk.UntilData("#watch", "phase", "idle")
	tablet.Until("(document.querySelector('#who').dataset.shares || '0') === '0'")
}
