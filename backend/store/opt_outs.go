package store

import (
	"context"

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
