package store

import (
	"context"

	"hearth/shared/care"
)

// ExpectedGuests lists, for the house, guests whose links show the waiting room now: from a day before their visit until it is
// over, the earliest first. Staff and callers have none. It is all of them: who is left out is sent no link.
func (s *Store) ExpectedGuests(ctx context.Context) (ids []care.GuestID, err error) {
	now := s.now()
	err = s.db.NewRaw(`SELECT i.id FROM guests AS i JOIN visits AS v ON v.id = i.visit WHERE i.invited_as NOT IN ('staff', 'caller')
		AND i.state NOT IN ('uninvited', 'denied') AND (v.state = 'open' OR v.state = 'booked' AND v.begins <= ? AND v.ends > ?) ORDER BY v.begins, i.id`,
		micro(now.Add(care.LinkBefore)), micro(now.Add(-care.LinkAfter))).Scan(ctx, &ids)
	return ids, failed("look for who is expected", err)
}
