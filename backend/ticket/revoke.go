package ticket

import (
	"context"
	"errors"
	"time"
)

// Revoke takes one ticket back, for as long as it could live.
func (d *Desk) Revoke(ctx context.Context, id ID) error {
	now := d.now()
	return d.revoke(ctx, nameOf(id), now.Add(Leeway), now)
}

// RevokeAll takes back every ticket of a kind that a subject was given so far. Tickets know whole seconds: one minted in
// this very second may be taken back with them.
func (d *Desk) RevokeAll(ctx context.Context, kind Kind, subject string) error {
	now := d.now()
	return d.revoke(ctx, nameOfAll(kind, subject), now, now)
}

func (d *Desk) revoke(ctx context.Context, name string, before, now time.Time) error {
	return errors.Join(d.store.Revoke(ctx, name, before, now.Add(Longest+2*Leeway)), d.store.SweepRevoked(ctx, now))
}

func nameOf(id ID) string { return "ticket/" + string(id) }

func nameOfAll(kind Kind, subject string) string { return "all/" + string(kind) + "/" + subject }

// All is what a store that takes back every ticket of a subject by itself, in one step with something else, remembers: under
// which name, and until when.
func All(kind Kind, subject string, now time.Time) (name string, expires time.Time) {
	return nameOfAll(kind, subject), now.Add(Longest + 2*Leeway)
}
