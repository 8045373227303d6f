package store

import (
	"slices"
	"sync"
	"testing"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

func TestPermissions(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		got, err := c.PutCare(ctx, c.admin, care.Permission{Patient: c.wrenID, Therapist: c.ana.Person, Signals: []access.Signal{access.Camera, access.ECG, access.ECG}})
		if err != nil || !slices.Equal(got.Signals, []access.Signal{access.ECG, access.Camera}) {
			t.Fatalf("got %+v, %v", got, err)
		}
		if got.PatientName != "Wren-23" || got.TherapistName != "Ana Therapist" || got.PatientPerson != c.wren.Person {
			t.Errorf("got %+v", got)
		}
		want := []access.Signal{access.ECG, access.Camera}
		if signals, err := c.PermittedSignals(ctx, c.wrenID, c.ana.Person); err != nil || !slices.Equal(signals, want) {
			t.Errorf("got %v, %v; want %v", signals, err, want)
		}
		if list, err := c.Permissions(ctx, c.ana); err != nil || len(list) != 1 || !slices.Equal(list[0].Signals, want) || list[0].Patient != c.wrenID {
			t.Errorf("got %v, %v", list, err)
		}
		for _, stranger := range []care.PersonID{c.ben.Person, c.admin.Person, c.wren.Person, care.NewID[care.PersonID](), "junk\x00"} {
			if signals, err := c.PermittedSignals(ctx, c.wrenID, stranger); err != nil || len(signals) != 0 {
				t.Errorf("%q may receive %v, %v", stranger, signals, err)
			}
		}
		_, err = c.PutCare(ctx, c.admin, care.Permission{Patient: c.wrenID, Therapist: c.ana.Person, Signals: []access.Signal{"smell"}})
		wantFault(t, err, fault.Invalid, "signal.unknown")

		for range 2 {
			if err := c.DeleteCare(ctx, c.admin, c.wrenID, c.ana.Person); err != nil {
				t.Fatal(err)
			}
		}
		if signals, err := c.PermittedSignals(ctx, c.wrenID, c.ana.Person); err != nil || len(signals) != 0 {
			t.Errorf("after the end she may receive %v, %v", signals, err)
		}
		c.mustCare(t, c.wrenID, c.ana.Person)
		if signals, err := c.PermittedSignals(ctx, c.wrenID, c.ana.Person); err != nil || len(signals) != 0 {
			t.Errorf("assigned anew she may receive %v, %v; want nothing until permitted", signals, err)
		}
	})
}

func TestPermissionsNeverMix(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		choices := [][]access.Signal{{access.ECG, access.Movement}, {access.Eye, access.Camera}, {}}
		var wait sync.WaitGroup
		for i := range 12 {
			wait.Go(func() {
				got, err := c.PutCare(t.Context(), c.admin, care.Permission{Patient: c.larkID, Therapist: c.ana.Person, Signals: choices[i%3]})
				if err != nil || !slices.Equal(got.Signals, choices[i%3]) {
					t.Errorf("got %v, %v; want %v", got.Signals, err, choices[i%3])
				}
			})
		}
		wait.Wait()
		got, err := c.PermittedSignals(t.Context(), c.larkID, c.ana.Person)
		if err != nil || !slices.ContainsFunc(choices, func(ch []access.Signal) bool { return slices.Equal(ch, got) }) {
			t.Errorf("got %v, %v; want one of %v", got, err, choices)
		}
	})
}

func TestPatientsOfTheirTherapist(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		list, err := c.ListPatients(t.Context(), c.ana)
		if err != nil || len(list) != 1 || list[0].ID != c.wrenID || list[0].Name != "Wren-23" {
			t.Errorf("got %+v, %v", list, err)
		}
		_, err = c.PatientOf(t.Context(), c.ana.Person)
		wantFault(t, err, fault.NotFound, "not-found")
	})
}
