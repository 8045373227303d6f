package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type visitRow struct {
	bun.BaseModel `bun:"table:visits,alias:v"`

	ID        care.VisitID `bun:",pk"`
	Project   care.ProjectID
	Patient   care.PatientID `bun:",nullzero"`
	Kind      care.VisitKind
	Host      care.PersonID
	LocalTime string
	Zone      string
	Minutes   int
	Begins    int64
	Ends      int64
	State     care.VisitState
	Outcome   care.Outcome
	SaidBy    care.PersonID
	Closing   int64
	Late      int
	Relay     bool
	RelaySaid bool
	DropIn    bool
	Met       int64
	HostIn    int64
	Over      int64
	Created   int64
	Author    care.PersonID
	Version   int64
	Told      int

	PatientName string `bun:",scanonly"`
	HostName    string `bun:",scanonly"`
	Orphaned    bool   `bun:",scanonly"`
	Mine        bool   `bun:",scanonly"` // the reader is host or invited, where it was asked
}

func (row visitRow) visit() care.Visit {
	return care.Visit{ID: row.ID, Project: row.Project, Patient: row.Patient, Kind: row.Kind, Host: row.Host, Local: row.LocalTime, Zone: row.Zone,
		Minutes: row.Minutes, Start: instant(row.Begins), End: instant(row.Ends), State: row.State, Outcome: row.Outcome, Ends: instant(row.Closing),
		Late: row.Late, Relay: row.Relay, RelaySaid: row.RelaySaid, DropIn: row.DropIn, Created: instant(row.Created), By: row.Author, Version: row.Version, Told: row.Told}
}

func (row visitRow) planned() care.Planned {
	return care.Planned{Visit: row.visit(), PatientName: row.PatientName, HostName: row.HostName, Orphaned: row.Orphaned, SaidBy: row.SaidBy, Met: instant(row.Met)}
}

// set takes over what people edit and what follows from it.
func (row *visitRow) set(v care.Visit) {
	row.Patient, row.Kind, row.Host, row.LocalTime, row.Zone, row.Minutes = v.Patient, v.Kind, v.Host, v.Local, v.Zone, v.Minutes
	row.Begins, row.Ends, row.State, row.Outcome, row.Closing = micro(v.Start), micro(v.End), v.State, v.Outcome, micro(v.Ends)
	row.Late, row.Relay, row.RelaySaid, row.Version, row.Told = v.Late, v.Relay, v.RelaySaid, v.Version, v.Told
}

type guestRow struct {
	bun.BaseModel `bun:"table:guests,alias:i"`

	ID        care.GuestID `bun:",pk"`
	Visit     care.VisitID
	Place     int
	InvitedAs care.Invited
	Relative  care.RelativeID
	Relation  care.Relation
	Person    care.PersonID
	Name      string
	Language  string
	Zone      string
	Sealed    string // base64 of an Address
	State     care.GuestState
	Since     int64
	Reason    string
	Ready     string // JSON of care.Readiness, or ""
	Agreed    int
	AgreedTo  string
	Came      int64
	Waiting   int64
	Version   int64
	Created   int64

	PersonName string    `bun:",scanonly"`
	Wrote      int64     `bun:",scanonly"` // where it was asked: when they wrote to staff last from the waiting room
	Rung       int64     `bun:",scanonly"` // the bell's alone: a step writes the row as it was read
	Away       int64     `bun:",scanonly"` // see standColumns
	Told       care.Told `bun:",scanonly"`
}

func (row guestRow) invitation() (care.Invitation, error) {
	g := care.Invitation{Guest: care.Guest{ID: row.ID, Visit: row.Visit, As: row.InvitedAs, Relative: row.Relative, Person: row.Person, Name: row.Name,
		Language: row.Language, Zone: row.Zone, State: row.State, Since: instant(row.Since), Reason: row.Reason, Agreed: row.Agreed, AgreedTo: row.AgreedTo, Version: row.Version},
		Relation: row.Relation, PersonName: row.PersonName, Own: row.Sealed != "", Came: instant(row.Came)}
	if row.State.Queued() {
		g.Waiting, g.Away, g.Told = instant(row.Waiting), instant(row.Away), row.Told
	}
	if row.Ready == "" {
		return g, nil
	}
	g.Ready = &care.Readiness{}
	return g, json.Unmarshal([]byte(row.Ready), g.Ready)
}

// selectVisits reads visits somebody sees.
func selectVisits(db bun.IDB, those sight, rows any) *bun.SelectQuery {
	return db.NewSelect().Model(rows).ColumnExpr("v.*").
		ColumnExpr("COALESCE((SELECT w.name FROM patients AS p JOIN people AS w ON w.id = p.person WHERE p.id = v.patient), '') AS patient_name").
		ColumnExpr("COALESCE((SELECT w.name FROM people AS w WHERE w.id = v.host), '') AS host_name").
		ColumnExpr("v.state = 'booked' AND EXISTS (SELECT 1 FROM care AS t WHERE t.patient = v.patient) AND NOT EXISTS (SELECT 1 FROM care AS t WHERE t.patient = v.patient AND t.therapist = v.host) AS orphaned").
		Where("("+those.sql+")", those.args...)
}

// ListVisits returns the visits by may read, by their beginning, and the cursor of the next part, "" at the end.
func (s *Store) ListVisits(ctx context.Context, by care.Reader, f care.VisitFilter, page care.Page) (list []care.Planned, next string, err error) {
	limit := page.Limit
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	var rows []visitRow
	q := selectVisits(s.db, visitsOf(by, access.ReadVisits), &rows).Apply(func(q *bun.SelectQuery) *bun.SelectQuery { return narrowVisits(q, by, f) }).
		OrderExpr("v.begins, v.id").Limit(int64(limit) + 1)
	if page.After != "" {
		begins, id, err := visitCursor(page.After)
		if err != nil {
			return nil, "", err
		}
		q.Where("v.begins > ? OR (v.begins = ? AND v.id > ?)", begins, begins, id)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", failed("list visits", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = fmt.Sprintf("%d.%s", rows[limit-1].Begins, rows[limit-1].ID)
	}
	list, err = s.withGuests(ctx, s.db, rows)
	return list, next, failed("list visits", err)
}

func visitCursor(text string) (begins int64, id care.VisitID, err error) {
	number, rest, _ := strings.Cut(text, ".")
	begins, err = strconv.ParseInt(number, 10, 64)
	if id = care.VisitID(rest); err != nil || !care.ValidID(id) {
		return 0, "", fault.New(fault.Invalid, "page.cursor", err)
	}
	return begins, id, nil
}

func narrowVisits(q *bun.SelectQuery, by care.Reader, f care.VisitFilter) *bun.SelectQuery {
	if f.Project != "" {
		q.Where("v.project = ?", f.Project)
	}
	if f.Patient != "" {
		q.Where("v.patient = ?", f.Patient)
	}
	if !f.From.IsZero() {
		q.Where("v.ends > ?", micro(f.From))
	}
	if !f.Until.IsZero() {
		q.Where("v.begins < ?", micro(f.Until))
	}
	if f.State != "" {
		q.Where("v.state = ?", f.State)
	}
	if f.Mine {
		q.Where("v.host = ? OR v.id IN ("+asStaff+")", by.Person, by.Person)
	}
	return q
}

// Visit returns one visit by may read.
func (s *Store) Visit(ctx context.Context, by care.Reader, id care.VisitID) (care.Planned, error) {
	v, err := s.planned(ctx, s.db, visitsOf(by, access.ReadVisits), id)
	return v, failed("read a visit", err)
}

func (s *Store) planned(ctx context.Context, db bun.IDB, those sight, id care.VisitID) (care.Planned, error) {
	if !care.ValidID(id) {
		return care.Planned{}, errNotFound
	}
	var row visitRow
	if err := selectVisits(db, those, &row).Where("v.id = ?", id).Scan(ctx); err != nil {
		return care.Planned{}, err
	}
	return one(s.withGuests(ctx, db, []visitRow{row}))
}

// withGuests adds to visits who is invited, in the order they were.
func (s *Store) withGuests(ctx context.Context, db bun.IDB, rows []visitRow) ([]care.Planned, error) {
	list := make([]care.Planned, len(rows))
	at := map[care.VisitID]int{}
	for i, row := range rows {
		list[i], at[row.ID] = row.planned(), i
		list[i].Relay = s.through(list[i].Visit)
	}
	if len(rows) == 0 {
		return list, nil
	}
	guests, err := guestsOf(ctx, db, each(rows, func(row visitRow) care.VisitID { return row.ID })...)
	if err != nil {
		return nil, err
	}
	for _, row := range guests {
		g, err := row.invitation()
		if err != nil {
			return nil, err
		}
		v := &list[at[row.Visit]]
		v.Guests = append(v.Guests, g)
	}
	return list, captioners(ctx, db, slices.Collect(maps.Keys(at)), func(id care.VisitID, c care.Captioner) {
		list[at[id]].Captioners = append(list[at[id]].Captioners, c)
	})
}

func guestsOf(ctx context.Context, db bun.IDB, visits ...care.VisitID) (rows []guestRow, err error) {
	err = db.NewSelect().Model(&rows).ColumnExpr("i.*").
		ColumnExpr("COALESCE((SELECT w.name FROM people AS w WHERE w.id = i.person AND i.invited_as = 'staff'), '') AS person_name").
		Where("i.visit IN (?)", bun.List(visits)).OrderExpr("i.visit, i.place, i.id").Scan(ctx)
	return rows, err
}

// changeVisit reads a visit of those somebody sees, holds it, lets edit work on it and saves it. Whoever changes anything of a
// visit or its guests holds the visit's row first, so two never change it at once.
func (s *Store) changeVisit(ctx context.Context, doing string, those sight, id care.VisitID,
	edit func(ctx context.Context, tx bun.Tx, row *visitRow) error) (v care.Planned, err error) {
	if !care.ValidID(id) {
		return v, errNotFound
	}
	err = s.within(ctx, doing, func(ctx context.Context, tx bun.Tx) error {
		row, err := s.holdVisit(ctx, tx, those, id)
		if err != nil {
			return err
		}
		if err := edit(ctx, tx, &row); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx); err != nil {
			return err
		}
		v, err = s.planned(ctx, tx, every, id)
		return err
	})
	return v, err
}

func (s *Store) holdVisit(ctx context.Context, tx bun.Tx, those sight, id care.VisitID) (row visitRow, err error) {
	if !care.ValidID(id) {
		return row, errNotFound
	}
	err = s.held(tx.NewSelect().Model(&row).Where("v.id = ?", id).Where("("+those.sql+")", those.args...)).Scan(ctx)
	return row, err
}
