package house

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"hearth/backend/turn"
	"hearth/shared/api"
	"hearth/shared/fault"
)

const (
	testEvery = time.Hour
	// testAgain is when a relay through which nothing came is tested again: what may have been a moment decides nothing, and
	// one that works again is not gone without for long.
	testAgain = time.Minute
	// endsSoon is how long before its end a certificate is spoken of.
	endsSoon = 21 * 24 * time.Hour
	// sameTest is how old a result may be to answer who asks for a test while another runs, or presses twice.
	sameTest = 3 * time.Second
)

// health tests the relay at the start, every hour, every minute while nothing comes through, and when asked, watches the
// certificates, and says in the log what it finds. Nothing waits for it.
type health struct {
	relay relay
	tls   *tls.Config // the house's own
	log   *slog.Logger

	end  context.CancelFunc
	done chan struct{}

	testing sync.Mutex // one test at a time, and above what only tests read
	said    time.Time  // when the log was told last

	warned map[string]time.Time // run's own: when of which certificate, by fault code

	mu    sync.Mutex
	found api.Relay
}

func openHealth(r relay, c *tls.Config, log *slog.Logger) *health {
	ctx, end := context.WithCancel(context.Background())
	h := &health{relay: r, tls: c, log: log, end: end, done: make(chan struct{}),
		found: api.Relay{Name: r.Name(), Ways: []api.RelayWay{}}, warned: map[string]time.Time{}}
	if _, off := r.(none); off {
		h.found.Code = "relay.off"
	}
	go h.run(ctx)
	return h
}

func (h *health) run(ctx context.Context) {
	defer close(h.done)
	next := time.NewTimer(0)
	defer next.Stop()
	for {
		select {
		case <-next.C:
		case <-ctx.Done():
			return
		}
		found := h.Test(ctx)
		h.warn(time.Now())
		if next.Reset(testEvery); h.silent(found) {
			next.Reset(testAgain)
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
	ways, name := h.relay.Check(ctx), h.relay.CheckName(ctx)
	if ctx.Err() != nil { // nobody waits any more, and what was cut off says nothing
		return h.Relay()
	}
	now := time.Now()
	found := api.Relay{Name: h.relay.Name(), Ways: []api.RelayWay{}, Tested: &now}
	if name != nil {
		found.NameCode = codeOf(name)
	}
	for _, w := range ways {
		way := api.RelayWay{Way: w.Way, Millis: float64(w.RoundTrip.Microseconds()) / 1000}
		if w.Err != nil {
			way.Code = codeOf(w.Err)
		}
		if !w.Ends.IsZero() {
			way.Ends = &w.Ends
		}
		found.Ways = append(found.Ways, way)
	}
	was := h.Relay()
	if found.Fails = h.silent(found) && h.silent(was); !found.Fails || !was.Fails || now.Sub(h.said) >= testEvery {
		h.said = now
		h.say(ways, name, found.Fails && !was.Fails)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.found = found
	return found
}

// silent reports whether nothing came through the relay when it was tested. One that is full brings what it has. One that
// the house itself does not reach by its outer address, as behind many routers, or by its name works all the same when others do.
func (h *health) silent(r api.Relay) bool {
	return len(r.Ways) > 0 && !slices.ContainsFunc(r.Ways, func(w api.RelayWay) bool {
		return w.Code == "" || w.Code == "relay.full" || (w.Code == "relay.outside" || w.Code == "relay.name") && h.relay.Reached()
	})
}

// say puts what was found into the log.
func (h *health) say(ways []turn.Way, name error, turned bool) {
	if name != nil {
		h.log.Warn("The relay's name. "+Sentence(name), "error", name)
	}
	for _, w := range ways {
		if w.Err == nil {
			h.log.Info("The relay works over "+strings.ToUpper(w.Way)+".", "roundtrip", w.RoundTrip.Round(time.Microsecond))
			continue
		}
		h.log.Warn("The relay does not work over "+strings.ToUpper(w.Way)+". "+Sentence(w.Err), "error", w.Err)
	}
	if turned {
		h.log.Warn(Sentence(fault.New(fault.Unavailable, "relay.fails", nil)))
	}
}

// codeOf is what the self-test found, in a word.
func codeOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return "relay.failed"
}

// Certificate is when the certificate of the pages ends; zero when there is none, as behind a proxy.
func (h *health) Certificate() time.Time { return ending(h.tls) }

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

// warn says once a day which certificates end soon. That the relay's has ended, every test of the relay says.
func (h *health) warn(now time.Time) {
	own := h.Certificate()
	if now.Before(own) {
		h.warnOf("house.certificate-ends", own, now)
	} else {
		h.warnOf("house.certificate-ended", own, now)
	}
	for _, w := range h.Relay().Ways {
		if w.Ends != nil && now.Before(*w.Ends) && !w.Ends.Equal(own) { // the same end is the same certificate
			h.warnOf("relay.certificate-ends", *w.Ends, now)
		}
	}
}

func (h *health) warnOf(code string, ends, now time.Time) {
	if !ends.IsZero() && ends.Sub(now) <= endsSoon && now.Sub(h.warned[code]) >= 24*time.Hour-testEvery/2 {
		h.warned[code] = now
		h.log.Warn(Sentence(fault.New(fault.Unavailable, code, nil).With("date", ends.UTC().Format(time.DateOnly))))
	}
}
