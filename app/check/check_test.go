package check

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hearth/app/remote/remotetest"
	"hearth/shared/live"
	"hearth/shared/words"
)

var given = []live.ICEServer{{URLs: []string{"stun:relay.example:3478"}},
	{URLs: []string{"turn:relay.example:3478?transport=udp", "turn:relay.example:3478?transport=tcp", "turns:[2a01::1]:443?transport=tcp"}, Username: "1:secret", Credential: "word"}}

// report is a check of which so much works.
func report(done bool, states ...State) *Report {
	r := begin(time.Date(2026, 3, 1, 9, 30, 0, 0, time.FixedZone("", 3600)), "https", "clinic.example")
	r.relays(given)
	r.Steps, r.Done = r.Steps[:len(states)], done
	for i, s := range states {
		r.Steps[i].State, r.Steps[i].Took = s, 1400*time.Microsecond
	}
	return &r
}

func TestEachWayIsAStepOfItsOwn(t *testing.T) {
	r := report(false, Works, Running, Waiting, Waiting)
	for i, want := range []Step{{Kind: "socket", Host: "clinic.example", Port: "443"}, {Kind: "udp", Host: "relay.example", Port: "3478"},
		{Kind: "tcp", Host: "relay.example", Port: "3478"}, {Kind: "tls", Host: "2a01::1", Port: "443"}} {
		s := r.Steps[i]
		if s.Kind != want.Kind || s.Host != want.Host || s.Port != want.Port {
			t.Errorf("step %d is %+v", i, s)
		}
		if i > 0 && (!slices.Equal(s.servers[0].URLs, given[1].URLs[i-1:i]) || s.servers[0].Credential != "word") {
			t.Errorf("step %d goes to %+v", i, s.servers)
		}
	}
	for _, c := range [][3]string{{"http", "localhost:8080", "localhost:8080"}, {"http", "localhost", "localhost:80"}, {"https", "[::1]:8443", "[::1]:8443"},
		{"https", "[::1]", "[::1]:443"}} {
		if at := begin(time.Now(), c[0], c[1]).Steps[0].At(); at != c[2] {
			t.Errorf("%s://%s is at %s, want %s", c[0], c[1], at, c[2])
		}
	}
}

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		want string
		r    *Report
	}{
		{"running", report(false, Works, Works, Running, Waiting)},
		{"good", report(true, Works, Works, Works, Works)},
		{"fair", report(true, Works, Fails, Fails, Works)},
		{"poor", report(true, Works, Fails, Fails, Fails)},
		{"none", report(true, Works)},
		{"bad", report(true, Fails)},
	} {
		if got := c.r.Verdict(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// The text for a ticket says what to open, in every language, and hands out no credential.
func TestText(t *testing.T) {
	for _, l := range words.Languages() {
		remotetest.Speak(t, l)
		text := report(true, Works, Fails, Works, Fails).Text()
		for _, part := range []string{"2026-03-01T08:30:00Z", words.T("check.line", "what", words.T("check.socket"), "where", "clinic.example:443", "is", words.T("check.works", "ms", "1")), "([2a01::1]:443)",
			words.T("check.ask.udp", "host", "relay.example", "port", "3478"), words.T("check.ask.tls", "host", "2a01::1", "port", "443"), words.T("check.fair")} {
			if !strings.Contains(text, part) {
				t.Errorf("%s lacks %q:\n%s", l, part, text)
			}
		}
		if strings.Contains(text, "secret") || strings.Contains(text, "word") || strings.Count(text, "\n") != 8 {
			t.Errorf("%s says too much:\n%s", l, text)
		}
	}
}
