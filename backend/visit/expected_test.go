package visit_test

import (
	"testing"

	"hearth/shared/care"
)

// A contact nobody can read keeps nobody else from being found.
func TestExpectedBesideAnUnreadableContact(t *testing.T) {
	c, ctx := mustClinic(t), t.Context()
	var guests []care.GuestID
	for _, patient := range c.patients {
		c.mustContact(t, patient, care.Contact{Name: "Rosa Holm", Mobile: "+4917055501042"})
		g := care.NewGuest{ID: care.NewID[care.GuestID](), As: care.AsPatient}
		if _, err := c.BookVisit(ctx, c.ana, c.soon(patient, g)); err != nil {
			t.Fatal(err)
		}
		guests = append(guests, g.ID)
	}
	finds := func(want int) {
		t.Helper()
		found, err := c.Expected(ctx, "01705 5501042")
		if err != nil || len(found) != want {
			t.Errorf("found %d of %d, %v", len(found), want, err)
		}
	}
	finds(2)
	for i, patient := range c.patients {
		_, version, err := c.contacts.Who(ctx, c.admin, patient)
		if err == nil {
			_, err = c.store.PutContact(ctx, c.admin, patient, []byte("what no key opens"), version)
		}
		if err != nil {
			t.Fatal(err)
		}
		finds(len(guests) - 1 - i)
	}
}
