package store

import (
	"context"
	"encoding/base64"

	"github.com/uptrace/bun"

	"hearth/backend/post"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// OptedOut reports whether nothing is to be sent to an address, known by its hash.
func (s *Store) OptedOut(ctx context.Context, hash string) (bool, error) {
	var n int
	err := s.db.NewRaw("SELECT COUNT(*) FROM opt_outs WHERE hash = ?", hash).Scan(ctx, &n)
	return n > 0, failed("look for an opt-out", err)
}

// errOwnStop is the fault of taking back for somebody what they said themselves.
var errOwnStop = fault.New(fault.Conflict, "message.own-stop", nil)

// PutOptOut remembers, or forgets, that nothing is to be sent to an address. Way is "answer", "page" or "staff". What
// receivers said themselves staff do not take back: fault.Conflict "message.own-stop".
func (s *Store) PutOptOut(ctx context.Context, channel care.Channel, hash, way string, by care.PersonID, out bool) error {
	var err error
	if out {
		_, err = s.db.NewRaw("INSERT INTO opt_outs (hash, channel, way, author, created) VALUES (?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING",
			hash, channel, way, by, micro(s.now())).Exec(ctx)
	} else if _, err = s.db.NewRaw("DELETE FROM opt_outs WHERE hash = ? AND (way = 'staff' OR ? <> 'staff')", hash, way).Exec(ctx); err == nil {
		var still bool
		if still, err = s.OptedOut(ctx, hash); still {
			err = errOwnStop
		}
	}
	return failed("keep an opt-out", err)
}

type subscriptionRow struct {
	bun.BaseModel `bun:"table:subscriptions,alias:u"`

	ID      string `bun:",pk"`
	Person  care.PersonID
	Sealed  string
	Created int64
}

// Subscriptions lists the browsers of somebody that take notices; of somebody disabled none.
func (s *Store) Subscriptions(ctx context.Context, person care.PersonID) ([]post.Subscription, error) {
	var rows []subscriptionRow
	err := s.db.NewSelect().Model(&rows).Join("JOIN people AS w ON w.id = u.person AND NOT w.disabled").Where("u.person = ?", person).
		OrderExpr("u.created, u.id").Limit(50).Scan(ctx)
	var list []post.Subscription
	for _, row := range rows {
		sealed, wrong := base64.StdEncoding.DecodeString(row.Sealed)
		if err == nil {
			err = wrong
		}
		list = append(list, post.Subscription{ID: row.ID, Person: row.Person, Sealed: sealed})
	}
	return list, failed("list subscriptions", err)
}

// PutSubscription remembers a browser. One that was another's is theirs no more: whoever sits there now signed in.
func (s *Store) PutSubscription(ctx context.Context, u post.Subscription) error {
	row := subscriptionRow{ID: u.ID, Person: u.Person, Sealed: base64.StdEncoding.EncodeToString(u.Sealed), Created: micro(s.now())}
	_, err := s.db.NewInsert().Model(&row).On("CONFLICT (id) DO UPDATE").Set("person = EXCLUDED.person").Set("sealed = EXCLUDED.sealed").Exec(ctx)
	return failed("keep a subscription", err)
}

// DropSubscription forgets a browser of somebody.
func (s *Store) DropSubscription(ctx context.Context, person care.PersonID, id string) error {
	_, err := s.db.NewRaw("DELETE FROM subscriptions WHERE id = ? AND person = ?", id, person).Exec(ctx)
	return failed("forget a subscription", err)
}
