package e2e

import (
	"testing"

	"hearth/e2e/stage"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// The keyboard stays where somebody left it, whatever comes and goes above it on the patient's page.
func TestFocusStays(t *testing.T) {
	t.Parallel()
	s := meet(t)
	admin, mira := s.house.Caller(t, s.house.Links().Administrator), s.house.Caller(t, s.house.Links().Therapist).Me()
	wren := s.house.Caller(t, s.house.Links().Patient)
	phone := stage.Browse(t, "phone")
	phone.Expect(away...)
	phone.ComeIn(s.house.Links().Patient, api.PatientPage)
	phone.Until("!!document.querySelector('#allowed [data-therapist]')")
	tabTo(t, phone, "#open-sensors")
	stage.Eval[bool](phone, "(document.activeElement.before = true)")
	still := func(after string) {
		t.Helper()
		if !stage.Eval[bool](phone, "(e => e.id === 'open-sensors' && e.before === true && e.matches(':focus-visible') && getComputedStyle(e).outlineStyle !== 'none')(document.activeElement)") {
			t.Fatalf("%s: the keyboard is at %s", after, stage.Eval[string](phone, "document.activeElement.outerHTML.slice(0, 200)"))
		}
	}
	tablet := mustHello(t, wren, live.Aggregator)
	go func() { // whoever reads nothing answers no ping, and is put out
		for {
			if _, _, err := tablet.conn.ReadMessage(); err != nil {
				return
			}
		}
	}()
	announce := func(sensors ...live.Sensor) {
		tablet.say(live.FromPage{Command: &live.Command{ID: care.NewID[string](), Room: live.PatientRoom(s.wren.ID), Announce: &live.Announce{Sensors: sensors}}})
	}
	for range 5 {
		announce(live.Sensor{Key: "demo-ecg", Signal: "ecg", State: "streaming", Battery: 80})
		phone.Until("!!document.querySelector('[data-device]')")
		still("a sensor came")
		s.permit(admin, mira, access.ECG)
		phone.Until("document.querySelector('#allowed [data-therapist]')?.dataset.signals === 'ecg'")
		s.permit(admin, mira)
		phone.Until("!document.querySelector('#allowed [data-therapist]')?.dataset.signals")
		still("a permission went")
		s.permit(admin, mira, access.ECG, access.Movement)
		phone.Until("!!document.querySelector('#allowed [data-therapist]')?.dataset.signals")
		still("a permission came")
		announce()
		phone.Until("!document.querySelector('[data-device]')")
		still("a sensor went")
	}
	tablet.conn.Close()
	s.measure()
	s.watch()
	phone.Until("document.querySelectorAll('[data-receiver] [data-share]').length === 2")
	still("somebody watches")
	s.desk.Click("#stream")
	phone.Until("document.querySelectorAll('[data-receiver] [data-share]').length === 0")
	still("nobody watches")
	s.tablet.Expect(away...)
	s.desk.Expect(away...)
	s.house.Stop()
	phone.Until("!!document.querySelector('#last-known')")
	still("the house is away")
	s.house.Start()
	phone.Until("!document.querySelector('#last-known')")
	still("the house is back")
}
