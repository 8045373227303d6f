package house

import (
	"context"
	"errors"
	"time"

	"hearth/backend/jobs"
	"hearth/backend/service"
	"hearth/backend/store"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// keepJob is the daily duty of forgetting what was kept long enough.
const keepJob jobs.Kind = "retention"

// couriers is how many webhooks are on their way at once: a service that takes its time does not keep the others waiting.
const couriers = 4

// duties does what the house does by itself: it erases who is due, forgets what was kept long enough, and says once a day
// in the log with which entry the audit trail ends.
func (h *House) duties(ctx context.Context) error {
	if _, err := h.store.AddJob(ctx, jobs.Job{Kind: keepJob, Key: string(keepJob), Due: h.now()}); err != nil {
		return err
	}
	if _, err := h.store.AddJob(ctx, jobs.Job{Kind: visitsJob, Key: string(visitsJob), Due: h.now()}); err != nil {
		return err
	}
	h.replan(ctx) // this program may know newer rules of time zones than the last one
	h.jobs = jobs.Open(jobs.Config{Store: h.store, Now: h.now, Log: h.config.Log, Handlers: map[jobs.Kind]jobs.Handler{
		store.EraseJob:     h.erase,
		store.OverwriteJob: h.overwrite,
		keepJob:            h.forget,
		visitsJob:          h.closeVisits,
	}})
	courier := service.NewCourier(service.CourierConfig{Outbox: h.store, Ring: h.keys, Allowed: h.config.Webhooks, Now: h.now, Log: h.config.Log, House: h.url})
	h.couriers = append(h.couriers, jobs.Open(jobs.Config{Store: h.store, Now: h.now, Log: h.config.Log, Every: time.Second, Hands: couriers,
		Handlers: map[jobs.Kind]jobs.Handler{service.WebhookJob: courier.Deliver}}))
	return nil
}

func (h *House) now() time.Time {
	if h.config.Now != nil {
		return h.config.Now()
	}
	return time.Now()
}

// erase erases a patient who is due, and ends what is open of theirs.
func (h *House) erase(ctx context.Context, j jobs.Job) (time.Time, error) {
	e, err := h.store.Erase(ctx, care.ErasureID(j.Body))
	switch {
	case fault.Is(err, fault.NotFound): // it was called off a moment ago
		return time.Time{}, nil
	case err != nil:
		return time.Time{}, err
	}
	if e.State == care.ErasureDone && e.Person != "" {
		h.hub.Withdraw(ctx, e.Person)
	}
	return time.Time{}, nil
}

// overwriteAgain is when what was deleted is overwritten after somebody was reading from it.
const overwriteAgain = time.Minute

// overwrite sees to it that what was erased is in no file of the database any more.
func (h *House) overwrite(ctx context.Context, _ jobs.Job) (time.Time, error) {
	whole, err := h.store.Overwrite(ctx)
	if err != nil || whole {
		return time.Time{}, err
	}
	return h.now().Add(overwriteAgain), nil
}

// forget does the daily duty.
func (h *House) forget(ctx context.Context, _ jobs.Job) (time.Time, error) {
	asked, err := h.store.EraseExpired(ctx)
	if err != nil {
		return time.Time{}, err
	}
	gone, err := h.store.ForgetTrail(ctx)
	if err != nil {
		return time.Time{}, err
	}
	left, err := h.store.ForgetArrivals(ctx)
	if err != nil {
		return time.Time{}, err
	}
	for _, person := range left {
		h.hub.SignedOutEverywhere(ctx, person, "")
	}
	if err := h.store.ForgetDeliveries(ctx); err != nil {
		return time.Time{}, err
	}
	h.replan(ctx)
	if _, err := h.store.ForgetVisits(ctx); err != nil {
		return time.Time{}, err
	}
	if err := h.store.SweepRevoked(ctx, h.now()); err != nil {
		return time.Time{}, err
	}
	if asked > 0 || gone > 0 {
		h.config.Log.Info("what was kept long enough is forgotten", "patients", asked, "entries", gone)
	}
	_, tail, err := h.store.TrailEnds(ctx)
	if err != nil {
		return time.Time{}, err
	}
	h.config.Log.Info("the audit trail ends with this entry; keep this line to hold the trail against (hearth audit verify --anchor)", "anchor", tail.String())
	return h.now().Add(24 * time.Hour), nil
}

// visitsJob is the duty of closing visits that are over. The book closes them to the second; this is for those a program
// that ended left open, and those nobody ended.
const visitsJob jobs.Kind = "close-visits"

// visitsAgain is between two looks.
const visitsAgain = 20 * time.Second

func (h *House) closeVisits(ctx context.Context, _ jobs.Job) (time.Time, error) {
	if err := errors.Join(h.visits.LetGo(ctx), h.visits.Miss(ctx), h.visits.CloseDue(ctx)); err != nil {
		return time.Time{}, err
	}
	return h.now().Add(visitsAgain), nil
}

// replan computes anew when visits begin. A visit that cannot be keeps nothing else from being done.
func (h *House) replan(ctx context.Context) {
	moved, err := h.visits.Replan(ctx)
	if err != nil {
		h.config.Log.Error("visits could not be planned anew", "error", err)
	}
	if moved > 0 {
		h.config.Log.Info("the rules of a time zone changed: visits keep their time on the wall", "visits", moved)
	}
}
