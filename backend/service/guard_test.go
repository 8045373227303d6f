package service

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestTheOpenNetwork(t *testing.T) {
	for text, want := range map[string]bool{
		"9.9.9.9": true, "93.184.215.14": true, "2620:fe::fe": true, "::ffff:9.9.9.9": true,
		"127.0.0.1": false, "127.9.9.9": false, "::1": false, "::ffff:127.0.0.1": false, "0.0.0.0": false, "::": false, "10.1.2.3": false, "172.16.0.1": false,
		"192.168.1.1": false, "::ffff:192.168.1.1": false, "169.254.169.254": false, "fe80::1": false, "fe80::1%eth0": false, "fd00::1": false, "fec0::1": false, "100.64.0.1": false,
		"224.0.0.1": false, "ff02::1": false, "255.255.255.255": false, "240.0.0.1": false, "192.0.0.8": false, "198.18.0.1": false, "203.0.113.5": false,
		"64:ff9b::7f00:1": false, "64:ff9b::a01:203": false, "2002:7f00:1::": false, "2001:db8::1": false, "2001::1": false, "0.1.2.3": false,
	} {
		if got := open(netip.MustParseAddr(text), nil); got != want {
			t.Errorf("%s is open: %t, want %t", text, got, want)
		}
	}
	allowed := prefixes("10.1.0.0/16", "fd00::/64")
	for text, want := range map[string]bool{"10.1.2.3": true, "::ffff:10.1.2.3": true, "10.2.0.1": false, "fd00::5": true, "127.0.0.1": false} {
		if got := open(netip.MustParseAddr(text), allowed); got != want {
			t.Errorf("%s is allowed: %t, want %t", text, got, want)
		}
	}
}

// What counts is the address that is dialled, however it is named, and a proxy of the environment is not asked.
func TestWhatIsDialled(t *testing.T) {
	asked := 0
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer inside.Close()
	t.Setenv("HTTP_PROXY", inside.URL)
	t.Setenv("http_proxy", inside.URL)
	port := inside.URL[strings.LastIndex(inside.URL, ":"):]
	for _, host := range []string{"127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "some.localhost"} {
		r, err := http.NewRequest("POST", "http://"+host+port, nil)
		if err != nil {
			continue // no address at all
		}
		if res, err := guarded(nil).RoundTrip(r); err == nil {
			t.Errorf("%s answered %d", host, res.StatusCode)
		} else if (host == "127.0.0.1" || host == "localhost") && !errors.Is(err, errForbidden) {
			t.Errorf("%s: %v", host, err)
		}
	}
	if asked > 0 {
		t.Errorf("%d requests came through", asked)
	}
	r, _ := http.NewRequest("POST", inside.URL, nil)
	res, err := guarded(prefixes("127.0.0.0/8")).RoundTrip(r)
	if err != nil || asked != 1 {
		t.Fatalf("what the operator allows: %v, %d", err, asked)
	}
	res.Body.Close()
}
