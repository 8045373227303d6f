package e2e

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"hearth/backend/house"
	"hearth/e2e/lab"
	"hearth/e2e/stage"
)

// street is the clinic with real distances: the tablet and the desk live in homes of their own, each behind a router that
// translates addresses, and the house is reached over the street.
type street struct {
	scene
	network              *lab.Network
	tabletHome, deskHome *lab.Place
	tabletLine, deskLine *lab.Line // to the house
	symmetric            bool
}

// live opens the street and starts the stream.
func (s *street) live(t *testing.T) {
	t.Helper()
	s.network = lab.OpenNetwork(t)
	s.house = stage.OpenWith(t, func(c *house.Config) { c.Relay = house.Relay{Listen: s.network.Outside() + ":3478"} })
	at, err := url.Parse(s.house.URL())
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(at.Port())
	if err != nil {
		t.Fatal(err)
	}
	browse := func(name string) (*stage.Window, *lab.Place, *lab.Line) {
		home := s.network.Place(s.symmetric)
		line := home.Lead(port)
		w := stage.Browse(t, name, chromedp.ExecPath(home.Program(stage.Chromium(t))))
		w.Expect(append(away, "ERR_INTERNET_DISCONNECTED", "ERR_NETWORK_CHANGED", "ERR_ADDRESS_UNREACHABLE", "ERR_TIMED_OUT")...)
		return w, home, line
	}
	s.tablet, s.tabletHome, s.tabletLine = browse("tablet")
	s.desk, s.deskHome, s.deskLine = browse("therapist")
	s.wren = s.house.Caller(t, s.house.Links().Therapist).Patients()["Wren-23"]
	s.desk.Follows = "#live"
	s.desk.ComeIn(s.house.Links().Therapist, "")
	s.measure()
	s.watch()
	s.fresh(t, time.Now())
	s.house.Stands()
	t.Logf("the way is %s", s.desk.Data("#path", "way"))
}

// fresh waits until the therapist's page has samples measured after an instant, and says how long that took.
func (s *street) fresh(t *testing.T, after time.Time) time.Duration {
	t.Helper()
	s.desk.Until(fmt.Sprintf("+document.querySelector('.book[data-sensor=demo-ecg]')?.dataset.newest > %d", after.UnixMicro()))
	return time.Since(after)
}

// accounts: nothing came twice, and what was sent was received or is named.
func (s *street) accounts(t *testing.T) {
	t.Helper()
	for _, key := range sensors {
		s.desk.Until(fmt.Sprintf("(d => +d.sent > 0 && +d.sent === +d.received + +d.lost + +d.refused + +d.open)(document.querySelector('.book[data-sensor=%q]').dataset)", key))
		if b := book(t, s.desk, key); b["refused"] != 0 {
			t.Errorf("%s: the books say %v", key, b)
		}
	}
	if n := s.desk.Data("#missing", "missing"); n != "0" {
		t.Errorf("the therapist's page says that %s samples went missing", n)
	}
}

// longFault is how long a fault may last in every run of the tests.
const longFault = 15 * time.Second

// TestFaults breaks what can break between a tablet and a desk. Nobody touches anything, and each time the stream comes
// back; how long that takes is printed.
func TestFaults(t *testing.T) {
	t.Parallel()
	s := &street{}
	s.live(t)
	for _, f := range []struct {
		name  string
		begin func(*testing.T)
		last  time.Duration // how long it is broken
		end   func(*testing.T)
	}{
		{"both sockets drop", func(*testing.T) { s.tabletLine.Drop(); s.deskLine.Drop() }, 0, nil},
		{"both sockets are black holes for 12 s", func(*testing.T) { s.tabletLine.Hold(); s.deskLine.Hold() }, 12 * time.Second,
			func(*testing.T) { s.tabletLine.Release(); s.deskLine.Release() }},
		{"every signal takes 400 ms longer", func(*testing.T) { s.tabletLine.Delay(400 * time.Millisecond); s.deskLine.Delay(400 * time.Millisecond) }, 3 * time.Second,
			func(*testing.T) { s.tabletLine.Delay(0); s.deskLine.Delay(0) }},
		{"the house restarts", func(*testing.T) { s.house.Stop(); s.house.Start() }, 0, nil},
		{"the way between the pages dies", s.killWay, 0, nil},
		{"the desk's line is dead for 8 s", func(*testing.T) { s.deskHome.Cut() }, 8 * time.Second, func(*testing.T) { s.deskHome.Mend() }},
		{"the tablet loses its Wi-Fi for 8 s", func(*testing.T) { s.tabletHome.Unplug() }, 8 * time.Second, func(*testing.T) { s.tabletHome.Plug() }},
		{"the tablet loses its Wi-Fi for 40 s", func(*testing.T) { s.tabletHome.Unplug() }, 40 * time.Second, func(*testing.T) { s.tabletHome.Plug() }},
		{"the therapist's page is frozen for 10 s", func(t *testing.T) { lifecycle(t, s.desk, "frozen") }, 10 * time.Second,
			func(t *testing.T) { lifecycle(t, s.desk, "active") }},
		{"UDP is blocked", func(*testing.T) {
			s.deskHome.Unblock()
			s.tabletHome.Unblock()
			s.deskHome.Block("meta l4proto udp")
			s.tabletHome.Block("meta l4proto udp")
		}, 0, nil},
	} {
		t.Run(f.name, func(t *testing.T) {
			if f.last > longFault && !*figures {
				t.Skip("takes long: run with -figures")
			}
			s.on(t)
			f.begin(t)
			broken := time.NewTimer(f.last) // the fault's own length
			<-broken.C
			mended := time.Now()
			if f.end != nil {
				f.end(t)
			}
			t.Logf("%-45s back after %4.1f s, way %s", f.name, s.fresh(t, mended).Seconds(), s.desk.Data("#path", "way"))
			s.flowing()
			s.accounts(t)
		})
	}
}

// TestSymmetricHomes is two homes that nobody can reach directly: the stream goes over the relay.
func TestSymmetricHomes(t *testing.T) {
	t.Parallel()
	s := &street{symmetric: true}
	s.live(t)
	if way := s.desk.Data("#path", "way"); !strings.HasPrefix(way, "relay") {
		t.Errorf("the way is %q, want a relay", way)
	}
	s.accounts(t)
}

// killWay blocks the ports the two browsers use now, and no others: what they try next works.
func (s *street) killWay(t *testing.T) {
	t.Helper()
	for _, home := range []*lab.Place{s.tabletHome, s.deskHome} {
		for _, port := range home.Ports(t) {
			home.Block(fmt.Sprintf("udp sport %d", port))
			home.Block(fmt.Sprintf("udp dport %d", port))
		}
	}
}

func lifecycle(t *testing.T, w *stage.Window, state string) {
	t.Helper()
	if _, err := chromedp.Call(w.Context(), page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: page.SetWebLifecycleStateState(state)}); err != nil {
		t.Fatal(err)
	}
}
