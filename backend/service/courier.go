package service

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"hearth/backend/jobs"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// WebhookJob is the kind of the jobs that deliver; their body is the delivery's id.
const WebhookJob jobs.Kind = "webhook"

// Bounds of an attempt and of them all.
const (
	patience   = 10 * time.Second
	mostAnswer = 16 << 10 // bytes of an answer that are read; what it says is not kept
	MostTries  = 12       // which takes about three days
	mostHold   = 15 * time.Minute
	mostLater  = 12 * time.Hour     // that a service may ask for
	mostAge    = 4 * 24 * time.Hour // that something waits for a service that does not answer
)

// Outgoing is a delivery with what it takes to send it.
type Outgoing struct {
	care.Delivery
	Body    []byte
	Address string
	Sealed  [][]byte  // secrets to sign with, the newest first
	Held    time.Time // until when nothing is sent to this service, because it did not answer lately
	Streak  int       // how often in a row it did not
	Off     bool      // the service is disabled, removed or quiet
}

// Outcome is what became of an attempt.
type Outcome struct {
	State   care.DeliveryState
	Status  int
	Failure string
	Due     time.Time // of the next attempt, while it waits
	Held    time.Time // until when nothing else is sent there either; zero: it answers
	Gone    bool      // it wants to be told nothing any more
}

// Outbox is what the courier needs of the house's memory.
type Outbox interface {
	// Outgoing finds a delivery, whatever its state.
	Outgoing(ctx context.Context, id care.DeliveryID) (Outgoing, error)
	// SettleDelivery notes what became of an attempt, and of the service. A delivery that does not wait stays as it is.
	SettleDelivery(ctx context.Context, id care.DeliveryID, o Outcome) error
}

// Courier delivers webhooks.
type Courier struct {
	outbox Outbox
	ring   Ring
	out    http.Client
	now    func() time.Time
	chance func() float64
	log    *slog.Logger
	agent  string
}

// CourierConfig says how webhooks leave the house.
type CourierConfig struct {
	Outbox  Outbox
	Ring    Ring
	Allowed []netip.Prefix   // networks webhooks may reach although they are not the open network
	Now     func() time.Time // nil: time.Now
	Chance  func() float64   // between 0 and 1, for the jitter; nil: random
	Log     *slog.Logger     // nil: silence
	House   string           // how the house calls itself
}

// NewCourier makes a courier.
func NewCourier(c CourierConfig) *Courier {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Chance == nil {
		c.Chance = rand.Float64
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Courier{outbox: c.Outbox, ring: c.Ring, now: c.Now, chance: c.Chance, log: c.Log, agent: "Hearth (" + c.House + ")",
		out: http.Client{Transport: guarded(c.Allowed), Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Deliver is the handler of WebhookJob. When its node dies between sending and noting it, the next sends it again, under
// the same id.
func (c *Courier) Deliver(ctx context.Context, j jobs.Job) (again time.Time, err error) {
	d, err := c.outbox.Outgoing(ctx, care.DeliveryID(j.Body))
	switch {
	case fault.Is(err, fault.NotFound): // the patient was erased, or the service is gone for good
		return again, nil
	case err != nil:
		return again, err
	case d.State != care.DeliveryWaiting:
		return again, nil
	case d.Off:
		return again, c.outbox.SettleDelivery(ctx, d.ID, Outcome{State: care.DeliveryGivenUp, Failure: "off"})
	case c.now().Before(d.Held) && c.now().Sub(j.Created) > mostAge: // it waited behind others that never came through
		return again, c.outbox.SettleDelivery(ctx, d.ID, Outcome{State: care.DeliveryGivenUp, Failure: "old"})
	case c.now().Before(d.Held):
		return c.spread(d.Held, 30*time.Second), nil
	}
	status, failure, later := c.send(ctx, d)
	if ctx.Err() != nil { // the lease is lost or the house closes: whoever comes next sends it
		return again, ctx.Err()
	}
	o := c.judge(d, status, failure, later)
	c.log.Debug("webhook", "delivery", d.ID, "service", d.Service, "event", d.Event, "attempt", d.Attempts+1, "status", status, "failure", failure)
	return o.Due, c.outbox.SettleDelivery(ctx, d.ID, o)
}

// spread puts a moment off by chance, by less than width: what waited together does not come back together.
func (c *Courier) spread(at time.Time, width time.Duration) time.Time {
	return at.Add(time.Duration(c.chance() * float64(width)))
}

// judge says what follows from an answer: 2xx is delivered; 410 ends all webhooks of the service; everything else is tried
// again, later each time, and given up in the end (Standard Webhooks 1.0.0, section "Operational considerations"). A
// service that cannot be reached or is busy is left alone with the others that wait for it.
func (c *Courier) judge(d Outgoing, status int, failure string, later time.Duration) Outcome {
	o := Outcome{State: care.DeliveryWaiting, Status: status, Failure: failure}
	switch {
	case failure == "":
		o.State = care.DeliveryDelivered
		return o
	case status == http.StatusGone:
		o.State, o.Gone = care.DeliveryGivenUp, true
		return o
	}
	now := c.now()
	wait := max(jobs.Backoff(d.Attempts+1), later)
	if d.Attempts+1 >= MostTries {
		o.State = care.DeliveryGivenUp
	} else {
		o.Due = c.spread(now.Add(wait), wait/4)
	}
	if status == 0 || status == http.StatusTooManyRequests || status >= 500 {
		o.Held = now.Add(max(min(jobs.Backoff(d.Streak+1), mostHold), later))
	}
	return o
}

// send makes one attempt. Failure is "" when it came through; later is how long the service asks to be left alone.
func (c *Courier) send(ctx context.Context, d Outgoing) (status int, failure string, later time.Duration) {
	keys := make([][]byte, len(d.Sealed))
	for i, sealed := range d.Sealed {
		key, err := c.ring.Open(ctx, purpose, sealed, sealedFor(d.Service))
		if err != nil {
			c.log.Error("a webhook cannot be signed", "service", d.Service, "error", err)
			return 0, "secret", 0
		}
		keys[i] = key
	}
	if len(keys) == 0 {
		return 0, "secret", 0
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.Address, bytes.NewReader(d.Body))
	if err != nil {
		return 0, "address", 0
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", c.agent)
	sign(r.Header, d.ID, c.now(), d.Body, keys)
	res, err := c.out.Do(r)
	if err != nil {
		return 0, reason(err), 0
	}
	defer res.Body.Close()
	io.CopyN(io.Discard, res.Body, mostAnswer) // politely; whatever it says, and whether it ends well, says nothing to us
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300:
		return res.StatusCode, "", 0
	case res.StatusCode >= 300 && res.StatusCode < 400:
		return res.StatusCode, "redirect", 0
	}
	return res.StatusCode, "status", asked(res.Header.Get("Retry-After"), c.now())
}

// asked is how long somebody wants to be left alone (RFC 9110 section 10.2.3), within reason.
func asked(header string, now time.Time) time.Duration {
	wait := time.Duration(0)
	if seconds, err := strconv.ParseUint(header, 10, 31); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(header); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), mostLater)
}

// reason is the code of what went wrong on the way.
func reason(err error) string {
	var slow interface{ Timeout() bool }
	switch {
	case errors.Is(err, errForbidden):
		return "forbidden"
	case errors.As(err, &slow) && slow.Timeout():
		return "slow"
	}
	return "unreachable"
}
