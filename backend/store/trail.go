package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/audit"
	"hearth/shared/care"
)

type trailRow struct {
	bun.BaseModel `bun:"table:trail,alias:e"`

	Number  int64 `bun:",pk"`
	Before  string
	Hash    string
	Moment  int64
	Person  care.PersonID
	Action  string
	Patient care.PatientID
	Object  string
	Network string
	Site    care.SiteID
	Project care.ProjectID
	Things  int
}

func (row trailRow) link() audit.Link {
	l := audit.Link{Number: row.Number, Entry: audit.Entry{
		At: time.UnixMicro(row.Moment).UTC(), Person: row.Person, Action: row.Action, Patient: row.Patient, Object: row.Object, From: row.Network,
		Place: care.Place{Site: row.Site, Project: row.Project}, Count: row.Things,
	}}
	// Hashes that are none were tampered with: they stay zero, fit nothing, and the walk says so.
	l.Before, _ = audit.ParseSum(row.Before)
	l.Hash, _ = audit.ParseSum(row.Hash)
	return l
}

func trailRowOf(l audit.Link) trailRow {
	return trailRow{Number: l.Number, Before: l.Before.String(), Hash: l.Hash.String(), Moment: micro(l.At), Person: l.Person, Action: l.Action,
		Patient: l.Patient, Object: l.Object, Network: l.From, Site: l.Place.Site, Project: l.Place.Project, Things: l.Count}
}

// AppendAudit writes one line of the trail and returns when it is stored. However many ask at once, and on however many
// nodes, the lines stand one after the other without holes: those of one node that come while another is being written
// are written together, in one transaction that holds the end of the chain.
func (s *Store) AppendAudit(ctx context.Context, e audit.Entry) error {
	if err := clean(string(e.Person), e.Action, string(e.Patient), e.Object, e.From, string(e.Place.Site), string(e.Place.Project)); err != nil {
		return err
	}
	if e.At.IsZero() {
		e.At = s.now()
	}
	e.At = e.At.UTC().Truncate(time.Microsecond)
	if e.Patient == "" && e.Object != "" {
		if err := s.db.NewRaw(patientOfObject, e.Object, e.Object, e.Object).Scan(ctx, &e.Patient); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return failed("find whom an audit entry is about", err)
		}
	}
	if e.Place == care.TheHouse {
		var err error
		if e.Place, err = placeOf(ctx, s.db, e); err != nil {
			return failed("find what an audit entry is about", err)
		}
	}
	return failed("write the audit trail", s.scribe.write(ctx, e))
}

// patientOfObject finds whom an entry is about that names a visit, a guest or a wish for a call alone.
const patientOfObject = `SELECT COALESCE(v.patient, '') FROM visits AS v WHERE v.id = ?
	UNION ALL SELECT COALESCE(v.patient, '') FROM guests AS i JOIN visits AS v ON v.id = i.visit WHERE i.id = ?
	UNION ALL SELECT COALESCE(v.patient, '') FROM call_backs AS b JOIN guests AS i ON i.id = b.guest JOIN visits AS v ON v.id = i.visit WHERE b.id = ? LIMIT 1`

// placeOf finds where what an entry is about belongs: the patient, else the object, else whoever did it. What is known
// nowhere belongs to the house.
func placeOf(ctx context.Context, db bun.IDB, e audit.Entry) (care.Place, error) {
	const ofPatient = "SELECT j.site, j.id AS project FROM patients AS p JOIN projects AS j ON j.id = p.project WHERE p.id = ?"
	const ofObject = `SELECT j.site, j.id AS project FROM projects AS j WHERE j.id = ?
		UNION ALL SELECT j.site, j.id FROM patient_groups AS u JOIN projects AS j ON j.id = u.project WHERE u.id = ?
		UNION ALL SELECT x.id, '' FROM sites AS x WHERE x.id = ?
		UNION ALL SELECT j.site, j.id FROM devices AS v JOIN projects AS j ON j.id = v.project WHERE v.id = ?
		UNION ALL SELECT y.site, '' FROM hospitals AS y WHERE y.id = ?
		UNION ALL SELECT g.site, g.project FROM services AS g WHERE g.id = ?
		UNION ALL SELECT j.site, j.id FROM visits AS v JOIN projects AS j ON j.id = v.project WHERE v.id = ?
		UNION ALL SELECT j.site, j.id FROM guests AS i JOIN visits AS v ON v.id = i.visit JOIN projects AS j ON j.id = v.project WHERE i.id = ?
		UNION ALL SELECT w.site, '' FROM people AS w WHERE w.id = ?`
	const ofPerson = `SELECT w.site, '' AS project FROM people AS w WHERE w.id = ?
		UNION ALL SELECT g.site, g.project FROM services AS g WHERE g.id = ?`
	for _, way := range []struct{ query, id string }{{ofPatient, string(e.Patient)}, {ofObject, e.Object}, {ofPerson, string(e.Person)}} {
		if way.id == "" && way.query != ofPerson { // for nobody too: an unknown login costs what a known one does
			continue
		}
		var rows []struct {
			Site    care.SiteID
			Project care.ProjectID
		}
		args := slices.Repeat([]any{way.id}, strings.Count(way.query, "?"))
		if err := db.NewRaw(way.query, args...).Scan(ctx, &rows); err != nil {
			return care.TheHouse, err
		}
		if len(rows) > 0 {
			return care.Place{Site: rows[0].Site, Project: rows[0].Project}, nil
		}
	}
	return care.TheHouse, nil
}

// appendTrail appends entries to the chain in a transaction, which holds its end from here on.
func (s *Store) appendTrail(ctx context.Context, tx bun.Tx, entries []audit.Entry) error {
	tail, err := s.end(ctx, tx, "tail", true)
	if err != nil {
		return err
	}
	rows := make([]trailRow, len(entries))
	for i, e := range entries {
		l := tail.After(e)
		rows[i], tail = trailRowOf(l), l.Anchor()
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return err
	}
	return moveEnd(ctx, tx, "tail", tail)
}

type endRow struct {
	bun.BaseModel `bun:"table:trail_ends,alias:n"`

	Name   string `bun:",pk"`
	Number int64
	Hash   string
}

// end reads an end of the chain, and holds it when the transaction will move it.
func (s *Store) end(ctx context.Context, db bun.IDB, name string, hold bool) (audit.Anchor, error) {
	var row endRow
	q := db.NewSelect().Model(&row).Where("n.name = ?", name)
	if hold {
		q = s.locked(q)
	}
	if err := q.Scan(ctx); err != nil {
		return audit.Anchor{}, err
	}
	sum, err := audit.ParseSum(row.Hash)
	return audit.Anchor{Number: row.Number, Hash: sum}, err
}

func moveEnd(ctx context.Context, tx bun.Tx, name string, to audit.Anchor) error {
	_, err := tx.NewRaw("UPDATE trail_ends SET number = ?, hash = ? WHERE name = ?", to.Number, to.Hash.String(), name).Exec(ctx)
	return err
}

// TrailEnds are the anchor the chain begins after, zero until old entries are forgotten, and the one it ends with.
func (s *Store) TrailEnds(ctx context.Context) (base, tail audit.Anchor, err error) {
	if base, err = s.end(ctx, s.db, "base", false); err == nil {
		tail, err = s.end(ctx, s.db, "tail", false)
	}
	return base, tail, failed("read the ends of the audit trail", err)
}

// TrailAfter returns up to limit links of the chain with numbers above after, in order, whoever may see them: for
// verifying it.
func (s *Store) TrailAfter(ctx context.Context, after int64, limit int) ([]audit.Link, error) {
	var rows []trailRow
	err := s.db.NewSelect().Model(&rows).Where("e.number > ?", after).OrderExpr("e.number").Limit(int64(limit)).Scan(ctx)
	list := make([]audit.Link, len(rows))
	for i, row := range rows {
		list[i] = row.link()
	}
	return list, failed("read the audit trail", err)
}

// ListAudit returns the newest lines of the trail, the newest first.
func (s *Store) ListAudit(ctx context.Context, limit int) ([]audit.Entry, error) {
	var rows []trailRow
	err := s.db.NewSelect().Model(&rows).OrderExpr("e.number DESC").Limit(int64(limit)).Scan(ctx)
	list := make([]audit.Entry, len(rows))
	for i, row := range rows {
		list[i] = row.link().Entry
	}
	return list, failed("read the audit trail", err)
}
