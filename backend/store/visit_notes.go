package store

import (
	"context"
	"encoding/json"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
)

type visitNotesRow struct {
	bun.BaseModel `bun:"table:visit_notes,alias:n"`

	Visit   care.VisitID `bun:",pk"`
	Version int64        `bun:",pk"`
	Parts   string       // JSON of []care.NoteText
	Author  care.PersonID
	Stored  int64

	AuthorName string `bun:",scanonly"`
}

func (row visitNotesRow) notes() (care.VisitNotes, error) {
	n := care.VisitNotes{Visit: row.Visit, By: row.Author, ByName: row.AuthorName, Stored: instant(row.Stored), Version: row.Version}
	return n, json.Unmarshal([]byte(row.Parts), &n.Parts)
}

// VisitNotes returns every version of the notes of a visit whose notes by reads, the newest first. When nothing was written
// there is one of version 0, with the parts the project asks for.
func (s *Store) VisitNotes(ctx context.Context, by care.Reader, id care.VisitID) ([]care.VisitNotes, error) {
	list, err := s.visitNotes(ctx, s.db, by, access.ReadVisitNotes, id)
	return list, failed("read the notes of a visit", err)
}

func (s *Store) visitNotes(ctx context.Context, db bun.IDB, by care.Reader, action access.Action, id care.VisitID) ([]care.VisitNotes, error) {
	v, err := s.planned(ctx, db, visitsOf(by, action), id)
	if err != nil {
		return nil, err
	}
	var rows []visitNotesRow
	if err := db.NewSelect().Model(&rows).ColumnExpr("n.*, COALESCE((SELECT w.name FROM people AS w WHERE w.id = n.author), '') AS author_name").
		Where("n.visit = ?", id).OrderExpr("n.version DESC").Scan(ctx); err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		set, err := visitingOf(ctx, db, v.Project)
		return []care.VisitNotes{{Visit: id, Parts: each(set.Notes, func(p care.NotePart) care.NoteText { return care.NoteText{Key: p.Key, Title: p.Title} })}}, err
	}
	list := make([]care.VisitNotes, len(rows))
	for i, row := range rows {
		if list[i], err = row.notes(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// PutVisitNotes writes the next version of a visit's notes; earlier ones stay. Version is the one last read.
func (s *Store) PutVisitNotes(ctx context.Context, by care.Reader, n care.VisitNotes) (out care.VisitNotes, err error) {
	err = s.within(ctx, "write the notes of a visit", func(ctx context.Context, tx bun.Tx) error {
		row, err := s.holdVisit(ctx, tx, visitsOf(by, access.WriteVisitNotes), n.Visit)
		if err != nil {
			return err
		}
		if err := n.Validate(); err != nil {
			return err
		}
		parts, err := json.Marshal(n.Parts)
		if err != nil {
			return err
		}
		var newest int64
		if err := tx.NewRaw("SELECT COALESCE(MAX(version), 0) FROM visit_notes WHERE visit = ?", row.ID).Scan(ctx, &newest); err != nil {
			return err
		}
		if newest != n.Version {
			return errChanged
		}
		next := visitNotesRow{Visit: row.ID, Version: newest + 1, Parts: string(parts), Author: by.Person, Stored: micro(s.now())}
		if _, err := tx.NewInsert().Model(&next).Exec(ctx); err != nil {
			return err
		}
		all, err := s.visitNotes(ctx, tx, by, access.WriteVisitNotes, row.ID)
		if err == nil {
			out = all[0]
		}
		return err
	})
	return out, err
}

// VisitReport returns a visit by reads with what is known about how it went.
func (s *Store) VisitReport(ctx context.Context, by care.Reader, id care.VisitID) (v care.Planned, r care.VisitReport, err error) {
	if v, err = s.planned(ctx, s.db, visitsOf(by, access.ReadVisits), id); err != nil {
		return v, r, failed("read how a visit went", err)
	}
	var events []struct {
		Guest  care.GuestID
		Moment int64
		Act    string
		Was    string
		To     string
		Author care.PersonID
		Reason string
	}
	if err := s.db.NewRaw("SELECT guest, moment, act, was, becomes AS \"to\", author, reason FROM guest_events WHERE visit = ? ORDER BY place LIMIT 2000", id).Scan(ctx, &events); err != nil {
		return v, r, failed("read how a visit went", err)
	}
	for _, e := range events {
		r.Events = append(r.Events, care.VisitEvent{Guest: e.Guest, At: instant(e.Moment), Act: e.Act, From: e.Was, To: e.To, By: e.Author, Reason: e.Reason})
	}
	var minutes []struct {
		Guest  care.GuestID
		Report string
	}
	if err := s.db.NewRaw("SELECT guest, report FROM visit_minutes WHERE visit = ? ORDER BY minute, party LIMIT 6000", id).Scan(ctx, &minutes); err != nil {
		return v, r, failed("read how a visit went", err)
	}
	for _, m := range minutes {
		p := care.PartyMinute{Guest: m.Guest}
		if err := json.Unmarshal([]byte(m.Report), &p.Minute); err != nil {
			return v, r, failed("read how a visit went", err)
		}
		r.Minutes = append(r.Minutes, p)
	}
	r.Answers, err = s.answers(ctx, v)
	return v, r, failed("read how a visit went", err)
}

func (s *Store) answers(ctx context.Context, v care.Planned) (list []care.VisitAnswer, err error) {
	var rows []struct {
		Guest  care.GuestID
		Stars  int
		Wrong  string
		Words  string
		Stored int64
	}
	if err := s.db.NewRaw("SELECT a.guest, a.stars, a.wrong, a.words, a.stored FROM visit_answers AS a JOIN guests AS i ON i.id = a.guest WHERE i.visit = ? ORDER BY a.stored", v.ID).Scan(ctx, &rows); err != nil {
		return nil, err
	}
	for _, row := range rows {
		a := care.VisitAnswer{Guest: row.Guest, Stars: row.Stars, Text: row.Words, Stored: instant(row.Stored)}
		for _, g := range v.Guests {
			if g.ID == row.Guest {
				a.Name, a.As = g.Name, g.As
			}
		}
		if err := json.Unmarshal([]byte(row.Wrong), &a.Wrong); err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}
