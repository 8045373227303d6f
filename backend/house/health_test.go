package house

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hearth/backend/turn"
	"hearth/shared/api"
	"hearth/shared/fault"
)

// paper is a log that is read while it is written.
type paper struct {
	mu   sync.Mutex
	said bytes.Buffer
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.Write(b)
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.String()
}

// standIn is a relay whose self-test finds what it is told to.
type standIn struct {
	none
	mu    sync.Mutex
	ways  []turn.Way
	name  error
	tests int
	found bool // by somebody from outside
}

func (s *standIn) Name() string                    { return "relay.example.org" }
func (s *standIn) CheckName(context.Context) error { return s.name }

func (s *standIn) Reached() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.found
}

func (s *standIn) Check(context.Context) []turn.Way {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tests++
	return slices.Clone(s.ways)
}

// renew gives a way another certificate.
func (s *standIn) renew(way int, ends time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ways[way].Ends = ends
}

// The relay is tested at the start, every hour and when asked, and the log says in words what was found and what helps.
func TestRelayIsWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log paper
		relay := &standIn{name: fault.New(fault.Unavailable, "relay.name-inside", errors.New("192.168.1.5")), ways: []turn.Way{{Way: turn.UDP, RoundTrip: 2500 * time.Microsecond},
			{Way: turn.TLS, Err: fault.New(fault.Unavailable, "relay.certificate-name", errors.New("for another"))}}}
		h := openHealth(relay, nil, slog.New(slog.NewTextHandler(&log, nil)))
		synctest.Wait()
		found := h.Relay()
		want := []api.RelayWay{{Way: "udp", Millis: 2.5}, {Way: "tls", Code: "relay.certificate-name"}}
		if found.Tested == nil || len(found.Ways) != 2 || found.Ways[0] != want[0] || found.Ways[1] != want[1] {
			t.Errorf("found %+v", found)
		}
		if found.Name != "relay.example.org" || found.NameCode != "relay.name-inside" {
			t.Errorf("its name: %+v", found)
		}
		for _, words := range []string{"an address of the inner network", "The relay works over UDP.", "does not work over TLS", "HEARTH_TURN_TLS_CERT"} {
			if !strings.Contains(log.String(), words) {
				t.Errorf("the log lacks %q:\n%s", words, &log)
			}
		}
		h.Test(t.Context())
		if relay.tests != 1 {
			t.Errorf("%d tests within a moment, want 1", relay.tests)
		}
		time.Sleep(sameTest + time.Second)
		if relay.ways[1].Err = nil; h.Test(t.Context()).Ways[1].Code != "" {
			t.Error("asked for a test, it tells what it knew")
		}
		time.Sleep(testEvery)
		synctest.Wait()
		if relay.tests != 3 {
			t.Errorf("%d tests after an hour, want 3", relay.tests)
		}
		h.Close()
		h.Close()
	})
}

// A relay fails once nothing came through it by any way in two tests, a minute apart, and until something does. One way that
// works is enough, one that is full is no reason, and the log says it now and then.
func TestTheRelayFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log paper
		outside, full := fault.New(fault.Unavailable, "relay.outside", nil), fault.New(fault.Unavailable, "relay.full", nil)
		relay := &standIn{ways: []turn.Way{{Way: turn.UDP}, {Way: turn.TLS, Err: outside}}}
		h := openHealth(relay, nil, slog.New(slog.NewTextHandler(&log, nil)))
		defer h.Close()
		said := func() int { return strings.Count(log.String(), "does not work over UDP") }
		wants := func(what string, after time.Duration, fails bool) {
			t.Helper()
			time.Sleep(after)
			if synctest.Wait(); h.Relay().Fails != fails {
				t.Errorf("%s: it fails is %v, want %v", what, !fails, fails)
			}
		}
		wants("one way works", time.Second, false)
		relay.be(0, outside)
		wants("nothing comes through once", testEvery, false)
		relay.be(0, nil)
		wants("that was a moment", testAgain, false)
		relay.be(0, outside)
		wants("once more", testEvery, false)
		wants("and a minute later", testAgain, true)
		if !strings.Contains(log.String(), "Nothing comes through the relay") {
			t.Errorf("the log does not say what that means:\n%s", &log)
		}
		before := said()
		wants("for a day", 24*time.Hour, true)
		if n := said() - before; n < 20 || n > 24 {
			t.Errorf("the log says it %d times a day", n)
		}
		relay.be(1, nil)
		wants("over TLS it works again", testAgain, false)
		relay.be(1, full)
		wants("it is full", 3*testEvery, false)
		relay.be(1, outside)
		wants("the house does not reach it", testEvery+testAgain, true)
		relay.mu.Lock()
		relay.found = true
		relay.mu.Unlock()
		wants("somebody outside does", testAgain, false)
	})
	off := openHealth(none{}, nil, slog.New(slog.DiscardHandler))
	defer off.Close()
	if off.Relay().Fails {
		t.Error("one that is not there fails")
	}
}

// be has the test of a way find this.
func (s *standIn) be(way int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ways[way].Err = err
}

// A relay that takes its time holds up nobody.
func TestNobodyWaitsForTheTest(t *testing.T) {
	h := openHealth(hanging{}, nil, slog.New(slog.DiscardHandler))
	if got := h.Relay(); got.Tested != nil || got.Code != "" {
		t.Errorf("not tested yet, it says %+v", got)
	}
	h.Close() // and the test ends with the house
}

type hanging struct{ none }

func (hanging) Check(ctx context.Context) []turn.Way { <-ctx.Done(); return nil }

// A house without a relay says so, and watches its certificate all the same: once a day, from three weeks before its end.
func TestCertificateIsWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log paper
		ends := time.Now().Add(endsSoon + 36*time.Hour)
		c := &tls.Config{Certificates: []tls.Certificate{{Leaf: &x509.Certificate{NotAfter: ends}}}}
		h := openHealth(none{}, c, slog.New(slog.NewTextHandler(&log, nil)))
		defer h.Close()
		said := func(words string) int { synctest.Wait(); return strings.Count(log.String(), words) }
		if got := h.Relay(); got.Code != "relay.off" || !h.Certificate().Equal(ends) {
			t.Errorf("relay %+v, certificate until %v", got, h.Certificate())
		}
		time.Sleep(35 * time.Hour)
		if said("certificate") != 0 {
			t.Errorf("too early:\n%s", &log)
		}
		time.Sleep(50 * time.Hour)
		if n := said("The certificate ends on "); n != 3 {
			t.Errorf("said %d times in two days, want 3:\n%s", n, &log)
		}
		time.Sleep(22 * 24 * time.Hour)
		if said("The certificate has ended on ") == 0 {
			t.Errorf("ended, and nothing is said:\n%s", &log)
		}
	})
}

// The relay's certificate is watched beside that of the pages, and each is said to end when it does.
func TestBothCertificatesAreWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log paper
		soon, later := time.Now().Add(endsSoon-time.Hour), time.Now().Add(endsSoon+48*time.Hour)
		c := &tls.Config{Certificates: []tls.Certificate{{Leaf: &x509.Certificate{NotAfter: later}}}}
		relay := &standIn{ways: []turn.Way{{Way: turn.UDP}, {Way: turn.TLS, Ends: soon}}}
		h := openHealth(relay, c, slog.New(slog.NewTextHandler(&log, nil)))
		defer h.Close()
		said := func(words string) int { synctest.Wait(); return strings.Count(log.String(), words) }
		theirs, ours := "The relay's certificate ends on "+soon.UTC().Format(time.DateOnly), "The certificate ends on "+later.UTC().Format(time.DateOnly)
		if n, m := said(theirs), said(ours); n != 1 || m != 0 {
			t.Errorf("at first %d of the relay's, %d of the pages':\n%s", n, m, &log)
		}
		if ends := h.Relay().Ways[1].Ends; ends == nil || !ends.Equal(soon) || !h.Certificate().Equal(later) {
			t.Errorf("the relay's until %v, the pages' until %v", ends, h.Certificate())
		}
		time.Sleep(50 * time.Hour)
		if n, m := said(theirs), said(ours); n != 3 || m != 1 {
			t.Errorf("two days later %d of the relay's, %d of the pages':\n%s", n, m, &log)
		}
		relay.renew(1, later) // now one file serves both
		time.Sleep(2 * testEvery)
		before := said("certificate ends on ")
		time.Sleep(24 * time.Hour)
		if n := said("certificate ends on ") - before; n != 1 {
			t.Errorf("one certificate is said %d times a day", n)
		}
	})
}

// The demo with a certificate of its own has all three ways, and its relay fits the certificate.
func TestRelayOfTheDemoOverTLS(t *testing.T) {
	dir := t.TempDir()
	own, err := OwnCertificate(dir)
	if err != nil {
		t.Fatal(err)
	}
	h, err := Open(t.Context(), Config{Address: "localhost:0", Dir: dir, Demo: true, TLS: own})
	if err != nil {
		t.Fatal(err)
	}
	defer mustClose(t, h)
	found := h.health.Test(t.Context())
	if len(found.Ways) != 3 || found.Ways[2].Way != turn.TLS {
		t.Fatalf("found %+v", found)
	}
	for _, w := range found.Ways {
		if w.Code != "" || w.Millis <= 0 {
			t.Errorf("%+v", w)
		}
	}
	if ends := h.health.Certificate(); time.Until(ends) < endsSoon {
		t.Errorf("the certificate ends on %v", ends)
	}
}

// New certificate files are used without a restart, and half a pair is not.
func TestCertificateFilesAreReadAgain(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	make := func(c, k, name string) {
		t.Helper()
		if err := makeCertificate(c, k, []string{name}, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	make(cert, key, "first.example")
	f := &files{certificate: cert, key: key, log: slog.New(slog.DiscardHandler)}
	if err := f.load(); err != nil {
		t.Fatal(err)
	}
	served := func() string {
		t.Helper()
		f.looked = time.Time{}
		pair, err := f.current(nil)
		if err != nil {
			t.Fatal(err)
		}
		return pair.Leaf.DNSNames[0]
	}
	make(filepath.Join(dir, "c"), filepath.Join(dir, "k"), "second-and-longer.example")
	if err := os.Rename(filepath.Join(dir, "c"), cert); err != nil {
		t.Fatal(err)
	}
	if got := served(); got != "first.example" {
		t.Errorf("half a pair is served: %s", got)
	}
	if err := os.Rename(filepath.Join(dir, "k"), key); err != nil {
		t.Fatal(err)
	}
	if got := served(); got != "second-and-longer.example" {
		t.Errorf("the new pair is not: %s", got)
	}
	if err := os.Remove(cert); err != nil {
		t.Fatal(err)
	}
	if got := served(); got != "second-and-longer.example" {
		t.Errorf("without files: %s", got)
	}
	if _, err := Certificate(cert, key, nil); err == nil {
		t.Error("files that are not there are a certificate")
	}
}
