package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Attendances returns the visits by is host of or invited to, as they see them: those that are not over, and what was over
// within a day.
func (s *Store) Attendances(ctx context.Context, by care.Reader) ([]care.Attendance, error) {
	var rows []visitRow
	q := selectVisits(s.db, visitsOf(by, access.AttendVisit), &rows).Where("v.ends > ? OR v.state = ?", micro(s.now().Add(-24*time.Hour)), care.Open).OrderExpr("v.begins, v.id").Limit(100)
	if err := q.Scan(ctx); err != nil {
		return nil, failed("list what one is invited to", err)
	}
	list, err := s.attending(ctx, by, rows)
	return list, failed("list what one is invited to", err)
}

// Attendance returns one of them, however long ago.
func (s *Store) Attendance(ctx context.Context, by care.Reader, id care.VisitID) (care.Attendance, error) {
	if !care.ValidID(id) {
		return care.Attendance{}, errNotFound
	}
	var row visitRow
	if err := selectVisits(s.db, visitsOf(by, access.AttendVisit), &row).Where("v.id = ?", id).Scan(ctx); err != nil {
		return care.Attendance{}, failed("read what one is invited to", err)
	}
	a, err := one(s.attending(ctx, by, []visitRow{row}))
	return a, failed("read what one is invited to", err)
}

func (s *Store) attending(ctx context.Context, by care.Reader, rows []visitRow) ([]care.Attendance, error) {
	all, err := s.withGuests(ctx, s.db, rows)
	if err != nil {
		return nil, err
	}
	list := make([]care.Attendance, len(all))
	for i, v := range all {
		a := care.Attendance{Visit: v.Visit, HostName: v.HostName}
		if err := s.db.NewRaw("SELECT x.name FROM projects AS j JOIN sites AS x ON x.id = j.site WHERE j.id = ?", v.Project).Scan(ctx, &a.Place); err != nil {
			return nil, err
		}
		if a.Settings, err = visitingOf(ctx, s.db, v.Project); err != nil {
			return nil, err
		}
		a.Guest = ownPlace(by, v)
		a.Told = a.Guest.Told
		if a.Others = othersIn(by, v, a.Guest); a.Guest.ID != "" {
			if a.Answered, err = s.db.NewSelect().Table("visit_answers").Where("guest = ?", a.Guest.ID).Exists(ctx); err != nil {
				return nil, err
			}
		}
		if v.DropIn && a.Guest.State.Queued() {
			if a.Ahead, err = s.Ahead(ctx, a.Guest.ID); err != nil {
				return nil, err
			}
		}
		list[i] = a
	}
	return list, nil
}

// ownPlace is the reader's own place in a visit; without an id for its host.
func ownPlace(by care.Reader, v care.Planned) care.Invitation {
	for _, g := range v.Guests {
		if care.PersonID(g.ID) == by.Person || v.Host != by.Person && g.Person == by.Person && by.Person != "" && g.State != care.Uninvited {
			return g
		}
	}
	return care.Invitation{}
}

// othersIn are whom somebody in a visit may know to be in it; who was not let in knows of nobody.
func othersIn(by care.Reader, v care.Planned, own care.Invitation) (list []care.Invitation) {
	staff := v.Host == by.Person || own.As == care.AsStaff
	if !staff && !own.State.Inside() {
		return nil
	}
	for _, g := range v.Guests {
		if g.ID != own.ID && (g.State.Inside() || staff && g.State.Queued()) {
			g.Language, g.Zone, g.Ready, g.Reason, g.PersonName, g.Relative = "", "", nil, "", "", ""
			list = append(list, g)
		}
	}
	return list
}

// attended holds a visit that by attends, with their own place in it.
func (s *Store) attended(ctx context.Context, tx bun.Tx, by care.Reader, id care.VisitID) (row visitRow, own care.Invitation, err error) {
	if row, err = s.holdVisit(ctx, tx, visitsOf(by, access.AttendVisit), id); err != nil {
		return row, own, err
	}
	all, err := s.withGuests(ctx, tx, []visitRow{row})
	if err != nil {
		return row, own, err
	}
	return row, ownPlace(by, all[0]), nil
}

type lineRow struct {
	bun.BaseModel `bun:"table:visit_lines,alias:l"`

	ID     care.LineID `bun:",pk"`
	Visit  care.VisitID
	Guest  care.GuestID
	Person care.PersonID
	Name   string
	Door   care.GuestID
	Words  string
	Moment int64
}

func (row lineRow) line() care.Line {
	return care.Line{ID: row.ID, Visit: row.Visit, Guest: row.Guest, Person: row.Person, Name: row.Name, Door: row.Door, Text: row.Words, At: instant(row.Moment)}
}

// Lines returns what was written in a visit as by, who attends it, may read it: staff who read its notes, and staff who meet,
// everything; a guest, and staff who only keep the book, what was written to them or by them, and, while they are in the call,
// what was written in it while they were: not while they stood at the door, nor while they were out.
func (s *Store) Lines(ctx context.Context, by care.Reader, id care.VisitID) ([]care.Line, error) {
	v, err := s.planned(ctx, s.db, visitsOf(by, access.AttendVisit), id) // read, not held: a chat is read after each line by every page
	if err != nil {
		return nil, failed("read a chat", err)
	}
	own := ownPlace(by, v)
	var rows []lineRow
	q := s.db.NewSelect().Model(&rows).Where("l.visit = ?", id).OrderExpr("l.moment, l.id").Limit(care.MaxLines)
	staff := v.Host == by.Person || own.As == care.AsStaff
	whole := staff && v.Kind == care.Meeting && !v.DropIn
	if staff && !whole {
		if whole, err = reads(ctx, s.db, by, id); err != nil {
			return nil, failed("read a chat", err)
		}
	}
	switch {
	case whole:
	case staff && !own.State.Inside():
		q.Where("l.person = ?", by.Person)
	case own.State.Inside():
		q.Where("l.door = ? OR (l.door = '' AND (l.guest = ? OR l.person = ? OR "+wasInside+"))", own.ID, own.ID, by.Person, own.ID)
	default:
		q.Where("l.door = ? AND l.door <> ''", own.ID)
	}
	err = q.Scan(ctx)
	return each(rows, lineRow.line), failed("read a chat", err)
}

// wasInside is true in SQL for a line l of a visit that was written while a guest, its one argument, was in the call.
const wasInside = `COALESCE((SELECT e.becomes FROM guest_events AS e WHERE e.visit = l.visit AND e.guest = ? AND e.becomes <> '' AND e.moment <= l.moment
	ORDER BY e.moment DESC, e.place DESC LIMIT 1), '') IN ('admitted', 'in-call', 'reconnecting')`

// reads reports whether somebody reads the notes of a visit.
func reads(ctx context.Context, db bun.IDB, by care.Reader, id care.VisitID) (bool, error) {
	those := visitsOf(by, access.ReadVisitNotes)
	return db.NewSelect().Model((*visitRow)(nil)).Where("v.id = ?", id).Where("("+those.sql+")", those.args...).Exists(ctx)
}

// Chat returns everything that was written in a visit whose notes by reads.
func (s *Store) Chat(ctx context.Context, by care.Reader, id care.VisitID) ([]care.Line, error) {
	if _, err := s.planned(ctx, s.db, visitsOf(by, access.ReadVisitNotes), id); err != nil {
		return nil, failed("read a chat", err)
	}
	var rows []lineRow
	err := s.db.NewSelect().Model(&rows).Where("l.visit = ?", id).OrderExpr("l.moment, l.id").Scan(ctx)
	return each(rows, lineRow.line), failed("read a chat", err)
}

// AddLine writes a line by somebody who attends a visit: into the call, or, by a guest who waits, to the staff alone. Sent
// twice it is written once. Faults: "visit.line", "visit.lines", Gone "visit.over".
func (s *Store) AddLine(ctx context.Context, by care.Reader, l care.Line) (care.Line, error) {
	return s.addLine(ctx, l, func(ctx context.Context, tx bun.Tx) (row visitRow, err error) {
		row, own, err := s.attended(ctx, tx, by, l.Visit)
		if err != nil {
			return row, err
		}
		l.Guest, l.Name, l.Door, l.Person = "", row.HostName, "", by.Person
		if row.Host == by.Person {
			return row, tx.NewRaw("SELECT name FROM people WHERE id = ?", by.Person).Scan(ctx, &l.Name)
		}
		l.Guest, l.Name = own.ID, own.Name
		if own.As != care.AsStaff {
			l.Person = ""
		}
		switch {
		case own.As == care.AsStaff && own.State != care.Denied:
			l.Guest = ""
		case own.State.Queued():
			l.Door = own.ID
		case !own.State.Inside():
			return row, errOver
		}
		return row, nil
	}, &l)
}

// TellGuest writes a line to one guest who waits, by somebody who may let them in.
func (s *Store) TellGuest(ctx context.Context, by care.Reader, guest care.GuestID, l care.Line) (care.Line, error) {
	return s.addLine(ctx, l, func(ctx context.Context, tx bun.Tx) (row visitRow, err error) {
		if row, err = s.holdVisit(ctx, tx, visitsOf(by, access.AdmitGuests), l.Visit); err != nil {
			return row, err
		}
		if _, err := guestIn(ctx, tx, l.Visit, guest); err != nil {
			return row, err
		}
		l.Guest, l.Door, l.Person = "", guest, by.Person
		return row, tx.NewRaw("SELECT name FROM people WHERE id = ?", by.Person).Scan(ctx, &l.Name)
	}, &l)
}

func (s *Store) addLine(ctx context.Context, given care.Line, may func(context.Context, bun.Tx) (visitRow, error), l *care.Line) (out care.Line, err error) {
	err = s.within(ctx, "write in a visit", func(ctx context.Context, tx bun.Tx) error {
		v, err := may(ctx, tx)
		if err != nil {
			return err
		}
		if !care.ValidID(given.ID) {
			return fault.New(fault.Invalid, "visit.line", nil)
		}
		if err := care.ValidLine(given.Text); err != nil {
			return err
		}
		if err := s.running(v); err != nil {
			return err
		}
		var n int
		if err := tx.NewRaw("SELECT COUNT(*) FROM visit_lines WHERE visit = ? AND id <> ?", v.ID, given.ID).Scan(ctx, &n); err != nil {
			return err
		} else if n >= care.MaxLines {
			return fault.New(fault.Conflict, "visit.lines", nil)
		}
		row := lineRow{ID: l.ID, Visit: v.ID, Guest: l.Guest, Person: l.Person, Name: l.Name, Door: l.Door, Words: given.Text, Moment: micro(s.now())}
		if _, err := tx.NewInsert().Model(&row).On("CONFLICT (id) DO NOTHING").Exec(ctx); err != nil {
			return err
		}
		var kept lineRow // an id that is another's line is as unknown as one that is none's
		if err := tx.NewSelect().Model(&kept).Where("l.id = ? AND l.visit = ? AND l.guest = ? AND l.person = ?", row.ID, row.Visit, row.Guest, row.Person).Scan(ctx); err != nil {
			return err
		}
		out = kept.line()
		return nil
	})
	return out, err
}

// ReportMinutes keeps what a page of somebody who attends a visit noticed; of one minute the last word counts.
func (s *Store) ReportMinutes(ctx context.Context, by care.Reader, id care.VisitID, list []care.Minute) error {
	return s.within(ctx, "keep how a visit went", func(ctx context.Context, tx bun.Tx) error {
		v, own, err := s.attended(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if len(list) > care.MaxMinutes {
			return fault.New(fault.Invalid, "visit.minute", nil)
		}
		heard, from := false, instant(v.Begins).Add(-care.ComeBefore)
		if v.State != care.Booked { // staff began it, and maybe long before its time
			from = instant(v.Begins).Add(-care.LinkBefore)
		}
		for _, m := range list {
			heard = heard || m.Sound > 0
			if err := m.Validate(from, s.now().Add(time.Minute)); err != nil {
				return err
			}
			text, err := json.Marshal(m)
			if err != nil {
				return err
			}
			guest := own.ID
			if own.As == care.AsStaff {
				guest = ""
			}
			if _, err := tx.NewRaw(`INSERT INTO visit_minutes (visit, party, minute, guest, report) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (visit, party, minute) DO UPDATE SET report = EXCLUDED.report`, id, by.Person, m.At, guest, string(text)).Exec(ctx); err != nil {
				return err
			}
		}
		if heard && (v.Host == by.Person || own.State.Inside()) { // a minute is one with somebody else; who waits is not in it
			_, err = tx.NewRaw("UPDATE visits SET met = ? WHERE id = ? AND met = 0", micro(s.now()), id).Exec(ctx)
		}
		return err
	})
}

// AnswerVisit keeps how a guest says a visit was: once, and not before they were in it.
func (s *Store) AnswerVisit(ctx context.Context, by care.Reader, id care.VisitID, a care.VisitAnswer) error {
	return s.within(ctx, "keep an answer", func(ctx context.Context, tx bun.Tx) error {
		_, own, err := s.attended(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if own.ID == "" || own.As == care.AsStaff || own.Came.IsZero() {
			return errNotFound
		}
		if err := a.Validate(); err != nil {
			return err
		}
		if a.Wrong == nil {
			a.Wrong = []string{}
		}
		wrong, err := json.Marshal(a.Wrong)
		if err != nil {
			return err
		}
		done, err := tx.NewRaw("INSERT INTO visit_answers (guest, stars, wrong, words, stored) VALUES (?, ?, ?, ?, ?) ON CONFLICT (guest) DO NOTHING",
			own.ID, a.Stars, string(wrong), a.Text, micro(s.now())).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return fault.New(fault.Conflict, "visit.answered", nil)
	})
}
