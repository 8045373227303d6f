package visitor

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/aggregator"
	"hearth/app/remote/remotetest"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/wasm/rtc"
)

// counted is a Maker that makes nothing, and counts how often it was asked.
type counted struct {
	rtc.None
	n atomic.Int64
}

func (c *counted) Make(s []live.ICEServer, h rtc.Handler) (rtc.Conn, error) {
	c.n.Add(1)
	return c.None.Make(s, h)
}

// sits lets the guest into a call in which their host sits.
func (c *clinic) sits(v *remotetest.Visit) {
	c.at.State = care.Admitted
	c.Put(live.Snapshot{Room: "visit/v", N: 1, Epoch: "e", Members: []live.Member{
		{ID: v.Env.Live.Member(), Person: c.Person, Guest: "g", Portal: live.Visitor, State: live.Here, Since: remotetest.Now(), Seat: &live.Seat{In: true}},
		{ID: "zzzzzzzzzzzzzzzzzzzzzzzzzy", Person: live.PersonView{ID: "mira", Name: "Mira Solano"}, Portal: live.Therapist, State: live.Here, Since: remotetest.Now(), Seat: &live.Seat{In: true}}}})
	pass(v, 3*time.Second)
}

// TestThroughTheRelayOrNotAtAll: neither the call nor the sensors of such a visit go another way, from the beginning, or from
// the moment it is wished.
func TestThroughTheRelayOrNotAtAll(t *testing.T) {
	var direct, relays counted
	relayed := func(t *testing.T) *clinic {
		c := newClinic(t)
		c.at.Relay = true
		return c
	}
	come(t, relayed, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		v.Env.Peers, v.Env.Relay = &direct, &relays
		waits(v, p, c)
		v.Press("sensors")
		v.Press("sheet-close")
		c.sits(v)
		if _, err := p.ways.Make(nil, rtc.Handler{}); err == nil || p.sense.station == nil {
			t.Error("no sensors")
		}
		if direct.n.Load() != 0 || relays.n.Load() < 2 {
			t.Errorf("%d connections were to go directly, %d through the relay", direct.n.Load(), relays.n.Load())
		}
		v.Env.Relay = nil
		_, _ = p.ways.Make(nil, rtc.Handler{})
		if direct.n.Load() != 0 {
			t.Error("without a relay it goes another way")
		}
	})
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		v.Env.Peers, v.Env.Relay = &direct, &relays
		direct.n.Store(0)
		relays.n.Store(0)
		waits(v, p, c)
		c.sits(v)
		if direct.n.Load() == 0 || relays.n.Load() != 0 {
			t.Errorf("%d connections were to go directly, %d through the relay", direct.n.Load(), relays.n.Load())
		}
		c.at.Relay = true
		v.Act(func(ctx app.Context) { p.load(ctx) })
		pass(v, 3*time.Second)
		direct.n.Store(0)
		pass(v, 20*time.Second)
		_, _ = p.ways.Make(nil, rtc.Handler{})
		if direct.n.Load() != 0 || relays.n.Load() < 2 {
			t.Errorf("since it is wished %d connections were to go directly, %d through the relay", direct.n.Load(), relays.n.Load())
		}
	})
}

// TestNoSensorsOnceEverythingIsLetGo: whatever comes late, the page stands, and its sheet has no buttons of a station that is gone.
func TestNoSensorsOnceEverythingIsLetGo(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		waits(v, p, c)
		c.inside()
		v.Later(2 * time.Second)
		p.way.was = true // there was a call
		v.Act(p.openSensors)
		v.Later(time.Second)
		v.Shows(`id="connect-demo"`)
		v.Act(func(app.Context) { p.sense.view.Shares = []aggregator.ShareView{{ID: "s", Name: "Mira Solano"}} })
		station := p.sense.station
		c.Away(true)
		pass(v, lostAfter+lightsOut+2*time.Second)
		v.Hides(`id="connect-demo"`, `id="stop-s"`)
		if p.sense.station != nil {
			t.Error("the sensors go on")
		}
		v.Act(p.openSensors)
		v.Act(func(app.Context) { p.at(func(*aggregator.Station) { t.Error("a station that is gone is asked") }) })
		if p.sense.station != nil || p.front != "" || station == nil {
			t.Error("a station nobody closes was opened")
		}
		late := c.at
		late.Relay = true
		v.Act(func(app.Context) { p.sense.view.Shares = []aggregator.ShareView{{ID: "s"}}; p.stands(late) })
	})
}
