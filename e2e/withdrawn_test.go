package e2e

import (
	"fmt"
	"testing"

	"hearth/e2e/stage"
	"hearth/shared/access"
	"hearth/shared/api"
)

// permit sets which of Wren's signals Mira may receive, as the administrator's page does.
func (s *scene) permit(admin *stage.Caller, mira api.Me, signals ...access.Signal) {
	if signals == nil {
		signals = []access.Signal{}
	}
	admin.Do(api.PutCare, []string{"{patient}", string(s.wren.ID), "{therapist}", string(mira.ID)}, api.PutCareBody{Signals: signals}, nil)
}

// A stream is ended by somebody who is not watching it.
func TestStreamIsEnded(t *testing.T) {
	t.Parallel()
	s := streaming(t)
	t.Run("a permission is withdrawn", func(t *testing.T) { s.withdrawn(t) })
	t.Run("the patient stops", func(t *testing.T) { s.patientStops(t) })
}

// withdrawn takes a permission away in the middle of a stream: that ends it on both sides, in words, and it does not begin
// again.
func (s *scene) withdrawn(t *testing.T) {
	s.on(t)
	admin, mira := s.house.Caller(t, s.house.Links().Administrator), s.house.Caller(t, s.house.Links().Therapist).Me()
	s.tablet.Until("document.querySelector('#who').dataset.shares === '1'")

	// One of two signals first: the other goes on.
	s.permit(admin, mira, access.ECG)
	s.desk.Until("!document.querySelector('.book[data-sensor=demo-movement]') && !!document.querySelector('.book[data-sensor=demo-ecg]')")
	received := book(t, s.desk, "demo-ecg")["received"]
	s.desk.Until(fmt.Sprintf("+document.querySelector('.book[data-sensor=demo-ecg]').dataset.received > %d", received))

	// Then all of it, on the administrator's page.
	page := stage.Browse(t, "administrator")
	page.ComeIn(s.house.Links().Administrator, "")
	page.UntilAt(api.AdminPage)
	page.Goto(s.house.URL() + api.AdminPage + "/patients/" + string(s.wren.ID))
	permit := fmt.Sprintf("#permit-%s-%s-", s.wren.ID, mira.ID)
	page.Until(fmt.Sprintf("document.querySelector(%q)?.checked && !document.querySelector(%q).checked", permit+"ecg", permit+"movement"))
	page.Click(permit + "ecg")
	s.desk.UntilData("#watch", "phase", "withdrawn")
	s.desk.UntilText("#help", "The permission to receive these signals was withdrawn.")
	s.tablet.Until("(document.querySelector('#who').dataset.shares || '0') === '0'")
	s.desk.Until("!document.querySelector('#hr').dataset.value") // no number of somebody who may not be watched
	s.desk.UntilData("#over", "phase", "withdrawn")              // and no strip that looks alive
	s.desk.Until("getComputedStyle(document.querySelector('#ecg')).opacity < 0.5")
	s.tablet.UntilData("#tile-demo-ecg", "state", "streaming") // measuring is the patient's own and goes on
	s.desk.Picture("withdrawn-therapist")

	// Reloading does not bring it back, and asking is refused.
	s.desk.Reload()
	s.desk.UntilData("#watch", "phase", "no-permission")
	s.tablet.Until("(document.querySelector('#who').dataset.shares || '0') === '0'")

	// Permitted again, it begins when the therapist asks, not by itself.
	s.permit(admin, mira, access.ECG, access.Movement)
	s.desk.UntilData("#watch", "phase", "idle")
	s.desk.Click("#stream")
	s.flowing()
}

// patientStops stops everything from the phone: both sides end at once, in words, and nobody asks again by itself.
func (s *scene) patientStops(t *testing.T) {
	s.on(t)
	phone := stage.Browse(t, "phone")
	phone.Size(390, 844, true)
	phone.ComeIn(s.house.Links().Patient, api.PatientPage)
	phone.Until("document.querySelectorAll('[data-receiver] [data-share]').length === 2")
	phone.Picture("phone-flowing")

	// One signal, then all.
	phone.Click("[data-receiver] [data-signal=movement] button")
	phone.Until("document.querySelectorAll('[data-receiver] [data-share]').length === 1")
	s.desk.Until("!document.querySelector('.book[data-sensor=demo-movement]')")
	s.desk.UntilData("#watch", "phase", "streaming")

	phone.Click("#stop-all")
	phone.Until("!!document.querySelector('#stopped')")
	phone.Until("document.querySelectorAll('[data-receiver] [data-share]').length === 0")
	s.desk.UntilData("#watch", "phase", "ended")
	s.desk.UntilText("#help", "The patient has stopped the stream.")
	s.tablet.Until("(document.querySelector('#who').dataset.shares || '0') === '0'")
	phone.Picture("phone-stopped")

	// The therapist's page does not ask again, not even when it is loaded anew.
	s.desk.Reload()
	s.desk.Until("['idle', 'ended'].includes(document.querySelector('#watch')?.dataset.phase) && document.querySelector('#presence')?.dataset.online === 'true'")
	phone.Until("document.querySelectorAll('[data-receiver] [data-share]').length === 0 && document.querySelector('#stop-all').disabled")
	s.tablet.UntilData("#tile-demo-ecg", "state", "streaming")

	// Only the therapist does, by pressing.
	s.desk.Click("#stream")
	s.flowing()
	phone.Until("document.querySelectorAll('[data-receiver] [data-share]').length === 2")
}
