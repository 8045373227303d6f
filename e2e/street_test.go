package e2e

import (
	"net"
	"net/url"
	"strconv"
	"testing"
	"time"

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
	life                 time.Duration // of the relay's credentials; 0: as everywhere
	flags                []chromedp.ExecAllocatorOption

	began  time.Time // signals flow since then
	had    int       // moments of the trend at that time
	broken int       // faults since
	still  int       // the process that stands still
	times  []resumed
}

// Where the relay listens.
const (
	relayPort    = 3478
	relayTLSPort = 5349
)

// open opens the house and two homes, each with a browser in it.
func (s *street) open(t *testing.T, tablet string) {
	t.Helper()
	s.network = lab.OpenNetwork(t)
	certificate, authority := lab.Certificate(t, s.network.Outside())
	s.house = stage.OpenWith(t, func(c *house.Config) {
		at := func(port int) string { return net.JoinHostPort(s.network.Outside(), strconv.Itoa(port)) }
		c.Relay = house.Relay{Listen: at(relayPort), TLSListen: at(relayTLSPort), TLS: certificate, Life: s.life}
	})
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
		return browseAt(t, home, name, append(s.flags, chromedp.Flag("ignore-certificate-errors-spki-list", authority))...), home, home.Lead(port)
	}
	s.tablet, s.tabletHome, s.tabletLine = browse(tablet)
	s.desk, s.deskHome, s.deskLine = browse("therapist")
}

// browseAt opens a browser in a home, whose line may break.
func browseAt(t *testing.T, home *lab.Place, name string, flags ...chromedp.ExecAllocatorOption) *stage.Window {
	t.Helper()
	w := stage.Browse(t, name, append(flags, chromedp.ExecPath(home.Program(stage.Chromium(t))))...)
	w.Expect(append(away, "ERR_INTERNET_DISCONNECTED", "ERR_ADDRESS_UNREACHABLE", "ERR_TIMED_OUT")...)
	return w
}

// unblock opens both homes again.
func (s *street) unblock() { s.deskHome.Unblock(); s.tabletHome.Unblock() }

// block drops what a filter names in both homes.
func (s *street) block(filter string) { s.deskHome.Block(filter); s.tabletHome.Block(filter) }
