//go:build !js

package rtc

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/live"
)

// A control channel that dies under living sound is mended: the side that cannot offer asks, and the offerer builds anew once it
// finds the same. As long as pings come back, or a page merely stood still, everything stays.
func TestADeadControlChannelUnderLivingSound(t *testing.T) {
	var mu sync.Mutex // guards said
	var said []signal
	asked := func() []signal { mu.Lock(); defer mu.Unlock(); return slices.Clone(said) }
	open := func(t *testing.T, p *paper, offerer bool) *Peer {
		return Start(t.Context(), Options{Maker: p, Offerer: offerer, Media: CallLines(), OnStats: func(Stats) {},
			Servers: func(context.Context) ([]live.ICEServer, error) { return []live.ICEServer{{Username: "pass"}}, nil },
			Send: func(b json.RawMessage) {
				var s signal
				if _ = json.Unmarshal(b, &s); s.Ask {
					mu.Lock()
					said = append(said, s)
					mu.Unlock()
				}
			}})
	}
	tell := func(peer *Peer, s signal) {
		s.From = "other"
		b, _ := json.Marshal(s)
		peer.Signal(b)
		synctest.Wait()
	}
	synctest.Test(t, func(t *testing.T) {
		p := &paper{start: time.Now()}
		peer := open(t, p, false)
		tell(peer, signal{Conn: 1, Offer: 1, Description: &Description{Type: "offer", SDP: "o"}})
		p.conns[0].h.State(Connected)
		time.Sleep(patienceDeaf - 2*time.Second)
		synctest.Wait()
		if asks := asked(); len(asks) != 0 {
			t.Errorf("it asked too soon: %+v", asks)
		}
		time.Sleep(patienceDeaf)
		synctest.Wait()
		if asks := asked(); len(asks) != 1 || !asks[0].Deaf || asks[0].Conn != 1 {
			t.Errorf("it asked %+v", asks)
		}
		time.Sleep(deafAgain)
		synctest.Wait()
		if asks := asked(); len(asks) != 2 {
			t.Errorf("nobody answers, and it asked %d times", len(asks))
		}
		peer.Close()
	})
	synctest.Test(t, func(t *testing.T) {
		p := &paper{start: time.Now()}
		peer := open(t, p, true)
		synctest.Wait()
		tell(peer, signal{Conn: 1, Offer: 1, Description: &Description{Type: "answer", SDP: "a"}})
		p.conns[0].h.State(Connected)
		time.Sleep(10 * time.Second)
		tell(peer, signal{Ask: true, Deaf: true, Conn: 1})
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if len(p.conns) != 1 {
			t.Error("it is not deaf itself yet, and built anew")
		}
		time.Sleep(10 * time.Second)
		tell(peer, signal{Ask: true, Deaf: true, Conn: 1})
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if len(p.conns) != 2 {
			t.Errorf("%d connections were made, want another", len(p.conns))
		}
		peer.Close()
	})
}

// Who hears pings come back is not deaf, nor who has just awoken.
func TestWhoHearsIsNotDeaf(t *testing.T) {
	for _, offerer := range []bool{true, false} {
		now := dawn
		p := newPlan(offerer, now)
		for p.next(now) == rest {
			now = now.Add(breath)
		}
		if !offerer {
			p.fresh()
		}
		p.exchanged(now)
		p.turned(Connected, now)
		pass := func(long time.Duration, echoes bool) {
			for end := now.Add(long); now.Before(end); now = now.Add(beatEvery) {
				p.flows(now.Add(-statsEvery), now)
				p.beat(now, now)
				if echoes {
					p.echoed(now)
				}
				if p.next(now) != rest || p.deaf(now) {
					t.Fatalf("offerer %v: something is tried", offerer)
				}
			}
		}
		pass(2*patienceDeaf, true)
		p.deafened(now)
		pass(patienceDeaf-time.Second, false)
		now = now.Add(time.Minute) // the page stands still
		p.deafened(now)            // and finds what was said meanwhile
		pass(patienceDeaf/2-time.Second, false)
		p.deafened(now)
		pass(patienceDeaf/2-time.Second, false)
	}
}
