package store

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"hearth/backend/jobs"
	"hearth/backend/post"
	"hearth/shared/care"
)

func messageKey(id care.MessageID) string { return string(post.Job) + ":" + string(id) }

func init() { heralds = append(heralds, tellGuests) }

// events are what follows for guests from what happens to visits. What is planned anew tells nobody; its reminders move.
var events = map[string]post.Event{care.NewsBooked: post.Booked, care.NewsInvited: post.Booked, care.NewsUninvited: post.Cancelled, care.NewsChanged: post.Changed,
	care.NewsReplanned: post.Changed, care.NewsCancelled: post.Cancelled, care.NewsLate: post.Late, care.NewsOver: post.Ended, care.NewsAddress: post.Readdressed}

// tellGuests puts into the outbox what guests are to be told, in the transaction that makes it true, and takes out what is
// true no more.
func tellGuests(s *Store, ctx context.Context, tx bun.Tx, n care.VisitNews) error {
	event, known := events[n.What]
	if !known {
		return nil
	}
	set, err := visitingOf(ctx, tx, n.Visit.Project)
	if err != nil {
		return err
	}
	for _, g := range n.Visit.Guests {
		gone := g.State == care.Uninvited || g.State == care.Denied
		if n.Guest != "" && g.ID != n.Guest || n.What == care.NewsCancelled && gone {
			continue
		}
		if err := s.unqueue(ctx, tx, event, g.ID); err != nil {
			return err
		}
		heard, err := s.heard(ctx, tx, g.ID, event != post.Readdressed)
		if err != nil {
			return err
		}
		heard.Told = heard.Told && n.What != care.NewsReplanned && !n.Lost
		for _, p := range post.Planned(event, n.Visit.Visit, g.Guest, heard, set.Reminders, s.now()) {
			if _, err := s.queueMessage(ctx, tx, g.Guest, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// itWent are the states in which a guest has a message, or may have it; a message that is perhaps there they may have in any.
var itWent = []care.MessageState{care.MessageSending, care.MessageSent, care.MessageDelivered, care.MessageUnknown}

// heard is what a guest knows of their visit. What failed in the end and perhaps went before is counted only where failed is true:
// it is called off, and does not stand in the way of another address.
func (s *Store) heard(ctx context.Context, tx bun.Tx, guest care.GuestID, failed bool) (h post.Heard, err error) {
	var last []care.MessageKind
	if err := tx.NewRaw("SELECT kind FROM messages WHERE guest = ? AND (state IN (?) OR perhaps AND (? OR state = ?)) ORDER BY began DESC, id DESC LIMIT 1", guest, bun.List(itWent), failed, care.MessageQueued).Scan(ctx, &last); err != nil {
		return h, err
	}
	h.Told = len(last) > 0 && last[0] != care.TellCancelled
	links := slices.DeleteFunc(care.MessageKinds(), func(k care.MessageKind) bool { return !k.Links() })
	var link struct{ Sent, Void int64 }
	if err := tx.NewRaw(`SELECT COALESCE((SELECT MAX(m.began) FROM messages AS m WHERE m.guest = ? AND m.kind IN (?) AND (m.state IN (?) OR m.perhaps)), 0) AS sent,
		COALESCE((SELECT MAX(l.revoked) FROM guest_links AS l WHERE l.guest = ?), 0) AS void`, guest, bun.List(links), bun.List(itWent), guest).Scan(ctx, &link); err != nil {
		return h, err
	}
	h.Lost = link.Sent > 0 && link.Void >= link.Sent
	h.Waits, err = tx.NewSelect().Table("messages").Where("guest = ? AND state = ? AND (due <= ? OR attempts > 0)", guest, care.MessageQueued, micro(s.now())).
		Where("kind IN (?)", bun.List(append(links, care.TellInvitation))).Exists(ctx)
	return h, err
}

// stale are the messages an event makes pointless while they wait. A notice of the visit itself stays: it says what is
// true when it is sent.
var stale = map[post.Event][]care.MessageKind{
	post.Booked:    {care.TellCancelled},
	post.Changed:   {care.TellDayBefore, care.TellSoon, care.TellNow, care.TellLate, care.TellChanged},
	post.Cancelled: care.MessageKinds(),
	post.Ended:     care.MessageKinds(),
	post.Late:      {care.TellLate},
}

// unqueue cancels what waits and is true no more, with its jobs. One that is being sent at this moment is sent, and of one that may
// have gone before nobody knows.
func (s *Store) unqueue(ctx context.Context, tx bun.Tx, event post.Event, guest care.GuestID) error {
	kinds := stale[event]
	if len(kinds) == 0 {
		return nil
	}
	reason := "moved"
	if event == post.Cancelled || event == post.Ended {
		reason = "closed"
	}
	var ids []care.MessageID
	err := tx.NewRaw(`UPDATE messages SET state = CASE WHEN perhaps THEN ? ELSE ? END, reason = CASE WHEN perhaps THEN 'silent' ELSE ? END, settled = ?
		WHERE guest = ? AND state = ? AND kind IN (?) RETURNING id`, care.MessageUnknown, care.MessageCancelled, reason, micro(s.now()), guest, care.MessageQueued, bun.List(kinds)).Scan(ctx, &ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := cancelJob(ctx, tx, messageKey(id)); err != nil {
			return err
		}
	}
	return nil
}

// queueMessage plans a message with the job that brings it. One that is planned already stays; one that was taken back
// waits again.
func (s *Store) queueMessage(ctx context.Context, tx bun.Tx, g care.Guest, p post.Plan) (id care.MessageID, err error) {
	row := messageRow{ID: care.NewID[care.MessageID](), Visit: g.Visit, Guest: g.ID, Kind: p.Kind, Occasion: p.Occasion, First: true, State: care.MessageQueued,
		Made: micro(s.now()), Due: micro(p.Due)}
	done, err := tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return "", err
	}
	if n, err := done.RowsAffected(); err != nil {
		return "", err
	} else if n == 0 {
		return s.requeue(ctx, tx, row)
	}
	return row.ID, s.messageJob(ctx, tx, row)
}

func (s *Store) requeue(ctx context.Context, tx bun.Tx, like messageRow) (care.MessageID, error) {
	var row messageRow
	if err := s.held(tx.NewSelect().Model(&row).Where("m.guest = ? AND m.kind = ? AND m.occasion = ? AND m.first", like.Guest, like.Kind, like.Occasion)).Scan(ctx); err != nil {
		return "", err
	}
	if row.State != care.MessageCancelled && !(row.State == care.MessageUnknown && row.Perhaps) {
		return row.ID, nil
	}
	row.State, row.Reason, row.Settled, row.Due = care.MessageQueued, "", 0, like.Due
	if _, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx); err != nil {
		return "", err
	}
	return row.ID, s.messageJob(ctx, tx, row)
}

// messageJob is what brings a message. One that was taken back may still have the job that found it so, which ends; what waits again
// needs one that does not.
func (s *Store) messageJob(ctx context.Context, tx bun.Tx, row messageRow) error {
	return s.renewJob(ctx, tx, jobs.Job{Kind: post.Job, Key: messageKey(row.ID), Due: instant(row.Due), Body: string(row.ID)})
}
