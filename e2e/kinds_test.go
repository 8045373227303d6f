package e2e

import (
	"slices"
	"testing"

	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/care"
)

// Each kind of visit is held once: a family's without staff in it, to which the patient comes signed in; a talk with a
// relative without the patient; and one of staff alone.
func TestKindsOfVisits(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	mother := family(t, house.Caller(t, house.Links().Administrator), house.Caller(t, house.Links().Therapist).Patients()["Wren-23"].ID)[0]
	relative := api.NewGuest{As: care.AsRelative, Relative: mother.ID}

	t.Run("family, and the patient is signed in", func(t *testing.T) {
		v := expect(t, house, care.Family, "Wren-23", api.NewGuest{As: care.AsPatient, Language: "en"}, relative)
		phone := stage.Browse(t, "kinds-patient")
		listens(phone)
		phone.Before(peers)
		phone.Size(390, 844, true)
		phone.ComeIn(house.Links().Patient, api.PatientPage)
		phone.UntilText("#visit-due", "Mira Solano")
		phone.Accessible("light", "dark", "child")
		phone.Pictures("kinds-due")
		phone.Size(390, 844, true)
		phone.Click("#visit-ready")
		phone.UntilAt(api.VisitPage + string(v.guest(0).ID))
		phone.Until("!!document.querySelector('#ready')")
		mirrored(t, phone, "kinds-porch")
		phone.Click("#ready")
		on(phone, "waiting")
		mirrored(t, phone, "kinds-waiting")
		v.until(0, care.WaitingRoom)
		hers := v.company(1)
		v.admit(0)
		v.admit(1)
		on(phone, "in-call")
		together(phone, 1)
		if kinds, carry := ways(phone); !v.is.Relay || !slices.Equal(kinds, []string{"relay"}) || carry == 0 { // nobody asked for it
			t.Errorf("patient and mother meet by %v over %d connections", kinds, carry)
		}
		if stage.Eval[bool](phone, "!!document.querySelector('#sensors')") {
			t.Error("sensors are offered where no therapist is")
		}
		phone.UntilText("#tile-1", "Mother")
		phone.UntilText("#near", "same room or house") // both are on this machine
		tidy(t, phone, 2)
		reached(t, phone)
		phone.Accessible("light", "dark", "child")
		mirrored(t, phone, "kinds-near")
		phone.Pictures("kinds-near")
		phone.Size(390, 844, true)
		phone.Click("#near-mute")
		phone.UntilData("#tile-0", "mic", "false")
		phone.Until("!document.querySelector('#near')")
		phone.Click("#call-mic")
		phone.UntilData("#tile-0", "mic", "true")
		if stage.Eval[bool](phone, "!!document.querySelector('#near')") {
			t.Error("whoever has read it is told again")
		}
		phone.Picture("kinds-family")
		v.end()
		on(phone, "ended")
		hers.left(t, 1)
	})
	t.Run("a talk with the mother, without the patient", func(t *testing.T) {
		v := expect(t, house, care.Information, "Wren-23", relative)
		desk := stage.Browse(t, "kinds-desk")
		v.hosts(desk)
		desk.UntilData("#visit", "signals", "false")
		hers := v.company(0)
		desk.UntilText("#knock", "mother of Wren-23")
		desk.Click("#knock-in")
		together(desk, 1)
		desk.Accessible("light", "dark")
		desk.Pictures("kinds-information")
		desk.Click("#call-end")
		desk.Click("#end-all")
		desk.UntilData("#visit", "step", "over")
		hers.left(t, 1)
	})
	t.Run("staff alone", func(t *testing.T) {
		house.Resident(t, "noor")
		noor := (&visit{t: t, house: house, mira: house.Caller(t, house.Links().Therapist), is: api.Visit{Project: house.Caller(t, house.Links().Therapist).Patients()["Wren-23"].Project}}).colleague("Noor Haddad")
		v := expect(t, house, care.Meeting, "", api.NewGuest{As: care.AsStaff, Person: noor})
		desk, hers := stage.Browse(t, "kinds-mira"), stage.Browse(t, "kinds-noor")
		v.hosts(desk)
		listens(hers)
		hers.Follows = "#visit"
		hers.Goto(house.URL() + api.SignInPage)
		hers.Fill("#login", "noor")
		hers.Fill("#password", stage.OwnPassword)
		hers.Click("#sign-in button[type=submit]")
		hers.UntilAt(api.TherapistPage)
		hers.Goto(house.URL() + "/therapist/visit/" + string(v.is.ID))
		for _, w := range []*stage.Window{desk, hers} {
			met(w, 1)
		}
		hers.UntilText("#tile-1", "Mira Solano")
		desk.UntilText("#tile-1", "Noor Haddad")
		hers.Picture("kinds-staff")
		desk.Click("#call-end")
		desk.Click("#end-all")
		for _, w := range []*stage.Window{desk, hers} {
			w.UntilData("#visit", "step", "over")
		}
		if r := v.report(); r.Visit.Outcome != care.Held {
			t.Errorf("staff met, and the outcome is %q", r.Visit.Outcome)
		}
	})
}
