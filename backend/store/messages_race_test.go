package store

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/post"
	"hearth/shared/care"
	"hearth/shared/fault"
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

// untilBlocked waits until a transaction waits for another, or done is closed. SQLite has one writer: there the second has not
// begun.
func (c clinic) untilBlocked(t testing.TB, done <-chan struct{}) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); c.postgres(); time.Sleep(5 * time.Millisecond) {
		var waits int
		if err := c.db.NewRaw("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(t.Context(), &waits); err != nil {
			t.Fatal(err)
		}
		select {
		case <-done:
			return
		default:
		}
		if waits > 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatal("nobody waits for anybody")
		}
	}
}

// A message whose guest's number is being changed at this very moment does not go to the old one.
func TestAMessageBeginsWhileItsNumberChanges(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		w := mustPost(t, c)
		g := newGuest(care.AsPatient)
		v := c.mustBook(t, c.ana, c.ahead(8*time.Minute, g))
		m := w.mustMessages(t, v.ID)[0]
		began, err, done := false, error(nil), make(chan struct{})
		c.meanwhile(t, func(ctx context.Context, tx bun.Tx) error {
			return c.readdressGuest(ctx, tx, v.ID, g.ID, care.Move{Lost: true}, c.admin.Person)
		}, func() {
			go func() {
				defer close(done)
				began, err = c.BeginMessage(context.Background(), m.ID, post.Begun{Guest: v.Guests[0].Version})
			}()
			c.untilBlocked(t, done)
		})
		if <-done; began || !fault.Is(err, fault.Conflict) {
			t.Errorf("it began: %v, %v", began, err)
		}
		if got := told(w.mustMessages(t, v.ID)); got != "soon queued" {
			t.Errorf("it is %s", got)
		}
	})
}

// Whichever of the two comes first, neither waits for the other for ever, and whoever has a link by the old number has one
// that opens nothing.
func TestManyMessagesBeginWhileNumbersChange(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		w := mustPost(t, c)
		for range 40 {
			g := newGuest(care.AsPatient)
			v := c.mustBook(t, c.ana, c.ahead(8*time.Minute, g))
			m, began := w.mustMessages(t, v.ID)[0], false
			var wait sync.WaitGroup
			wait.Go(func() {
				var err error
				if began, err = c.BeginMessage(t.Context(), m.ID, post.Begun{Guest: v.Guests[0].Version}); err != nil && !fault.Is(err, fault.Conflict) {
					t.Error("begin: ", err)
				}
			})
			wait.Go(func() {
				if err := c.within(t.Context(), "move", func(ctx context.Context, tx bun.Tx) error {
					return c.readdressGuest(ctx, tx, v.ID, g.ID, care.Move{Lost: true}, c.admin.Person)
				}); err != nil {
					t.Error("move: ", err)
				}
			})
			wait.Wait()
			if got := told(w.mustMessages(t, v.ID)); began && got != "again queued, soon sending" || !began && got != "soon queued" {
				t.Errorf("began: %v; %s", began, got)
			}
		}
	})
}
