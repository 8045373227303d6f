package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/service"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// happening is something services may be told: where, about whom, and the ids that say what it was.
type happening struct {
	event   access.Event
	at      care.Place
	left    care.Place        // where it is told too: services that hear of it there need not hear it twice
	patient care.PatientID    // whose data goes with them; "" when nobody's, or when only that is left
	ids     map[string]string // besides the place
}

// tell puts into the outbox what happened, for every service that was granted to hear it, in the transaction in which it
// happens: what is not stored is never told, and what is stored is told whatever crashes afterwards.
func (s *Store) tell(ctx context.Context, tx bun.Tx, event access.Event, list ...happening) error {
	var hear []serviceRow
	err := tx.NewSelect().Model(&hear).Join("JOIN service_events AS v ON v.service = g.id").
		Where("v.event = ? AND NOT g.disabled AND NOT g.quiet", event).Where(thereToo).Scan(ctx)
	if err != nil || len(hear) == 0 {
		return err
	}
	now := s.now()
	var rows []deliveryRow
	for _, h := range list {
		h.event = event
		for _, g := range hear {
			if of := (care.Place{Site: g.Site, Project: g.Project}); of.Holds(h.at) && (h.left == care.TheHouse || !of.Holds(h.left)) {
				row, err := s.delivery(g.ID, h, now)
				if err != nil {
					return err
				}
				rows = append(rows, row)
			}
		}
	}
	return s.post(ctx, tx, rows)
}

func (h happening) body(now time.Time) api.Webhook {
	data := map[string]string{}
	for name, id := range h.ids {
		data[name] = id
	}
	if h.at.Site != "" {
		data["site"] = string(h.at.Site)
	}
	if h.at.Project != "" {
		data["project"] = string(h.at.Project)
	}
	return api.Webhook{Type: h.event, Timestamp: now.UTC().Truncate(time.Microsecond), Data: data}
}

// delivery is what tells one service that something happened then; it is sent at once.
func (s *Store) delivery(to care.ServiceID, h happening, then time.Time) (deliveryRow, error) {
	body, err := json.Marshal(h.body(then))
	return deliveryRow{ID: care.NewID[care.DeliveryID](), Service: to, Event: h.event, Patient: h.patient, Body: string(body),
		State: care.DeliveryWaiting, Made: micro(then), Due: micro(s.now())}, err
}

// post stores deliveries with the jobs that bring them.
func (s *Store) post(ctx context.Context, tx bun.Tx, rows []deliveryRow) error {
	if err := insertAll(ctx, tx, rows); err != nil {
		return err
	}
	return insertAll(ctx, tx, each(rows, deliveryRow.job))
}

// job is what brings a delivery that is to be sent now; its days are counted from now on, however long ago it happened.
func (row deliveryRow) job() jobRow {
	return jobRow{ID: care.NewID[string](), Kind: service.WebhookJob, JobKey: webhookKey(row.ID), Due: row.Due, Body: string(row.ID), Created: row.Due}
}

func webhookKey(id care.DeliveryID) string { return string(service.WebhookJob) + ":" + string(id) }

// aboutPatient is something about a patient of a place.
func aboutPatient(id care.PatientID, at care.Place) happening {
	return happening{at: at, patient: id, ids: map[string]string{"patient": string(id)}}
}

// tellOfPatient tells what happened with one patient, wherever they are, hidden or not.
func (s *Store) tellOfPatient(ctx context.Context, tx bun.Tx, event access.Event, id care.PatientID, more map[string]string) error {
	var at struct {
		Site    care.SiteID
		Project care.ProjectID
	}
	if err := tx.NewRaw("SELECT j.site, j.id AS project FROM patients AS p JOIN projects AS j ON j.id = p.project WHERE p.id = ?", id).Scan(ctx, &at); err != nil {
		return err
	}
	h := aboutPatient(id, care.Place{Site: at.Site, Project: at.Project})
	for name, v := range more {
		h.ids[name] = v
	}
	return s.tell(ctx, tx, event, h)
}

// tellChanged tells of a changed record where the patient is and, to those who do not hear of it there, where they were.
func (s *Store) tellChanged(ctx context.Context, tx bun.Tx, id care.PatientID, was, is care.Place) error {
	if err := s.tell(ctx, tx, access.PatientChanged, aboutPatient(id, is)); err != nil || was == is {
		return err
	}
	left := aboutPatient(id, was)
	left.left = is
	return s.tell(ctx, tx, access.PatientChanged, left)
}

// tellOfDevice tells of a device that was switched on or off.
func (s *Store) tellOfDevice(ctx context.Context, tx bun.Tx, row deviceRow, was care.DeviceState) error {
	events := map[care.DeviceState]access.Event{care.DeviceEnabled: access.DeviceEnabled, care.DeviceDisabled: access.DeviceDisabled}
	event, known := events[row.State]
	if !known || was == row.State || (was == "" && row.State == care.DeviceDisabled) {
		return nil
	}
	at := care.Place{Project: row.Project}
	if err := tx.NewRaw("SELECT site FROM projects WHERE id = ?", row.Project).Scan(ctx, &at.Site); err != nil {
		return err
	}
	return s.tell(ctx, tx, event, happening{at: at, ids: map[string]string{"device": string(row.ID)}})
}
