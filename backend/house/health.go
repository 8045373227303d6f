package house

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"hearth/backend/turn"
	"hearth/shared/api"
	"hearth/shared/fault"
)

const (
	testEvery = time.Hour
	// endsSoon is how long before its end a certificate is spoken of.
	endsSoon = 21 * 24 * time.Hour
	// sameTest is how old a result may be to answer who asks for a test while another runs, or presses twice.
	sameTest = 3 * time.Second
)

// health tests the relay at the start, every hour and when asked, watches the certificates, and says in the log what it
// finds. Nothing waits for it.
type health struct {
	relay relay
	tls   *tls.Config // the house's own
	log   *slog.Logger

	end  context.CancelFunc
	done chan struct{}

	testing sync.Mutex // one test at a time

	mu     sync.Mutex
	found  api.Relay
	ends   time.Time // of the relay's certificate
	warned time.Time
}

func openHealth(r relay, c *tls.Config, log *slog.Logger) *health {
	ctx, end := context.WithCancel(context.Background())
	h := &health{relay: r, tls: c, log: log, end: end, done: make(chan struct{}), found: api.Relay{Ways: []api.RelayWay{}}}
	if _, off := r.(none); off {
		h.found.Code = "relay.off"
	}
	go h.run(ctx)
	return h
}

func (h *health) run(ctx context.Context) {
	defer close(h.done)
	tick := time.NewTicker(testEvery)
	defer tick.Stop()
	for {
		h.Test(ctx)
		h.warn(time.Now())
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Close ends the tests. It may be called twice.
func (h *health) Close() error {
	h.end()
	<-h.done
	return nil
}

// Relay is what the last test found.
func (h *health) Relay() api.Relay {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.found
}

// Test tests the relay now.
func (h *health) Test(ctx context.Context) api.Relay {
	h.testing.Lock()
	defer h.testing.Unlock()
	if was := h.Relay(); was.Code == "relay.off" || was.Tested != nil && time.Since(*was.Tested) < sameTest {
		return was
	}
	ways := h.relay.Check(ctx)
	if ctx.Err() != nil { // nobody waits any more, and what was cut off says nothing
		return h.Relay()
	}
	now := time.Now()
	found := api.Relay{Ways: []api.RelayWay{}, Tested: &now}
	var ends time.Time
	for _, w := range ways {
		found.Ways = append(found.Ways, api.RelayWay{Way: w.Way, Code: h.say(w), Millis: float64(w.RoundTrip.Microseconds()) / 1000})
		if !w.Ends.IsZero() {
			ends = w.Ends
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.found, h.ends = found, ends
	return found
}

// say puts a result into the log, and returns its code.
func (h *health) say(w turn.Way) string {
	if w.Err == nil {
		h.log.Info("The relay works over "+strings.ToUpper(w.Way)+".", "roundtrip", w.RoundTrip.Round(time.Microsecond))
		return ""
	}
	h.log.Warn("The relay does not work over "+strings.ToUpper(w.Way)+". "+Sentence(w.Err), "error", w.Err)
	var f *fault.Error
	if errors.As(w.Err, &f) {
		return f.Code
	}
	return "relay.failed"
}

// Certificate is when the house's certificate ends, or the relay's when that is sooner; zero when there is none.
func (h *health) Certificate() time.Time {
	h.mu.Lock()
	ends := h.ends
	h.mu.Unlock()
	if own := ending(h.tls); !own.IsZero() && (ends.IsZero() || own.Before(ends)) {
		return own
	}
	return ends
}

// ending is when the certificate of a server ends.
func ending(c *tls.Config) time.Time {
	if c == nil {
		return time.Time{}
	}
	var pair *tls.Certificate
	if len(c.Certificates) > 0 {
		pair = &c.Certificates[0]
	} else if c.GetCertificate != nil {
		pair, _ = c.GetCertificate(&tls.ClientHelloInfo{})
	}
	if pair == nil || pair.Leaf == nil {
		return time.Time{}
	}
	return pair.Leaf.NotAfter
}

// warn says once a day that a certificate ends soon.
func (h *health) warn(now time.Time) {
	ends := h.Certificate()
	if ends.IsZero() || ends.Sub(now) > endsSoon || now.Sub(h.warned) < 24*time.Hour-testEvery/2 {
		return
	}
	h.warned = now
	code := "house.certificate-ends"
	if ends.Before(now) {
		code = "house.certificate-ended"
	}
	h.log.Warn(Sentence(fault.New(fault.Unavailable, code, nil).With("date", ends.UTC().Format(time.DateOnly))))
}
