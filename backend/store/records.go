package store

import (
	"context"
	"encoding/base64"
	"strings"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// recordRow is a patient with their account and place.
type recordRow struct {
	bun.BaseModel `bun:"table:patients,alias:p"`

	ID      care.PatientID `bun:",pk"`
	Project care.ProjectID
	Group   care.GroupID `bun:"patient_group"`
	Person  care.PersonID
	Mark    string
	Version int64
	Created int64
	Deleted int64
	Game    bool
	Figure  string
	World   care.World
	Held    int64

	Site     care.SiteID `bun:",scanonly"`
	Name     string      `bun:",scanonly"`
	Login    string      `bun:",scanonly"`
	LinkOnly bool        `bun:",scanonly"`
	Language string      `bun:",scanonly"`
	Theme    string      `bun:",scanonly"`
	Disabled bool        `bun:",scanonly"`
	Account  int64       `bun:",scanonly"` // version of the account
	Written  bool        `bun:",scanonly"` // the reader writes this record
}

func (row recordRow) record() care.Record {
	r := care.Record{
		ID: row.ID, Site: row.Site, Project: row.Project, Group: row.Group, Person: row.Person, Name: row.Name, Login: row.Login,
		LinkOnly: row.LinkOnly, Language: row.Language, Theme: row.Theme,
		Game: care.Game{On: row.Game, Name: row.Figure, World: row.World}, Disabled: row.Disabled, Version: row.version(),
		Created: instant(row.Created), Deleted: instant(row.Deleted), Held: instant(row.Held),
	}
	if row.LinkOnly || !row.Written {
		r.Login = ""
	}
	return r
}

// version grows with every change of the record or of the account, and only then: both only ever grow.
func (row recordRow) version() int64 { return row.Version + row.Account }

// selectRecords reads records by may do action to. Patients of a deleted project are on no list: they come back with it.
func selectRecords(db bun.IDB, by care.Reader, action access.Action, rows any) *bun.SelectQuery {
	reach, args := reached(by, action)
	return db.NewSelect().Model(rows).ColumnExpr("p.*").
		ColumnExpr("j.site, w.name, w.login, w.link_only, w.language, w.theme, w.disabled, w.version AS account").
		ColumnExpr("p.project IN (?) AS written", projects(by, access.WritePatients)).
		Join("JOIN people AS w ON w.id = p.person").Join("JOIN projects AS j ON j.id = p.project AND j.deleted = 0").
		Where("("+reach+")", args...)
}

// ListRecords returns the records by may read, by pseudonym, and the cursor of the next part, "" at the end. Total counts
// all of them; it is 0 for every part but the first.
func (s *Store) ListRecords(ctx context.Context, by care.Reader, f care.RecordFilter, page care.Page) (list []care.Record, next string, total int, err error) {
	limit := page.Limit
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	after, err := readCursor(page.After)
	if err != nil {
		return nil, "", 0, err
	}
	if err := clean(f.Text, string(f.Group)); err != nil {
		return nil, "", 0, err
	}
	action := access.ReadPatients
	if f.State == care.RecordDeleted {
		action = access.WritePatients
	}
	var rows []recordRow
	narrow := func(q *bun.SelectQuery) *bun.SelectQuery { return narrowRecords(q, by, f) }
	q := selectRecords(s.db, by, action, &rows).Apply(narrow).OrderExpr("p.mark").Limit(int64(limit) + 1)
	if after != "" {
		q.Where("p.mark > ?", after)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", 0, failed("list records", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = base64.RawURLEncoding.EncodeToString([]byte(rows[limit-1].Mark))
	}
	total = len(rows)
	if next != "" && after == "" {
		if total, err = countRecords(ctx, s.db, by, action, f); err != nil {
			return nil, "", 0, failed("count records", err)
		}
	}
	list, err = dressed(ctx, s.db, by, rows)
	if after != "" {
		total = 0
	}
	return list, next, total, failed("list records", err)
}

func countRecords(ctx context.Context, db bun.IDB, by care.Reader, action access.Action, f care.RecordFilter) (n int, err error) {
	reach, args := reached(by, action)
	q := narrowRecords(db.NewSelect().TableExpr("patients AS p").ColumnExpr("COUNT(*)").
		Join("JOIN projects AS j ON j.id = p.project AND j.deleted = 0").Join("JOIN people AS w ON w.id = p.person").
		Where("("+reach+")", args...), by, f)
	return n, q.Scan(ctx, &n)
}

// readCursor reads the place in a list of records where the part before ended.
func readCursor(text string) (mark string, err error) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = clean(string(b))
	}
	if err != nil {
		return "", fault.New(fault.Invalid, "page.cursor", err)
	}
	return string(b), nil
}

func narrowRecords(q *bun.SelectQuery, by care.Reader, f care.RecordFilter) *bun.SelectQuery {
	switch f.State {
	case care.RecordDeleted:
		q.Where("p.deleted <> 0")
	case care.RecordActive:
		q.Where("p.deleted = 0 AND NOT w.disabled")
	case care.RecordDisabled:
		q.Where("p.deleted = 0 AND w.disabled")
	default:
		q.Where("p.deleted = 0")
	}
	if f.Project != "" {
		q.Where("p.project = ?", f.Project)
	}
	if f.Site != "" {
		q.Where("j.site = ?", f.Site)
	}
	switch f.Group {
	case "":
	case care.NoGroup:
		q.Where("p.patient_group NOT IN (SELECT u.id FROM patient_groups AS u WHERE u.deleted = 0)")
	default:
		q.Where("p.patient_group = ?", f.Group)
	}
	if f.Therapist != "" {
		q.Where("p.id IN (SELECT c.patient FROM care AS c WHERE c.therapist = ?)", f.Therapist)
	}
	if f.Text == "" {
		return q
	}
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		q.Where("p.mark LIKE ? ESCAPE '!'", part(care.PseudonymKey(f.Text))).
			WhereOr("(w.login LIKE ? ESCAPE '!' AND NOT w.link_only AND p.project IN (?))", part(strings.ToLower(f.Text)), projects(by, access.WritePatients))
		if len(f.Also) > 0 {
			q.WhereOr("p.id IN (?)", bun.List(f.Also))
		}
		return q
	})
}

// part is a LIKE pattern for what holds text.
func part(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text) + "%"
}

// Record returns the record of one patient by may see. Deleted ones are there only for who may bring them back.
func (s *Store) Record(ctx context.Context, by care.Reader, id care.PatientID) (care.Record, error) {
	r, err := record(ctx, s.db, by, access.ReadPatients, id)
	return r, failed("read a record", err)
}

func record(ctx context.Context, db bun.IDB, by care.Reader, action access.Action, id care.PatientID) (care.Record, error) {
	if !care.ValidID(id) {
		return care.Record{}, errNotFound
	}
	var row recordRow
	q := selectRecords(db, by, action, &row).Where("p.id = ?", id).Where("p.deleted = 0 OR p.project IN (?)", projects(by, access.WritePatients))
	if err := q.Scan(ctx); err != nil {
		return care.Record{}, err
	}
	return one(dressed(ctx, db, by, []recordRow{row}))
}

// dressed adds to records who cares for whom, to a service without names.
func dressed(ctx context.Context, db bun.IDB, by care.Reader, rows []recordRow) ([]care.Record, error) {
	list, ids := make([]care.Record, len(rows)), make([]care.PatientID, len(rows))
	for i, row := range rows {
		list[i], ids[i] = row.record(), row.ID
	}
	if len(rows) == 0 {
		return list, nil
	}
	all, err := cares(ctx, db, "c.patient IN (?)", bun.List(ids))
	if err != nil {
		return nil, err
	}
	for i := range list {
		for _, c := range all {
			if c.Patient == list[i].ID {
				if by.Service != "" {
					c.TherapistName = ""
				}
				list[i].Care = append(list[i].Care, c)
			}
		}
	}
	return list, nil
}

// changeRecord reads a record by may write, holds it, lets edit work on it and saves it as the next version. A record that
// was changed since is fault.Conflict "changed-elsewhere".
func (s *Store) changeRecord(ctx context.Context, doing string, by care.Reader, id care.PatientID, version int64, deleted bool,
	edit func(ctx context.Context, tx bun.Tx, row *recordRow) error) (r care.Record, err error) {
	if !care.ValidID(id) {
		return r, errNotFound
	}
	err = s.within(ctx, doing, func(ctx context.Context, tx bun.Tx) error {
		var row recordRow
		q := selectRecords(tx, by, access.WritePatients, &row).Where("p.id = ?", id).Where("(p.deleted <> 0) = ?", deleted)
		if s.postgres() {
			q = q.For("UPDATE OF p, w")
		}
		if err := q.Scan(ctx); err != nil {
			return err
		}
		if row.version() != version {
			return errChanged
		}
		was := care.Place{Site: row.Site, Project: row.Project}
		if err := edit(ctx, tx, &row); err != nil {
			return err
		}
		if err := s.tellChanged(ctx, tx, id, was, care.Place{Site: row.Site, Project: row.Project}); err != nil {
			return err
		}
		r, err = record(ctx, tx, by, access.WritePatients, id)
		return err
	})
	return r, err
}
