package room

import (
	"context"

	"hearth/shared/care"
	"hearth/shared/live"
)

// Shared is what the audit trail is told of a share.
type Shared struct {
	Patient care.PatientID
	Share   live.Share // as it is from now on, or was before it ended
	What    string     // SharedBegin, SharedChange or SharedEnd
	Reason  string     // of an end, as in live.Ended; or "house-closed"
	From    string     // the network of the therapist's page, when it asked
}

// What may happen to a share.
const (
	SharedBegin  = "begin"
	SharedChange = "change"
	SharedEnd    = "end"
)

// began writes down that a therapist receives signals from now on, of a new share or a larger one; who cannot be
// remembered does not receive.
func (r *Room) began(ctx context.Context, s live.Share, what, from string) error {
	ctx, cancel := context.WithTimeout(ctx, lookUp)
	defer cancel()
	err := r.ask.Note(ctx, Shared{Patient: r.place.Patient, Share: s, What: what, From: from})
	if err != nil {
		r.log.Error("a share cannot be written down and does not begin", "error", err)
	}
	return err
}

// Jot writes down what the acts since the last Jot did to shares. Everybody has heard of it by then: a trail that cannot
// be written holds up no withdrawal, and the gap is in the log.
func (r *Room) Jot(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lookUp)
	defer cancel()
	for _, s := range r.jots {
		if err := r.ask.Note(ctx, s); err != nil {
			r.log.Error("audit entry lost", "share", s.Share.ID, "what", s.What, "error", err)
		}
	}
	r.jots = nil
}

// Close writes down the end of every share: when the house closes, so do they, and its next one begins with none. The
// pages hear of it when they come back.
func (r *Room) Close(ctx context.Context) {
	for _, s := range r.shares {
		r.jot(s, SharedEnd, "house-closed")
	}
	r.shares = nil
	r.Jot(ctx)
}

func (r *Room) jot(s live.Share, what, reason string) {
	r.jots = append(r.jots, Shared{Patient: r.place.Patient, Share: s, What: what, Reason: reason})
}
