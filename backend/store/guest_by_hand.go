package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
	"hearth/backend/post"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// mostByHand is how many links of a guest are made within againByHand by those who hand them over.
const (
	mostByHand  = 5
	againByHand = 10 * time.Minute
)

// HandGuestLink keeps the hash of a link that somebody who writes the visit hands over by themselves. Older ones go on working.
// Faults: Conflict "message.over", TooMany "link.too-often".
func (s *Store) HandGuestLink(ctx context.Context, by care.Reader, visit care.VisitID, guest care.GuestID, hash identity.Hash) (v care.Visit, err error) {
	err = s.within(ctx, "hand a link over", func(ctx context.Context, tx bun.Tx) error {
		held, g, err := s.guestWritten(ctx, tx, by, visit, guest)
		if err != nil {
			return err
		}
		v = held.visit()
		if len(post.Planned(post.Again, v, g, post.Heard{}, true, s.now())) == 0 {
			return fault.New(fault.Conflict, "message.over", nil)
		}
		var recent int
		if err := tx.NewRaw("SELECT COUNT(*) FROM guest_links WHERE guest = ? AND by_hand AND made > ?", guest, micro(s.now().Add(-againByHand))).Scan(ctx, &recent); err != nil {
			return err
		}
		if recent >= mostByHand {
			return fault.New(fault.TooMany, "link.too-often", nil)
		}
		done, err := tx.NewRaw(`INSERT INTO guest_links (hash, guest, made, revoked, by_hand) SELECT ?, i.id, ?, 0, TRUE FROM guests AS i
			WHERE i.id = ? AND i.state <> 'uninvited' AND i.invited_as <> 'staff'`, hashText(hash), micro(s.now()), guest).Exec(ctx)
		return present(done, err)
	})
	return v, err
}

// guestWritten holds a visit by writes and finds a guest of it.
func (s *Store) guestWritten(ctx context.Context, tx bun.Tx, by care.Reader, visit care.VisitID, guest care.GuestID) (held visitRow, g care.Guest, err error) {
	if !care.ValidID(visit) || !care.ValidID(guest) {
		return held, g, errNotFound
	}
	if held, err = s.holdVisit(ctx, tx, visitsOf(by, access.WriteVisits), visit); err != nil {
		return held, g, err
	}
	row, err := guestIn(ctx, tx, visit, guest)
	if err != nil {
		return held, g, err
	}
	i, err := row.invitation()
	return held, i.Guest, err
}
