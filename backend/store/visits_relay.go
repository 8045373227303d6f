package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// relayColumns say which visits of a project go through the relay by themselves, and where staff chose. A visit there was
// stays as it is until somebody else is invited to it.
const relayColumns = `
ALTER TABLE visiting ADD COLUMN relaying TEXT NOT NULL DEFAULT 'others';
ALTER TABLE visits ADD COLUMN relay_said BOOLEAN NOT NULL DEFAULT FALSE`

// errNoRelay is the fault of sending a visit through a relay that is not there: nobody in it would ever hear anybody.
var errNoRelay = fault.New(fault.Conflict, "visit.no-relay", nil)

// relayed decides whether a visit with these invited goes through the relay.
func (s *Store) relayed(v care.Visit, rule care.Relaying, who ...care.Invited) (care.Visit, error) {
	switch {
	case !s.noRelay:
		return v.Relayed(rule, who...), nil
	case v.RelaySaid && v.Relay:
		return v, errNoRelay
	}
	return v, nil
}

// through reports whether a visit goes through the relay: one that was sent there by itself goes directly while the house has
// none, and through it again afterwards. Where staff chose it, to hide addresses, nobody meets without it. A relay that fails
// changes nothing by itself: the house's test of it may be wrong, and an address that was learnt stays learnt. Staff who book
// and administrators are warned, and decide.
func (s *Store) through(v care.Visit) bool { return v.Relay && (v.RelaySaid || !s.noRelay) }

// relayFor decides it for a visit that is held, to which somebody is invited. Who is in it already keeps their connections;
// whoever meets the new one does so through the relay, see live.Member.
func (s *Store) relayFor(ctx context.Context, tx bun.Tx, row *visitRow, as care.Invited) error {
	if row.Relay || row.RelaySaid || s.noRelay {
		return nil
	}
	set, err := visitingOf(ctx, tx, row.Project)
	row.Relay = row.visit().Relayed(set.Relaying, as).Relay
	return err
}

// chosen is a visit of which staff say whether it goes through the relay, before anybody is in it.
func (s *Store) chosen(ctx context.Context, tx bun.Tx, v care.Visit, relay bool) (care.Visit, error) {
	if relay && s.noRelay && !(v.Relay && v.RelaySaid) {
		return v, errNoRelay
	}
	if relay != s.through(v) {
		var inside int
		if err := tx.NewRaw("SELECT COUNT(*) FROM guests WHERE visit = ? AND state IN ('admitted', 'in-call', 'reconnecting')", v.ID).Scan(ctx, &inside); err != nil {
			return v, err
		}
		if inside > 0 { // every connection would have to be made anew, in the middle of a word
			return v, errBegun
		}
	}
	v.Relay, v.RelaySaid = relay, true
	return v, nil
}
