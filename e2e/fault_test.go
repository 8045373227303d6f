package e2e

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/systeminfo"

	"hearth/e2e/lab"
	"hearth/e2e/stage"
)

// live opens the street and starts the stream.
func (s *street) live(t *testing.T) {
	t.Helper()
	s.open(t, "tablet")
	s.wren = s.house.Caller(t, s.house.Links().Therapist).Patients()["Wren-23"]
	s.desk.Follows = "#live"
	s.desk.ComeIn(s.house.Links().Therapist, "")
	s.measure()
	s.watch()
	s.fresh(t, time.Now())
	s.began, s.had = time.Now(), s.moments(t)
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

// whole waits until the trend has every second since the signals flow, but for one or two at the edge of a fault, and holds that
// it has none twice.
func (s *street) whole(t *testing.T) {
	t.Helper()
	if time.Since(s.began) > 9*time.Minute {
		return // it shows ten
	}
	seconds := func() int { return int(time.Since(s.began).Seconds()) }
	least := s.had + seconds() - 2*s.broken - 2
	s.desk.Until(fmt.Sprintf("+document.querySelector('#filled').dataset.of >= %d", least))
	n := s.moments(t)
	if most := s.had + seconds() + 2; n > most {
		t.Errorf("the trend has %d moments of %d seconds", n, most)
	}
	t.Logf("the trend has %d moments, %d of them filled in, of %d seconds with %d faults", n, s.filled(t), s.had+seconds(), s.broken)
}

// fault is something that breaks, lasts, and is mended by nobody at the pages.
type fault struct {
	name  string
	begin func(*testing.T)
	last  time.Duration // how long it is broken
	end   func(*testing.T)
	way   string // the only one left
}

// longFault is how long a fault may last in every run of the tests.
const longFault = 15 * time.Second

// breaks lets everything break, one after the other, and sees each time that the stream comes back and the accounts are right;
// how long that took is printed.
func (s *street) breaks(t *testing.T, list []fault) {
	t.Helper()
	for _, f := range list {
		t.Run(f.name, func(t *testing.T) {
			if f.last > longFault && !*figures {
				t.Skip("takes long: run with -figures")
			}
			s.on(t)
			if *figures {
				s.pass(5 * time.Second) // a way that has just come back is something else than one that is well
			}
			s.broken++
			f.begin(t)
			broken := time.NewTimer(f.last) // the fault's own length
			<-broken.C
			mended := time.Now()
			if f.end != nil {
				f.end(t)
			}
			took := s.fresh(t, mended)
			s.times = append(s.times, resumed{f.name, took})
			if f.way != "" {
				s.desk.UntilData("#path", "way", f.way)
				s.desk.UntilText("#path", "Relayed")
			}
			t.Logf("%-45s back after %4.1f s, way %s", f.name, took.Seconds(), s.desk.Data("#path", "way"))
			s.flowing()
			s.accounts(t)
		})
	}
}

// figures repeats what breaks and prints the table of the README.
func (s *street) figures(t *testing.T, list []fault) {
	if !*figures {
		return
	}
	for range *rounds - 1 {
		s.breaks(t, list)
	}
	for _, f := range list {
		var times []time.Duration
		for _, r := range s.times {
			if r.name == f.name {
				times = append(times, r.took)
			}
		}
		slices.Sort(times)
		fmt.Printf("| %s: stream again after, p50 / p95 of %d | %.1f / %.1f s |\n", f.name, len(times), times[len(times)/2].Seconds(), times[(len(times)*95+99)/100-1].Seconds())
	}
}

// resumed is how long a stream took to come back.
type resumed struct {
	name string
	took time.Duration
}

// TestFaults breaks what can break between a tablet and a desk. Nobody touches anything, and each time the stream comes
// back, and what was missed comes after.
func TestFaults(t *testing.T) {
	t.Parallel()
	s := &street{}
	s.live(t)
	lines := []fault{
		{name: "both sockets drop", begin: func(*testing.T) { s.tabletLine.Drop(); s.deskLine.Drop() }},
		{name: "both sockets are black holes for 12 s", begin: func(*testing.T) { s.tabletLine.Hold(); s.deskLine.Hold() }, last: 12 * time.Second,
			end: func(*testing.T) { s.tabletLine.Release(); s.deskLine.Release() }},
		{name: "every signal takes 400 ms longer", begin: func(*testing.T) { s.tabletLine.Delay(400 * time.Millisecond); s.deskLine.Delay(400 * time.Millisecond) },
			last: 3 * time.Second, end: func(*testing.T) { s.tabletLine.Delay(0); s.deskLine.Delay(0) }},
		{name: "the house restarts", begin: func(*testing.T) { s.house.Stop(); s.house.Start() }},
		{name: "the way between the pages dies", begin: s.killWay},
		{name: "the desk's line is dead for 8 s", begin: func(*testing.T) { s.deskHome.Cut() }, last: 8 * time.Second, end: func(*testing.T) { s.deskHome.Mend() }},
		{name: "the tablet loses its Wi-Fi for 8 s", begin: func(*testing.T) { s.tabletHome.Unplug() }, last: 8 * time.Second, end: func(*testing.T) { s.tabletHome.Plug() }},
		{name: "the tablet loses its Wi-Fi for 40 s", begin: func(*testing.T) { s.tabletHome.Unplug() }, last: 40 * time.Second, end: func(*testing.T) { s.tabletHome.Plug() }},
	}
	walls := []fault{ // each leaves less than the one before
		{name: "UDP is blocked", begin: func(*testing.T) { s.unblock(); s.block("meta l4proto udp") }, way: "relay-tcp"},
		{name: "only the port of TLS is open", begin: func(*testing.T) { s.block(fmt.Sprintf("tcp dport %d", relayPort)) }, way: "relay-tls"},
	}
	s.breaks(t, lines)
	s.figures(t, lines)
	s.breaks(t, walls)
	s.whole(t)
	s.unblock()
	s.breaks(t, []fault{{name: "the tablet stands still for 9 s", begin: s.standStill, last: 7 * time.Second, end: func(t *testing.T) { s.send(t, syscall.SIGCONT) }}})
	s.noHarm(t)
	s.breaks(t, []fault{{name: "the therapist's page is frozen for 10 s", begin: func(t *testing.T) { lifecycle(t, s.desk, "frozen") }, last: 10 * time.Second,
		end: func(t *testing.T) { lifecycle(t, s.desk, "active") }}}) // the last: headless, nothing is drawn after it
}

// TestSymmetricHomes is two homes that nobody can reach directly: the stream goes over the relay, and stands and falls with it.
func TestSymmetricHomes(t *testing.T) {
	t.Parallel()
	const life = 8 * time.Second
	s := &street{symmetric: true, life: life}
	s.live(t)
	if way := s.desk.Data("#path", "way"); !strings.HasPrefix(way, "relay") {
		t.Errorf("the way is %q, want a relay", way)
	}
	restart := func(*testing.T) { s.house.Stop(); s.house.Start() }
	list := []fault{
		{name: "the relay's credentials end", begin: func(*testing.T) {}, last: life + 2*time.Second},
		{name: "the way over the relay dies after that", begin: s.killWay},
		{name: "the house and its relay restart", begin: restart},
		{name: "they restart when the Wi-Fi is just back", begin: func(t *testing.T) {
			s.tabletHome.Unplug()
			s.pass(8 * time.Second)
			s.tabletHome.Plug()
			s.fresh(t, time.Now())
			restart(t)
		}},
	}
	s.breaks(t, list)
	s.whole(t)
	s.figures(t, list)
}

// standStill stops the program that is the tablet's page, its connections and all, as a machine does that has no time for it.
// The therapist's page shows no number that is not of now, and draws nothing that was not measured.
func (s *street) standStill(t *testing.T) {
	t.Helper()
	s.desk.Until(fmt.Sprintf("+document.querySelector('#pace').dataset.drawn > %s", s.desk.Data("#pace", "drawn")))
	s.still = renderer(t, s.tablet)
	s.send(t, syscall.SIGSTOP)
	t.Cleanup(func() { s.send(t, syscall.SIGCONT) })
	s.desk.Until("!document.querySelector('#hr').dataset.value")
	drawn := s.desk.Data("#pace", "drawn")
	s.pass(2 * time.Second)
	if now := s.desk.Data("#pace", "drawn"); now != drawn {
		t.Errorf("nothing comes, and drawn is %s after %s", now, drawn)
	}
}

// send sends a signal to the process that stands still.
func (s *street) send(t *testing.T, signal syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(s.still, signal); err != nil {
		t.Fatal(err)
	}
}

// noHarm: what happened shows as a gap and as nothing else.
func (s *street) noHarm(t *testing.T) {
	t.Helper()
	if alarm := s.desk.Data("#alarm", "alarm"); alarm != "" {
		t.Errorf("an alarm was invented: %s", alarm)
	}
	hr, err := strconv.ParseFloat(s.desk.Data("#hr", "value"), 64)
	if err != nil || hr < 55 || hr > 90 {
		t.Errorf("the heart rate is %v (%v)", hr, err)
	}
	s.desk.Picture("therapist-after-faults")
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
	stage.Call(w, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: page.SetWebLifecycleStateState(state)})
}

// renderer is the process that is a window's page: of a browser with one tab the busiest.
func renderer(t *testing.T, w *stage.Window) (pid int) {
	t.Helper()
	all := stage.CallBrowser(w, systeminfo.GetProcessInfo, cdp.Empty{})
	most := -1.0
	for _, p := range all.ProcessInfo {
		if p.Type == "renderer" && p.CPUTime > most {
			pid, most = int(p.ID), p.CPUTime
		}
	}
	if pid == 0 {
		t.Fatal("no page runs")
	}
	return pid
}
