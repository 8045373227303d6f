package store

import (
	"context"
	"strconv"

	"github.com/uptrace/bun"

	"hearth/backend/audit"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// atEntry is the end of holds for an entry e of the trail: a role counts at every place around the one it was about.
const atEntry = `(g.site = '' OR (g.site = e.site AND (g.project = '' OR g.project = e.project))))`

// narrowed is a select of the entries by may read that a filter lets through.
func narrowed(q *bun.SelectQuery, by care.Reader, f audit.Filter) *bun.SelectQuery {
	ways, args := way(by, access.ReadAudit, atEntry, held)
	q = q.Where(either(ways), args...)
	if f.Person != "" {
		q = q.Where("e.person = ?", f.Person)
	}
	if f.Patient != "" {
		q = q.Where("e.patient = ?", f.Patient)
	}
	if f.Action != "" { // no wildcards: the filter is validated
		q = q.Where("(e.action = ? OR e.action LIKE ?)", f.Action, f.Action+".%")
	}
	if f.Place.Site != "" {
		q = q.Where("e.site = ?", f.Place.Site)
	}
	if f.Place.Project != "" {
		q = q.Where("e.project = ?", f.Place.Project)
	}
	if !f.From.IsZero() {
		q = q.Where("e.moment >= ?", micro(f.From))
	}
	if !f.Until.IsZero() {
		q = q.Where("e.moment < ?", micro(f.Until))
	}
	if f.Refused {
		q = q.Where("(e.action LIKE '%.refused' OR e.action LIKE '%wrong' OR e.action LIKE '%.locked')")
	}
	return q
}

// mostTrail is how many entries one page may have.
const mostTrail = 500

// ListTrail returns the entries of the trail that by may read and the filter lets through, the newest first, and the
// cursor of the next page, "" at the end. An auditor of a site reads what was about that site.
func (s *Store) ListTrail(ctx context.Context, by care.Reader, f audit.Filter, page care.Page) (list []audit.Seen, next string, err error) {
	if err := f.Validate(); err != nil {
		return nil, "", err
	}
	limit := page.Limit
	if limit <= 0 || limit > mostTrail {
		limit = 100
	}
	var rows []trailRow
	q := narrowed(s.db.NewSelect().Model(&rows), by, f).OrderExpr("e.number DESC").Limit(int64(limit) + 1)
	if page.After != "" {
		before, err := strconv.ParseInt(page.After, 10, 64)
		if err != nil || before <= 0 {
			return nil, "", fault.New(fault.Invalid, "page.cursor", err)
		}
		q = q.Where("e.number < ?", before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", failed("list the audit trail", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = strconv.FormatInt(rows[limit-1].Number, 10)
	}
	list = make([]audit.Seen, len(rows))
	for i, row := range rows {
		list[i].Link = row.link()
	}
	return list, next, failed("list the audit trail", s.nameTrail(ctx, by, list))
}

// nameTrail fills in the names a reader may know.
func (s *Store) nameTrail(ctx context.Context, by care.Reader, list []audit.Seen) error {
	people, patients := []care.PersonID{""}, []care.PatientID{""}
	for _, e := range list {
		people, patients = append(people, e.Person), append(patients, e.Patient)
	}
	type named struct{ ID, Name string }
	var staff, known []named
	err := s.db.NewRaw(`SELECT w.id, w.name FROM people AS w WHERE w.id IN (?) AND NOT EXISTS (SELECT 1 FROM patients AS p WHERE p.person = w.id)
		UNION ALL SELECT g.id, g.name FROM services AS g WHERE g.id IN (?)`, bun.List(people), bun.List(people)).Scan(ctx, &staff)
	if err != nil {
		return err
	}
	err = s.db.NewRaw("SELECT p.id, w.name FROM patients AS p JOIN people AS w ON w.id = p.person WHERE p.id IN (?) AND p.id IN (?)",
		bun.List(patients), visible(by, access.ReadPatients)).Scan(ctx, &known)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, n := range append(staff, known...) {
		names[n.ID] = n.Name
	}
	for i := range list {
		list[i].PersonName, list[i].PatientName = names[string(list[i].Person)], names[string(list[i].Patient)]
	}
	return nil
}

// CountTrail counts what ListTrail would list, up to most.
func (s *Store) CountTrail(ctx context.Context, by care.Reader, f audit.Filter, most int) (n int, err error) {
	if err := f.Validate(); err != nil {
		return 0, err
	}
	some := narrowed(s.db.NewSelect().Model((*trailRow)(nil)).Column("number"), by, f).Limit(int64(most))
	err = s.db.NewRaw("SELECT COUNT(*) FROM (?) AS found", some).Scan(ctx, &n)
	return n, failed("count the audit trail", err)
}
