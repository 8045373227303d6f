package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/service"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type deliveryRow struct {
	bun.BaseModel `bun:"table:deliveries,alias:d"`

	ID       care.DeliveryID `bun:",pk"`
	Service  care.ServiceID
	Event    access.Event
	Patient  care.PatientID
	Body     string
	State    care.DeliveryState
	Attempts int
	Made     int64
	Due      int64
	Settled  int64
	Status   int
	Failure  string
}

func (row deliveryRow) delivery() care.Delivery {
	d := care.Delivery{ID: row.ID, Service: row.Service, Event: row.Event, State: row.State, Attempts: row.Attempts, Made: instant(row.Made),
		Settled: instant(row.Settled), Status: row.Status, Failure: row.Failure}
	if row.State == care.DeliveryWaiting {
		d.Due = instant(row.Due)
	}
	return d
}

// Outgoing finds a delivery with what it takes to send it; only the courier asks.
func (s *Store) Outgoing(ctx context.Context, id care.DeliveryID) (out service.Outgoing, err error) {
	if !care.ValidID(id) {
		return out, errNotFound
	}
	var row deliveryRow
	if err := s.db.NewSelect().Model(&row).Where("d.id = ?", id).Scan(ctx); err != nil {
		return out, failed("find a delivery", err)
	}
	var to serviceRow
	if err := s.db.NewSelect().Model(&to).Where("g.id = ?", row.Service).Scan(ctx); err != nil {
		return out, failed("find a delivery", err)
	}
	v, err := to.service()
	if err != nil {
		return out, failed("find a delivery", err)
	}
	there, err := s.thereNow(ctx, s.db, row.Service)
	if err != nil {
		return out, failed("find a delivery", err)
	}
	out = service.Outgoing{Delivery: row.delivery(), Body: []byte(row.Body), Address: v.Manifest.Webhook, Held: instant(to.Held), Streak: to.Streak,
		Off: v.Disabled || v.Quiet || !there || v.Manifest.Webhook == ""}
	var sealed []string
	err = s.db.NewRaw("SELECT sealed FROM service_secrets WHERE service = ? AND (ends = 0 OR ends > ?) ORDER BY created DESC, id LIMIT 4",
		row.Service, micro(s.now())).Scan(ctx, &sealed)
	for _, text := range sealed {
		b, wrong := base64.StdEncoding.DecodeString(text)
		if err == nil {
			err = wrong
		}
		out.Sealed = append(out.Sealed, b)
	}
	return out, failed("find a delivery", err)
}

// SettleDelivery notes what became of an attempt, and of the service. A delivery that does not wait any more stays as it
// is, so noting it twice is noting it once.
func (s *Store) SettleDelivery(ctx context.Context, id care.DeliveryID, o service.Outcome) error {
	return s.within(ctx, "settle a delivery", func(ctx context.Context, tx bun.Tx) error {
		var of serviceRow
		var row deliveryRow
		err := s.lockedService(tx.NewSelect().Model(&of).Where("g.id = (SELECT service FROM deliveries WHERE id = ?)", id)).Scan(ctx)
		if err == nil {
			err = s.locked(tx.NewSelect().Model(&row).Where("d.id = ?", id)).Scan(ctx)
		}
		if fault.Is(failed("", err), fault.NotFound) { // erased meanwhile
			return nil
		} else if err != nil {
			return err
		}
		if row.State != care.DeliveryWaiting {
			return nil
		}
		row.State, row.Status, row.Failure, row.Due = o.State, o.Status, o.Failure, micro(o.Due)
		row.Attempts++
		if o.State != care.DeliveryWaiting {
			row.Settled = micro(s.now())
		}
		if _, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx); err != nil {
			return err
		}
		if o.State == care.DeliveryGivenUp && row.Event == access.PatientErased { // for whatever reason: it is told when it changes
			if err := s.missed(ctx, tx, row.Service, row.Made); err != nil {
				return err
			}
		}
		switch {
		case o.Gone:
			if _, err := tx.NewRaw("UPDATE services SET quiet = ?, version = version + 1 WHERE id = ?", true, row.Service).Exec(ctx); err != nil {
				return err
			}
			return s.hush(ctx, tx, row.Service, "gone")
		case o.Held.IsZero() && o.Failure != "off" && o.Failure != "old":
			_, err := tx.NewRaw("UPDATE services SET held = 0, streak = 0 WHERE id = ? AND streak <> 0", row.Service).Exec(ctx)
			return err
		case !o.Held.IsZero():
			_, err := tx.NewRaw("UPDATE services SET held = ?, streak = streak + 1 WHERE id = ?", micro(o.Held), row.Service).Exec(ctx)
			return err
		}
		return nil
	})
}

// ListDeliveries returns what a service was and is to be told, the newest first, and the cursor of the next part.
func (s *Store) ListDeliveries(ctx context.Context, by care.Reader, id care.ServiceID, state care.DeliveryState, page care.Page) (list []care.Delivery, next string, err error) {
	if err := s.mayTell(ctx, s.db, by, id); err != nil {
		return nil, "", failed("list deliveries", err)
	}
	limit := page.Limit
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	var rows []deliveryRow
	q := s.db.NewSelect().Model(&rows).Where("d.service = ?", id).OrderExpr("d.made DESC, d.id DESC").Limit(int64(limit) + 1)
	if state != "" {
		q = q.Where("d.state = ?", state)
	}
	if page.After != "" {
		number, last, _ := strings.Cut(page.After, ".")
		made, err := strconv.ParseInt(number, 10, 64)
		if err != nil || !care.ValidID(last) {
			return nil, "", fault.New(fault.Invalid, "page.cursor", err)
		}
		q = q.Where("d.made < ? OR (d.made = ? AND d.id < ?)", made, made, last)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", failed("list deliveries", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = fmt.Sprintf("%d.%s", rows[limit-1].Made, rows[limit-1].ID)
	}
	return each(rows, deliveryRow.delivery), next, nil
}

// mayTell answers fault.NotFound unless by manages services and there is this one.
func (s *Store) mayTell(ctx context.Context, db bun.IDB, by care.Reader, id care.ServiceID) error {
	if err := managesServices(ctx, db, by); err != nil {
		return err
	}
	if !care.ValidID(id) {
		return errNotFound
	}
	var yes int
	return db.NewRaw("SELECT 1 FROM services WHERE id = ?", id).Scan(ctx, &yes)
}

// SendAgain has a delivery sent once more, at once and from the first attempt on, whatever became of it.
func (s *Store) SendAgain(ctx context.Context, by care.Reader, of care.ServiceID, id care.DeliveryID) (d care.Delivery, err error) {
	err = s.within(ctx, "send a webhook again", func(ctx context.Context, tx bun.Tx) error {
		if err := s.mayTell(ctx, tx, by, of); err != nil {
			return err
		}
		if err := s.told(ctx, tx, of); err != nil {
			return err
		}
		if !care.ValidID(id) {
			return errNotFound
		}
		var row deliveryRow
		if err := s.locked(tx.NewSelect().Model(&row).Where("d.id = ? AND d.service = ?", id, of)).Scan(ctx); err != nil {
			return err
		}
		row.State, row.Attempts, row.Due, row.Settled, row.Status, row.Failure = care.DeliveryWaiting, 0, micro(s.now()), 0, 0, ""
		if _, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx); err != nil {
			return err
		}
		if err := cancelJob(ctx, tx, webhookKey(id)); err != nil {
			return err
		}
		if err := s.unhold(ctx, tx, of); err != nil {
			return err
		}
		d = row.delivery()
		return insertAll(ctx, tx, []jobRow{row.job()})
	})
	return d, err
}

// told holds a service, and refuses to send to one that is told nothing.
func (s *Store) told(ctx context.Context, tx bun.Tx, id care.ServiceID) error {
	var row serviceRow
	if err := s.lockedService(tx.NewSelect().Model(&row).Where("g.id = ?", id)).Scan(ctx); err != nil {
		return err
	}
	there, err := s.thereNow(ctx, tx, id)
	if err != nil {
		return err
	}
	v, err := row.service()
	switch {
	case err != nil:
		return err
	case v.Manifest.Webhook == "":
		return fault.New(fault.Conflict, "service.no-webhook", nil)
	case v.Disabled || v.Quiet || !there:
		return fault.New(fault.Conflict, "service.off", nil)
	}
	return nil
}

// unhold tries a service again that did not answer lately.
func (s *Store) unhold(ctx context.Context, tx bun.Tx, id care.ServiceID) error {
	_, err := tx.NewRaw("UPDATE services SET held = 0, streak = 0 WHERE id = ?", id).Exec(ctx)
	return err
}

// TestWebhook has a service told that it is tested.
func (s *Store) TestWebhook(ctx context.Context, by care.Reader, id care.ServiceID) (d care.Delivery, err error) {
	err = s.within(ctx, "test a webhook", func(ctx context.Context, tx bun.Tx) error {
		if err := s.mayTell(ctx, tx, by, id); err != nil {
			return err
		}
		if err := s.told(ctx, tx, id); err != nil {
			return err
		}
		if err := s.unhold(ctx, tx, id); err != nil {
			return err
		}
		row, err := s.delivery(id, happening{event: access.ServiceTested, ids: map[string]string{"service": string(id)}}, s.now())
		if err != nil {
			return err
		}
		d = row.delivery()
		return s.post(ctx, tx, []deliveryRow{row})
	})
	return d, err
}

// KeptDeliveries is how long it is remembered what services were told.
const KeptDeliveries = 30 * 24 * time.Hour

// ForgetDeliveries forgets what was settled long enough ago.
func (s *Store) ForgetDeliveries(ctx context.Context) error {
	_, err := s.db.NewRaw("DELETE FROM deliveries WHERE settled <> 0 AND settled < ?", micro(s.now().Add(-KeptDeliveries))).Exec(ctx)
	return failed("forget deliveries", err)
}
