package store

import (
	"context"
	"encoding/base64"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
	"hearth/backend/post"
	"hearth/shared/care"
)

// subscriptionColumns tie a browser's notices to the session in which they were switched on. No page had switched any on.
const subscriptionColumns = `
ALTER TABLE subscriptions ADD COLUMN slot TEXT NOT NULL DEFAULT '';
ALTER TABLE subscriptions ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE subscriptions ADD COLUMN kept_until BIGINT NOT NULL DEFAULT 0
`

// keptAfter is how long a browser goes on taking notices after its session ran out unused, over a weekend. A session that
// somebody ended ends its notices at once.
const keptAfter = identity.Remembered

// taking is true for a subscription u whose browser takes notices. Whatever ends a session ends them: signing out here or
// elsewhere, an administrator, another password.
const taking = "(EXISTS (SELECT 1 FROM sessions AS s WHERE s.person = u.person AND s.slot = u.slot) OR u.kept_until > ?)"

type subscriptionRow struct {
	bun.BaseModel `bun:"table:subscriptions,alias:u"`

	ID        string `bun:",pk"`
	Person    care.PersonID
	Slot      string
	Language  string
	Sealed    string
	KeptUntil int64
	Created   int64
}

// Subscriptions lists the browsers of somebody that take notices; of somebody disabled none, nor those that were signed out.
func (s *Store) Subscriptions(ctx context.Context, person care.PersonID) ([]post.Subscription, error) {
	var rows []subscriptionRow
	err := s.db.NewSelect().Model(&rows).Join("JOIN people AS w ON w.id = u.person AND NOT w.disabled").Where("u.person = ?", person).
		Where(taking, micro(s.now())).OrderExpr("u.created, u.id").Limit(50).Scan(ctx)
	var list []post.Subscription
	for _, row := range rows {
		sealed, wrong := base64.StdEncoding.DecodeString(row.Sealed)
		if err == nil {
			err = wrong
		}
		list = append(list, post.Subscription{ID: row.ID, Person: row.Person, Slot: row.Slot, Language: row.Language, Sealed: sealed})
	}
	return list, failed("list subscriptions", err)
}

// PutSubscription remembers a browser. One that was another's is theirs no more: whoever sits there now signed in. What the
// same browser was known by before is forgotten.
func (s *Store) PutSubscription(ctx context.Context, u post.Subscription) error {
	if err := clean(u.Slot, u.Language); err != nil {
		return err
	}
	row := subscriptionRow{ID: u.ID, Person: u.Person, Slot: u.Slot, Language: u.Language, Sealed: base64.StdEncoding.EncodeToString(u.Sealed), Created: micro(s.now())}
	return s.within(ctx, "keep a subscription", func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw("DELETE FROM subscriptions WHERE person = ? AND slot = ? AND id <> ?", u.Person, u.Slot, u.ID).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewInsert().Model(&row).On("CONFLICT (id) DO UPDATE").Set("person = EXCLUDED.person").Set("slot = EXCLUDED.slot").
			Set("language = EXCLUDED.language").Set("sealed = EXCLUDED.sealed").Set("kept_until = 0").Exec(ctx)
		return err
	})
}

// DropSubscription forgets a browser of somebody.
func (s *Store) DropSubscription(ctx context.Context, person care.PersonID, id string) error {
	_, err := s.db.NewRaw("DELETE FROM subscriptions WHERE id = ? AND person = ?", id, person).Exec(ctx)
	return failed("forget a subscription", err)
}

// DropSubscriptionsIn forgets what somebody switched on in these sessions, those that ran out too: they signed out in their
// browser.
func (s *Store) DropSubscriptionsIn(ctx context.Context, person care.PersonID, slots []identity.Slot) error {
	_, err := s.db.NewRaw("DELETE FROM subscriptions WHERE person = ? AND slot IN (?)", person, bun.List(slots)).Exec(ctx)
	return failed("forget a subscription", err)
}

// SettleSubscriptions follows somebody who signed in, in a slot of a browser that carries others too. What other people
// switched on there ends, whether their sessions go on or ran out: it would come to whoever sits there now. What they switched
// on there themselves, in a session that ran out, belongs to the new one and ends with it.
func (s *Store) SettleSubscriptions(ctx context.Context, person care.PersonID, slot identity.Slot, others []identity.Slot) error {
	carried := append([]identity.Slot{slot}, others...) // never empty
	return s.within(ctx, "settle subscriptions", func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw("DELETE FROM subscriptions WHERE person <> ? AND slot IN (?)", person, bun.List(carried)).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewRaw(`UPDATE subscriptions SET slot = ?, kept_until = 0 WHERE person = ? AND slot IN (?) AND (slot = ? OR NOT EXISTS
			(SELECT 1 FROM sessions AS s WHERE s.person = subscriptions.person AND s.slot = subscriptions.slot))`, slot, person, bun.List(carried), slot).Exec(ctx)
		return err
	})
}

// outlast lets the browsers whose sessions ran out take notices for a while longer. Call it before those are forgotten.
func outlast(ctx context.Context, db bun.IDB, now time.Time) error {
	_, err := db.NewRaw(`UPDATE subscriptions SET kept_until = ? WHERE kept_until = 0 AND EXISTS
		(SELECT 1 FROM sessions AS s WHERE s.person = subscriptions.person AND s.slot = subscriptions.slot AND s.expires <= ?)`, micro(now.Add(keptAfter)), micro(now)).Exec(ctx)
	return err
}

// forgetBrowsers forgets those that take no notices any more.
func forgetBrowsers(ctx context.Context, db bun.IDB, now time.Time) error {
	_, err := db.NewRaw("DELETE FROM subscriptions WHERE id IN (SELECT u.id FROM subscriptions AS u WHERE NOT "+taking+")", micro(now)).Exec(ctx)
	return err
}

// forgetBrowsersOf forgets all browsers of somebody whose sessions ended, those that ran out unused too.
func forgetBrowsersOf(ctx context.Context, db bun.IDB, person care.PersonID) error {
	_, err := db.NewRaw("DELETE FROM subscriptions WHERE person = ? AND NOT EXISTS (SELECT 1 FROM sessions AS s WHERE s.person = subscriptions.person AND s.slot = subscriptions.slot)", person).Exec(ctx)
	return err
}
