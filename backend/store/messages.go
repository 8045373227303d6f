package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/post"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type messageRow struct {
	bun.BaseModel `bun:"table:messages,alias:m"`

	ID       care.MessageID `bun:",pk"`
	Visit    care.VisitID
	Guest    care.GuestID
	Kind     care.MessageKind
	Occasion string
	Channel  care.Channel
	First    bool // of the channels it goes by: there is one about an occasion
	State    care.MessageState
	Attempts int
	Provider string
	Reason   string
	Perhaps  bool // an attempt may have gone, though the message was queued again
	Ends     string
	Language string
	Parts    int
	Begins   int64
	Late     int
	Made     int64
	Due      int64
	Began    int64
	Settled  int64
}

func (row messageRow) message() care.Message {
	return care.Message{ID: row.ID, Visit: row.Visit, Guest: row.Guest, Kind: row.Kind, Occasion: row.Occasion, Channel: row.Channel, State: row.State,
		Attempts: row.Attempts, Provider: row.Provider, Reason: row.Reason, Ends: row.Ends, Language: row.Language, Parts: row.Parts, Start: instant(row.Begins),
		Late: row.Late, Made: instant(row.Made), Due: instant(row.Due), Began: instant(row.Began), Settled: instant(row.Settled)}
}

// OutgoingMessage finds a message with what it takes to send it; only the courier asks.
func (s *Store) OutgoingMessage(ctx context.Context, id care.MessageID) (o post.Outgoing, err error) {
	if !care.ValidID(id) {
		return o, errNotFound
	}
	var row messageRow
	if err := s.db.NewSelect().Model(&row).Where("m.id = ?", id).Scan(ctx); err != nil {
		return o, failed("find a message", err)
	}
	v, err := s.planned(ctx, s.db, every, row.Visit)
	if err != nil {
		return o, failed("find a message", err)
	}
	o = post.Outgoing{Message: row.message(), Visit: v.Visit, Perhaps: row.Perhaps}
	for _, g := range v.Guests {
		if g.ID == row.Guest {
			o.Guest = g.Guest
		}
	}
	err = s.db.NewRaw(`SELECT s.name, j.deleted > 0 OR `+shut+` FROM guests AS i JOIN visits AS v ON v.id = i.visit JOIN projects AS j ON j.id = v.project
		JOIN sites AS s ON s.id = j.site WHERE i.id = ?`, row.Guest).Scan(ctx, &o.Clinic, &o.Withheld)
	return o, failed("find a message", err)
}

// holdMessage reads, and holds, a message.
func (s *Store) holdMessage(ctx context.Context, tx bun.Tx, id care.MessageID) (row messageRow, err error) {
	return row, s.held(tx.NewSelect().Model(&row).Where("m.id = ?", id)).Scan(ctx)
}

// SplitMessage gives a queued message that has no channel the first of these, and makes one for each other.
func (s *Store) SplitMessage(ctx context.Context, id care.MessageID, channels []care.Channel) error {
	return s.within(ctx, "choose a message's ways", func(ctx context.Context, tx bun.Tx) error {
		row, err := s.holdMessage(ctx, tx, id)
		if err != nil || row.Channel != "" || row.State != care.MessageQueued || len(channels) == 0 {
			return err
		}
		row.Channel = channels[0]
		if _, err := tx.NewUpdate().Model(&row).Column("channel").WherePK().Exec(ctx); err != nil {
			return err
		}
		for _, c := range channels[1:] {
			if err := s.besides(ctx, tx, row, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// FallBack makes the same message for another channel, unless there is one. One that was taken back waits again.
func (s *Store) FallBack(ctx context.Context, id care.MessageID, channel care.Channel) error {
	return s.within(ctx, "choose another way", func(ctx context.Context, tx bun.Tx) error {
		row, err := s.holdMessage(ctx, tx, id)
		if err != nil {
			return err
		}
		return s.besides(ctx, tx, row, channel)
	})
}

// besides is a message like another, by another channel, at once.
func (s *Store) besides(ctx context.Context, tx bun.Tx, like messageRow, channel care.Channel) error {
	row := messageRow{ID: care.NewID[care.MessageID](), Visit: like.Visit, Guest: like.Guest, Kind: like.Kind, Occasion: like.Occasion, Channel: channel,
		State: care.MessageQueued, Made: micro(s.now()), Due: micro(s.now())}
	done, err := tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil {
		return err
	} else if n == 0 {
		return s.besidesAgain(ctx, tx, row)
	}
	return s.messageJob(ctx, tx, row)
}

// besidesAgain has a message by another channel that was taken back wait once more; it never went, or its provider takes it once.
func (s *Store) besidesAgain(ctx context.Context, tx bun.Tx, row messageRow) error {
	var ids []care.MessageID
	err := tx.NewRaw(`UPDATE messages SET state = ?, reason = '', settled = 0, due = ? WHERE guest = ? AND kind = ? AND occasion = ? AND channel = ?
		AND (state = ? OR state = ? AND perhaps) RETURNING id`, care.MessageQueued, row.Due, row.Guest, row.Kind, row.Occasion, row.Channel, care.MessageCancelled, care.MessageUnknown).Scan(ctx, &ids)
	if err != nil || len(ids) == 0 {
		return err
	}
	row.ID = ids[0]
	return s.messageJob(ctx, tx, row)
}

// BeginMessage marks a queued message as being sent; one worker of all gets true. Whoever changes a guest holds the guest before
// the messages, and so does this: either the change has seen that the message goes out, or this sees the change, and refuses.
func (s *Store) BeginMessage(ctx context.Context, id care.MessageID, b post.Begun) (began bool, err error) {
	err = s.within(ctx, "begin a message", func(ctx context.Context, tx bun.Tx) error {
		version, err := s.addressed(ctx, tx, id)
		if err != nil {
			return err
		}
		row, err := s.holdMessage(ctx, tx, id)
		if err != nil || row.State != care.MessageQueued {
			return err
		}
		if version != b.Guest {
			return errChanged
		}
		row.State, row.Attempts, row.Began = care.MessageSending, row.Attempts+1, micro(s.now())
		row.Ends, row.Language, row.Parts, row.Begins, row.Late = b.Ends, b.Language, b.Parts, micro(b.Start), b.Late
		began = true
		_, err = tx.NewUpdate().Model(&row).WherePK().Exec(ctx)
		return err
	})
	if fault.Is(err, fault.NotFound) { // erased meanwhile
		return false, nil
	}
	return began && err == nil, err
}

// addressed is the version of a message's guest, which stays what it is until the end of the transaction.
func (s *Store) addressed(ctx context.Context, tx bun.Tx, id care.MessageID) (version int64, err error) {
	q := tx.NewSelect().TableExpr("guests AS i").ColumnExpr("i.version").Where("i.id = (SELECT m.guest FROM messages AS m WHERE m.id = ?)", id)
	if s.postgres() {
		q = q.For("SHARE OF i")
	}
	return version, q.Scan(ctx, &version)
}

// follows says which states may follow which: what is known is not forgotten.
func follows(was, next care.MessageState) bool {
	switch was {
	case care.MessageQueued, care.MessageSending:
		return true
	case care.MessageUnknown:
		return next == care.MessageSent || next == care.MessageDelivered || next == care.MessageFailed
	case care.MessageSent:
		return next == care.MessageDelivered || next == care.MessageFailed
	}
	return false
}

// SettleMessage notes what became of an attempt.
func (s *Store) SettleMessage(ctx context.Context, id care.MessageID, o post.Outcome) error {
	err := s.within(ctx, "settle a message", func(ctx context.Context, tx bun.Tx) error {
		row, err := s.holdMessage(ctx, tx, id)
		if err != nil {
			return err
		}
		return s.settleMessage(ctx, tx, row, o)
	})
	if fault.Is(err, fault.NotFound) { // erased meanwhile
		return nil
	}
	return err
}

func (s *Store) settleMessage(ctx context.Context, tx bun.Tx, row messageRow, o post.Outcome) error {
	if o.Provider != "" && row.Provider == "" { // its reports may have come first
		row.Provider = o.Provider
		if _, err := tx.NewUpdate().Model(&row).Column("provider").WherePK().Exec(ctx); err != nil {
			return err
		}
	}
	if !follows(row.State, o.State) {
		return nil
	}
	row.State, row.Reason, row.Settled, row.Perhaps = o.State, o.Reason, 0, row.Perhaps || o.Perhaps
	if o.State.Over() {
		row.Settled = micro(s.now())
	} else {
		row.Due = micro(o.Due)
	}
	_, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx)
	return err
}

// ReportMessage notes what a provider says about a message, by its own id or by the provider's. It answers the message as it is
// now, without an id when there is none.
func (s *Store) ReportMessage(ctx context.Context, r post.Report) (m care.Message, err error) {
	err = s.within(ctx, "note a report", func(ctx context.Context, tx bun.Tx) error {
		var rows []messageRow
		q := s.held(tx.NewSelect().Model(&rows).Where("m.channel = ?", care.BySMS).Limit(1))
		if r.Message != "" {
			q = q.Where("m.id = ?", r.Message)
		} else {
			q = q.Where("m.provider = ? AND m.provider <> ''", r.Provider)
		}
		if err := q.Scan(ctx); err != nil || len(rows) == 0 {
			return err
		}
		m = rows[0].message()
		if rows[0].State == care.MessageQueued || rows[0].Provider != "" && r.Provider != "" && rows[0].Provider != r.Provider {
			return nil // of an attempt that came to nothing
		}
		reason := ""
		if r.State == care.MessageFailed {
			reason = "undelivered"
		}
		if err := s.settleMessage(ctx, tx, rows[0], post.Outcome{State: r.State, Reason: reason, Provider: r.Provider}); err != nil {
			return err
		}
		row, err := s.holdMessage(ctx, tx, m.ID)
		m = row.message()
		return err
	})
	return m, err
}

// ListMessages returns what the guests of a visit by reads were and are to be told, in order.
func (s *Store) ListMessages(ctx context.Context, by care.Reader, id care.VisitID) (list []care.Message, v care.Planned, clinic string, err error) {
	if v, err = s.Visit(ctx, by, id); err != nil {
		return nil, v, "", err
	}
	var rows []messageRow
	if err := s.db.NewSelect().Model(&rows).Where("m.visit = ?", id).OrderExpr("m.made, m.due, m.id").Limit(500).Scan(ctx); err != nil {
		return nil, v, "", failed("list messages", err)
	}
	err = s.db.NewRaw("SELECT s.name FROM sites AS s JOIN projects AS j ON j.site = s.id WHERE j.id = ?", v.Project).Scan(ctx, &clinic)
	return each(rows, messageRow.message), v, clinic, failed("list messages", err)
}

// againAfter is how long one waits before a link is sent once more.
const againAfter = time.Minute

// SendLinkAgain has a guest of a visit by writes sent their link once more: a new message, with a new link. Only says that
// links before it open nothing any more.
func (s *Store) SendLinkAgain(ctx context.Context, by care.Reader, visit care.VisitID, guest care.GuestID, only bool) (m care.Message, err error) {
	if !care.ValidID(visit) || !care.ValidID(guest) {
		return m, errNotFound
	}
	err = s.within(ctx, "send a link again", func(ctx context.Context, tx bun.Tx) error {
		held, err := s.holdVisit(ctx, tx, visitsOf(by, access.WriteVisits), visit)
		if err != nil {
			return err
		}
		row, err := guestIn(ctx, tx, visit, guest)
		if err != nil {
			return err
		}
		g, err := row.invitation()
		if err != nil {
			return err
		}
		var recent int
		if err := tx.NewRaw("SELECT COUNT(*) FROM messages WHERE guest = ? AND kind = ? AND made > ?", guest, care.TellAgain, micro(s.now().Add(-againAfter))).Scan(ctx, &recent); err != nil {
			return err
		}
		if recent > 0 {
			return fault.New(fault.TooMany, "message.too-often", nil)
		}
		plans := post.Planned(post.Again, held.visit(), g.Guest, post.Heard{}, true, s.now())
		if len(plans) == 0 {
			return fault.New(fault.Conflict, "message.over", nil)
		}
		if only {
			if err := s.voidLinks(ctx, tx, row); err != nil {
				return err
			}
		}
		id, err := s.queueMessage(ctx, tx, g.Guest, plans[0])
		if err != nil {
			return err
		}
		made, err := s.holdMessage(ctx, tx, id)
		m = made.message()
		return err
	})
	return m, err
}

// MayWriteGuest answers fault.NotFound unless by writes the visit and the guest is one of it.
func (s *Store) MayWriteGuest(ctx context.Context, by care.Reader, visit care.VisitID, guest care.GuestID) error {
	v, err := s.planned(ctx, s.db, visitsOf(by, access.WriteVisits), visit)
	if err != nil {
		return failed("find a guest", err)
	}
	for _, g := range v.Guests {
		if g.ID == guest {
			return nil
		}
	}
	return errNotFound
}
