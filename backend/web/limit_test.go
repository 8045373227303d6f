package web

import (
	"fmt"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"hearth/shared/fault"
)

func TestMeter(t *testing.T) {
	m := newMeter(Rate{Each: time.Second, Burst: 3})
	now := time.Unix(1_700_000_000, 0)
	for i := range 3 {
		if _, ok := m.allow("a", now); !ok {
			t.Fatalf("request %d of the burst was refused", i+1)
		}
	}
	if wait, ok := m.allow("a", now); ok || wait < time.Second {
		t.Errorf("the fourth at once: allowed %v, wait %v; want refused with a wait", ok, wait)
	}
	if _, ok := m.allow("b", now); !ok {
		t.Error("somebody else was refused")
	}
	if _, ok := m.allow("a", now.Add(1100*time.Millisecond)); !ok {
		t.Error("refused although a second has passed")
	}
}

func TestMeterForgets(t *testing.T) {
	m := newMeter(Rate{Each: time.Second, Burst: 1})
	for i := range remembered * 2 {
		m.allow(fmt.Sprint(i), time.Unix(0, 0))
	}
	if got := len(m.known); got != remembered || m.order.Len() != remembered {
		t.Errorf("remembers %d askers in %d places, want %d", got, m.order.Len(), remembered)
	}
}

func TestHousehold(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.7":         "192.0.2.7",
		"::ffff:192.0.2.7":  "192.0.2.7",
		"2001:db8:1:2::3":   "2001:db8:1:2::/64",
		"2001:db8:1:2:ff::": "2001:db8:1:2::/64",
	} {
		if got := household(netip.MustParseAddr(in)); got != want {
			t.Errorf("household(%s) = %s, want %s", in, got, want)
		}
	}
}

func TestClientBelievesOnlyTrustedProxies(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, c := range []struct{ remote, forwarded, want, whence string }{
		{"192.0.2.1:5", "", "192.0.2.1", "192.0.2.1"},
		{"192.0.2.1:5", "198.51.100.9", "192.0.2.1", "192.0.2.1"}, // a stranger's claim
		{"192.0.2.1:5", "junk", "192.0.2.1", "192.0.2.1"},
		{"10.0.0.1:5", "198.51.100.9", "198.51.100.9", "198.51.100.9"},
		{"10.0.0.1:5", "203.0.113.5, 198.51.100.9", "198.51.100.9", "198.51.100.9"}, // the client's own claim stays unread
		{"10.0.0.1:5", "198.51.100.9, 10.0.0.2", "198.51.100.9", "198.51.100.9"},
		{"10.0.0.1:5", "10.0.0.7", "10.0.0.7", "10.0.0.7"}, // somebody at the proxy's network
		{"10.0.0.1:5", "198.51.100.9:4711, 10.0.0.2:80", "198.51.100.9", "198.51.100.9"},
		{"10.0.0.1:5", "[2001:db8::7]:4711", "2001:db8::7", "2001:db8::7"},
		{"10.0.0.1:5", "[2001:db8::7]", "2001:db8::7", "2001:db8::7"},
		{"10.0.0.1:5", "::ffff:198.51.100.9", "198.51.100.9", "198.51.100.9"},
		{"10.0.0.1:5", "", "10.0.0.1", "invalid IP"}, // nobody can tell
		{"10.0.0.1:5", "junk", "10.0.0.1", "invalid IP"},
		{"10.0.0.1:5", "198.51.100.9, unknown", "10.0.0.1", "invalid IP"},
		{"10.0.0.1:5", "198.51.100.9,", "10.0.0.1", "invalid IP"},
		{"10.0.0.1:5", "junk, 10.0.0.2", "10.0.0.2", "invalid IP"},
		{"junk", "", "invalid IP", "invalid IP"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got, whence := Client(proxies)(r).String(), Whence(proxies)(r).String(); got != c.want || whence != c.whence {
			t.Errorf("%s says %q: got %s and %s, want %s and %s", c.remote, c.forwarded, got, whence, c.want, c.whence)
		}
	}
}

func TestOwnPath(t *testing.T) {
	for in, want := range map[string]string{
		"/therapist":                         "/therapist",
		"/therapist/live/abc?x=":             "/therapist/live/abc?x=",
		"/patient#as=1":                      "/patient",
		"/admin/people":                      "/admin/people",
		"":                                   "",
		"/":                                  "",
		"/sign-in":                           "",
		"/therapists":                        "",
		"//evil.example":                     "",
		"///evil.example":                    "",
		"/\\evil.example":                    "",
		"/therapist/../demo/x":               "",
		"/therapist/..//evil":                "",
		"https://evil.example/therapist":     "",
		"javascript:alert(1)":                "",
		"//therapist":                        "",
		"/%2F/evil.example":                  "",
		"/therapist\r\nSet-Cookie: a=b":      "",
		"/therapist/%0d%0aSet-Cookie:%20a=b": "",
		"http:/therapist":                    "",
		"@evil.example/therapist":            "",
		"/therapist@evil.example":            "",
		"/therapist/" + string(make([]byte, 400)): "",
	} {
		if got := ownPath(in); got != want {
			t.Errorf("ownPath(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzOwnPath(f *testing.F) {
	for _, seed := range []string{"/therapist", "//x", "/patient/a?b#c", "/\\x", "/admin/%2e%2e/x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := ownPath(in)
		if got == "" {
			return
		}
		if got[0] != '/' || (len(got) > 1 && (got[1] == '/' || got[1] == '\\')) {
			t.Errorf("ownPath(%q) = %q leads out of the house", in, got)
		}
	})
}

func TestEveryKindHasItsStatusAndPage(t *testing.T) {
	for _, k := range []fault.Kind{fault.Invalid, fault.SignedOut, fault.NotFound, fault.Conflict, fault.Gone, fault.TooMany, fault.TooLarge, fault.Unavailable, fault.Internal} {
		if statuses[k] == 0 {
			t.Errorf("%s has no status", k)
		}
		if notices[k] == "" && k != fault.SignedOut {
			t.Errorf("%s has no page", k)
		}
	}
}
