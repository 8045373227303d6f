package store

import (
	"context"
	"testing"
	"time"

	"hearth/shared/care"
)

// Whoever reads a chat waits for nobody who writes, and keeps nobody from writing.
func TestAChatIsReadWhileSomebodyWrites(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		patient := newGuest(care.AsPatient)
		v := c.mustBook(t, c.ana, c.soon(patient))
		tx, err := c.db.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		if _, err := c.holdVisit(t.Context(), tx, every, v.ID); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		if list, err := c.Lines(ctx, c.ana, v.ID); err != nil || len(list) != 0 {
			t.Errorf("read %v, %v", list, err)
		}
	})
}
