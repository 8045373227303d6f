package store

import (
	"context"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"hearth/shared/care"
)

// meanwhile runs do in a transaction and, before that commits, then: with what do did unseen by anybody else.
func (c clinic) meanwhile(t testing.TB, do func(ctx context.Context, tx bun.Tx) error, then func()) {
	t.Helper()
	if err := c.db.RunInTx(t.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		err := do(ctx, tx)
		then()
		return err
	}); err != nil {
		t.Error(err)
	}
}

// Choosing a message's ways waits for nobody who changes its visit, who in turn may want the message: of two who wait for
// each other the database ends one.
func TestWaysOfAMessageBesideAChange(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		if !c.postgres() {
			t.Skip("SQLite has one writer at a time")
		}
		w := mustPost(t, c)
		v := c.mustBook(t, c.ana, c.ahead(48*time.Hour, newGuest(care.AsPatient)))
		for _, m := range w.mustMessages(t, v.ID) {
			c.meanwhile(t, func(ctx context.Context, tx bun.Tx) error {
				_, err := c.holdVisit(ctx, tx, every, v.ID)
				return err
			}, func() {
				within, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				if err := c.SplitMessage(within, m.ID, []care.Channel{care.BySMS, care.ByMail, care.ByPush}); err != nil {
					t.Errorf("%s: %v", m.Kind, err)
				}
			})
		}
		if list := w.mustMessages(t, v.ID); len(list) != 9 {
			t.Errorf("%d messages by three ways each: %s", len(list), told(list))
		}
	})
}

