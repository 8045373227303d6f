package e2e

import (
	"testing"

	"hearth/shared/api"
)

// Notes that could not be sent are nobody's to read and nobody's to lose: signing out asks, and what stays is sent when the
// house is back.
func TestSigningOutWithUnsentNotes(t *testing.T) {
	t.Parallel()
	s := meet(t)
	s.desk.Expect(away...)
	s.desk.Click(s.row() + " a.open")
	s.desk.Until("!!document.querySelector('#label-0') && !document.querySelector('#label-0').disabled")
	s.desk.UntilData("#watch", "phase", "idle")
	s.house.Stop()
	s.desk.Fill("#note", "panic at the door")
	s.desk.Click("#note-add")
	s.desk.UntilData("#pending", "n", "1")
	const kept = `Object.entries(localStorage).filter(([k]) => k.startsWith("hearth.unsent/")).map(([, v]) => v).join()`
	s.desk.Until("(" + kept + ").length > 40 && !(" + kept + ").includes('panic')")

	s.desk.Click(".watch-bar a.brand")
	s.desk.UntilAt(api.TherapistPage)
	s.desk.SignOut()
	s.desk.Until("!!document.querySelector('#unsent-discard') && !document.querySelector('#unsent-discard').disabled")
	s.desk.UntilText("dialog", "1 note is not sent yet")
	s.desk.Accessible("light", "dark", "child")
	s.desk.Pictures("therapist-unsent")
	s.desk.Click("#unsent-stay")
	s.desk.Until("!document.querySelector('dialog')")

	s.house.Start()
	s.desk.Until("!document.querySelector('.notices .note')")
	s.desk.SignOut()
	s.desk.UntilAt(api.SignInPage)
	s.desk.Until("(" + kept + ") === ''")
	mira := s.house.Caller(t, s.house.Links().Therapist)
	var sittings api.List[api.Sitting]
	mira.Do(api.ListSittings, []string{"{patient}", string(s.wren.ID)}, nil, &sittings)
	var stored api.List[api.Label]
	mira.Do(api.ListLabels, []string{"{sitting}", string(sittings.Items[0].ID)}, nil, &stored)
	if len(stored.Items) != 1 || stored.Items[0].Text != "panic at the door" {
		t.Errorf("the house has %+v", stored.Items)
	}
}
