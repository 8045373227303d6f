package simulated

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"time"

	"hearth/app/call"
	"hearth/app/remote"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/wasm/rtc/native"
)

// Options say whom to play. Link is needed.
type Options struct {
	Link     string        // the whole invitation, as it stands in the message
	Sensor   bool          // wears the made-up sensor, when the house lets it send
	Silent   bool          // sends no sound
	Blind    bool          // sends no picture
	Loopback bool          // on one machine without a network
	Relay    bool          // through the relay only
	Stay     time.Duration // leaves so long after being let in; 0: stays until the visit ends
}

// Guest is one simulated person on the way to a visit and in it.
type Guest struct {
	o     Options
	house *url.URL
	http  *http.Client
	film  *film
	tally tally
}

// New prepares a person; nothing is asked of the house yet.
func New(o Options) (*Guest, error) {
	at, err := url.Parse(o.Link)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return nil, fmt.Errorf("%q is not the address of an invitation, such as https://hearth.example%s…", at, api.LinkPage)
	}
	film, err := readFilm(drawn)
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	house := &url.URL{Scheme: at.Scheme, Host: at.Host}
	return &Guest{o: o, house: house, film: film, http: &http.Client{Jar: jar, Timeout: 30 * time.Second}}, nil
}

// Run comes to the visit, waits to be let in, talks, and returns what it was like: when the visit has ended, when the person
// was turned away, after Stay, or with ctx. The error says what a person would have seen instead.
func (g *Guest) Run(ctx context.Context) (Told, error) {
	g.tally.began = time.Now()
	came, err := g.comeIn(ctx)
	if err != nil {
		return g.tally.told(), err
	}
	g.tally.mark(&g.tally.ready)
	slot := func() string { return came.Slot }
	house := remote.NewAPI(client{house: g.house, http: g.http}, slot)
	line := remote.Open(remote.Options{Portal: live.Visitor, Build: "simulated", Sockets: sockets{house: g.house, jar: g.http.Jar}, Page: page{came.Slot}})
	defer line.Close()
	visit := live.VisitRoom(came.Visit)
	defer line.Watch(func(v remote.View) { g.tally.look(v, visit) })()
	relay, err := g.wait(ctx, house, came)
	if err != nil {
		return g.tally.told(), err
	}
	relayed := native.New(native.Options{Loopback: g.o.Loopback, RelayOnly: true})
	maker := relayed
	if !relay && !g.o.Relay {
		maker = native.New(native.Options{Loopback: g.o.Loopback})
	}
	c := call.Open(call.Options{Live: line, Peers: maker, Relayed: relayed, Visit: came.Visit, Guest: came.Guest,
		OnState: g.tally.state, OnTrack: g.tally.track})
	defer c.Close()
	c.Join()
	sending, cancel := context.WithCancel(ctx)
	defer cancel()
	done, err := g.send(sending, c)
	if err != nil {
		return g.tally.told(), err
	}
	defer func() { cancel(); <-done }()
	if g.o.Sensor {
		station := wear(line, maker, &g.tally)
		defer station.Close()
	}
	err = g.stay(ctx, house, came)
	c.Leave()
	return g.tally.told(), err
}

// wait steps on as a page does whose check passed, until the person is let in or nobody can come in any more.
func (g *Guest) wait(ctx context.Context, house *remote.API, came api.Came) (relay bool, err error) {
	well := care.Readiness{Camera: care.WorksWell, Mic: care.WorksWell, Speaker: care.WorksWell, Network: care.WorksWell}
	for _, step := range []api.StepBody{{Act: care.Check, Ready: &well}, {Act: care.Wait}} {
		at, err := house.StepAttendance(ctx, came.Visit, step)
		if err != nil {
			return false, fmt.Errorf("go on to the waiting room: %w", err)
		}
		relay = at.Relay
	}
	g.tally.mark(&g.tally.waiting)
	return relay, nil
}

// again is how often a person looks whether the visit is over; being let in is told by the live socket.
const again = 2 * time.Second

// stay is in the visit for as long as it goes on.
func (g *Guest) stay(ctx context.Context, house *remote.API, came api.Came) error {
	tick := time.NewTicker(again)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if in, ok := g.tally.since(); ok && g.o.Stay > 0 && time.Since(in) >= g.o.Stay {
			_, err := house.StepAttendance(ctx, came.Visit, api.StepBody{Act: care.Leave})
			return err
		}
		at, err := house.Attendance(ctx, came.Visit)
		switch {
		case fault.Is(err, fault.SignedOut): // the place is no longer theirs
			return fmt.Errorf("turned away: %w", err)
		case err != nil:
			continue // the house may be away for a while
		case at.VisitIs == care.Ended || at.VisitIs == care.Cancelled || at.State == care.LeftVisit:
			return nil
		case at.State == care.Denied || at.State == care.Uninvited:
			return fmt.Errorf("turned away: %s", at.State)
		}
	}
}

// page is the document a person would have: it only knows its account slot.
type page struct{ slot string }

func (p page) Slot() string                      { return p.slot }
func (page) OnNetwork(func()) (stop func())      { return func() {} }
func (page) OnVisible(func(visible bool)) func() { return func() {} }
func (page) OnLeave(func()) (stop func())        { return func() {} }
