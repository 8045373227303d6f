package call

import (
	"testing"

	"hearth/shared/live"
	"hearth/wasm/rtc"
)

// TestWhoComesInTheMiddleIsMetThroughTheRelay: a connection that stands stays as it is, whoever is invited later is met through
// the relay by everybody, a page that has read nothing of it included, and who waits meanwhile is connected anew.
func TestWhoComesInTheMiddleIsMetThroughTheRelay(t *testing.T) {
	h, host, guest := two(t, "b-----------------host", "c----------------guest")
	admit(t, h, host, guest)
	waits := h.sit(t, "d----------------waits", live.Visitor, "g3")
	waits.Join()
	door3 := live.DoorRoom("g3")
	h.stand(host.page, visit, door3)
	h.stand(waits.page, door3)
	host.Look("g3", true)
	until(t, "who waits is prepared", func() bool { return host.person(waits).Conn.State == rtc.StateConnected })
	if n := host.relayed.n.Load() + guest.relayed.n.Load() + waits.relayed.n.Load(); n != 0 {
		t.Fatalf("%d connections go through a relay nobody asked for", n)
	}
	direct := host.direct.n.Load()
	host.RelayOnly()
	waits.RelayOnly()
	host.RelayOnly() // said twice is said once
	until(t, "who waits is connected anew", func() bool {
		return host.relayed.n.Load() >= 1 && waits.relayed.n.Load() >= 1 && host.person(waits).Conn.State == rtc.StateConnected
	})
	goesOn(t, "when somebody else is invited", host, guest)

	third := h.sit(t, "a------------relative", live.Visitor, "g2")
	third.page.me.Relay = true
	third.RelayOnly()
	third.Join()
	h.stand(host.page, visit, door2, door3)
	h.stand(third.page, door2)
	host.Look("g2", true)
	until(t, "the third is prepared", func() bool { return host.person(third).Conn.State == rtc.StateConnected })
	h.stand(third.page, visit)
	h.stand(host.page, visit, door3)
	until(t, "all hear the third", func() bool { return host.hears(third) && guest.hears(third) && third.hears(host) && third.hears(guest) })
	if n := guest.relayed.n.Load(); n != 1 {
		t.Errorf("the guest, who read nothing of it, met %d through the relay, not the third alone", n)
	}
	if host.direct.n.Load() != direct || guest.direct.n.Load() != 1 || third.direct.n.Load() != 0 {
		t.Errorf("%d, %d and %d connections went directly", host.direct.n.Load()-direct, guest.direct.n.Load()-1, third.direct.n.Load())
	}
	goesOn(t, "when somebody else is there", host, guest)
}
