package store

import (
	"slices"
	"testing"

	"hearth/shared/care"
)

// However many are expected, the last of them is found too.
func TestEverybodyExpectedIsLookedThrough(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, patient := t.Context(), newGuest(care.AsPatient)
		v := c.mustBook(t, c.ana, c.soon(patient))
		var row guestRow
		if err := c.db.NewSelect().Model(&row).Where("i.id = ?", patient.ID).Scan(ctx); err != nil {
			t.Fatal(err)
		}
		rows := make([]guestRow, 1200)
		for i := range rows {
			rows[i] = row
			rows[i].ID, rows[i].Place = care.NewID[care.GuestID](), i+1
		}
		for part := range slices.Chunk(rows, 300) {
			if _, err := c.db.NewInsert().Model(&part).Exec(ctx); err != nil {
				t.Fatal(err)
			}
		}
		ids, err := c.ExpectedGuests(ctx)
		if err != nil || len(ids) != len(rows)+1 {
			t.Errorf("%d of %d guests of %s, %v", len(ids), len(rows)+1, v.ID, err)
		}
	})
}
