package store

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// mostQueued is how many a queue shows.
const mostQueued = 200

// wroteAtDoor is in SQL when a guest i who waits wrote to staff last; 0: they wrote nothing.
const wroteAtDoor = `COALESCE((SELECT MAX(l.moment) FROM visit_lines AS l WHERE l.visit = i.visit AND l.door = i.id AND l.guest = i.id), 0)`

// Queue returns who waits to be let in by by, who came first first: of one project, or of all, or only of the visits by
// hosts or is invited to.
func (s *Store) Queue(ctx context.Context, by care.Reader, project care.ProjectID, mine bool) ([]care.Waiting, error) {
	reach, args := visited(by, access.AdmitGuests)
	var rows []guestRow
	q := s.db.NewSelect().Model(&rows).ColumnExpr("i.*").
		ColumnExpr("COALESCE((SELECT w.name FROM people AS w WHERE w.id = i.person AND i.invited_as = 'staff'), '') AS person_name").ColumnExpr(wroteAtDoor+" AS wrote").
		Join("JOIN visits AS v ON v.id = i.visit AND v.state IN ('booked', 'open') AND (v.closing = 0 OR v.closing > ?)", micro(s.now())).
		Where("i.state IN ('arrived', 'checked', 'waiting')").Where("("+reach+")", args...).OrderExpr("i.waiting, i.id").Limit(mostQueued)
	if project != "" {
		q.Where("v.project = ?", project)
	}
	if mine {
		q.Where("v.host = ? OR v.id IN ("+asStaff+")", by.Person, by.Person)
	}
	if err := q.Scan(ctx); err != nil || len(rows) == 0 {
		return nil, failed("read the queue", err)
	}
	var visits []visitRow
	err := selectVisits(s.db, every, &visits).
		ColumnExpr("(v.host = ? OR v.id IN ("+asStaff+")) AS mine", by.Person, by.Person).
		Where("v.id IN (?)", bun.List(each(rows, func(row guestRow) care.VisitID { return row.Visit }))).Scan(ctx)
	if err != nil {
		return nil, failed("read the queue", err)
	}
	return queued(rows, visits)
}

func queued(rows []guestRow, visits []visitRow) (list []care.Waiting, err error) {
	of := map[care.VisitID]visitRow{}
	for _, v := range visits {
		of[v.ID] = v
	}
	for _, row := range rows {
		g, err := row.invitation()
		if err != nil {
			return nil, err
		}
		v := of[row.Visit]
		list = append(list, care.Waiting{Invitation: g, Kind: v.Kind, Project: v.Project, Patient: v.Patient, PatientName: v.PatientName, Host: v.Host, HostName: v.HostName,
			Start: instant(v.Begins), Late: v.Late, DropIn: v.DropIn, Mine: v.Mine, Wrote: instant(row.Wrote)})
	}
	return list, nil
}

// AdmitNext lets in who waits longest of those whose page is open, and of the others when there is none. Guest has no id when nobody waits. Of two who ask at once each lets in somebody else.
func (s *Store) AdmitNext(ctx context.Context, by care.Reader, project care.ProjectID, mine bool) (out care.Stepped, err error) {
	list, err := s.Queue(ctx, by, project, mine)
	if err != nil {
		return out, err
	}
	slices.SortStableFunc(list, func(a, b care.Waiting) int { return gone(a) - gone(b) })
	for _, w := range list {
		out, err := s.StepGuest(ctx, by, w.Visit, w.ID, care.Step{Act: care.Admit})
		if err == nil && out.Changed {
			out.Guest.Away = w.Away
			return out, nil
		}
		if err != nil && !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Gone) && !fault.Is(err, fault.Conflict) {
			return care.Stepped{}, err
		}
	}
	return care.Stepped{}, nil
}

// gone is 1 for somebody whose page is closed.
func gone(w care.Waiting) int {
	if w.Away.IsZero() {
		return 0
	}
	return 1
}
