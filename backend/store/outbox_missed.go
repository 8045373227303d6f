package store

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"hearth/backend/service"
	"hearth/shared/access"
	"hearth/shared/care"
)

// hush gives up what a service was still to be told. What it misses of erasures from now on, and of those given up, it is
// told when it catches up.
func (s *Store) hush(ctx context.Context, tx bun.Tx, id care.ServiceID, why string) error {
	since := micro(s.now())
	if err := s.missed(ctx, tx, id, since); err != nil { // which holds the service before its deliveries
		return err
	}
	var oldest int64
	if err := tx.NewRaw("SELECT COALESCE(MIN(made), 0) FROM deliveries WHERE service = ? AND state = ? AND event = ?",
		id, care.DeliveryWaiting, access.PatientErased).Scan(ctx, &oldest); err != nil {
		return err
	}
	if oldest != 0 {
		if err := s.missed(ctx, tx, id, oldest); err != nil {
			return err
		}
	}
	if _, err := tx.NewRaw("DELETE FROM jobs WHERE kind = ? AND body IN (SELECT id FROM deliveries WHERE service = ? AND state = ?)",
		service.WebhookJob, id, care.DeliveryWaiting).Exec(ctx); err != nil {
		return err
	}
	_, err := tx.NewRaw("UPDATE deliveries SET state = ?, failure = ?, settled = ? WHERE service = ? AND state = ?",
		care.DeliveryGivenUp, why, since, id, care.DeliveryWaiting).Exec(ctx)
	return err
}

// missed notes that a service may not have been told of erasures since then.
func (s *Store) missed(ctx context.Context, tx bun.Tx, id care.ServiceID, since int64) error {
	_, err := tx.NewRaw("UPDATE services SET missed = CASE WHEN missed = 0 OR missed > ? THEN ? ELSE missed END WHERE id = ?", since, since, id).Exec(ctx)
	return err
}

// catchUp tells a service that is told things again of the erasures it may have missed: what it holds of a patient it
// must forget, too, however long it was away.
func (s *Store) catchUp(ctx context.Context, tx bun.Tx, id care.ServiceID) error {
	var rows []serviceRow
	err := tx.NewSelect().Model(&rows).Where("g.id = ? AND g.missed <> 0 AND NOT g.disabled AND NOT g.quiet", id).Where(thereToo).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return err
	}
	v, err := rows[0].service()
	if err != nil || v.Manifest.Webhook == "" {
		return err
	}
	if _, err := tx.NewRaw("UPDATE services SET missed = 0 WHERE id = ?", id).Exec(ctx); err != nil {
		return err
	}
	if !slices.Contains(v.Manifest.Events, access.PatientErased) {
		return nil
	}
	var gone []erasureRow
	q := tx.NewSelect().Model(&gone).Where("e.state = ? AND e.done >= ?", care.ErasureDone, rows[0].Missed).OrderExpr("e.done, e.id")
	if v.Place.Site != "" {
		q.Where("e.site = ?", v.Place.Site)
	}
	if v.Place.Project != "" {
		q.Where("e.project = ?", v.Place.Project)
	}
	if err := q.Scan(ctx); err != nil {
		return err
	}
	var list []deliveryRow
	for _, e := range gone {
		row, err := s.delivery(id, erased(e.Patient, care.Place{Site: e.Site, Project: e.Project}), instant(e.Done))
		if err != nil {
			return err
		}
		list = append(list, row)
	}
	return s.post(ctx, tx, list)
}

// erased is that a patient of a place was erased.
func erased(id care.PatientID, at care.Place) happening {
	return happening{event: access.PatientErased, at: at, ids: map[string]string{"patient": string(id)}}
}
