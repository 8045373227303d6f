package room

import (
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/access"
	"hearth/shared/live"
)

// TestPutOutWhileTheSocketIsAway: whoever is put out, disabled or signed out while their socket is away leaves the visit at once
// in everybody's eyes, within the grace and long after it: between the pages sound may still flow.
func TestPutOutWhileTheSocketIsAway(t *testing.T) {
	for name, do := range map[string]func(*house){
		"put out":               func(h *house) { h.clinic.stand("g1"); h.Reroom(t.Context(), "g1") },
		"with the whole desk":   func(h *house) { h.clinic.stand("g1"); h.Resettle(t.Context(), live.VisitRoom("v1")) },
		"disabled":              func(h *house) { h.Withdraw(t.Context(), "g1") },
		"signed out":            func(h *house) { h.SignedOut(t.Context(), "session-g1") },
		"signed out everywhere": func(h *house) { h.SignedOutEverywhere(t.Context(), "g1", "another") },
		"looked at again": func(h *house) {
			h.clinic.mu.Lock()
			h.clinic.out["g1"] = true
			h.clinic.mu.Unlock()
			h.LookAgain(t.Context())
		},
	} {
		for _, gone := range []time.Duration{time.Second, grace - time.Second, grace + time.Minute, time.Hour} {
			inTime(t, func(t *testing.T, h *house) {
				who, _, visit, own := h.clinic.visiting()
				h.clinic.assign("p1", "therapist1", access.ECG)
				h.clinic.stand("therapist1", own, Place{Room: visit.Room, Visit: "v1"})
				h.clinic.stand("g1", visit, own)
				host, page := h.MustVisit(t, h.clinic.therapist(1), live.Therapist), h.MustVisit(t, who, live.Visitor)
				host.entered(visit.Room)
				page.entered(visit.Room)
				page.do(visit.Room, live.Command{Sit: &live.Seat{In: true}})
				ch := reads(host)
				page.ws.NetConn().Close()
				time.Sleep(gone)
				synctest.Wait()
				lost := 0
				isOut := func(m live.FromHouse) bool {
					if m.Change == nil || m.Change.Left == nil || m.Change.Room != visit.Room || m.Change.Left.Member != page.member {
						return false
					}
					if m.Change.Left.Reason == "lost" {
						lost++
						return false
					}
					return true
				}
				h.Reroom(t.Context(), "g1") // nothing changed for them
				do(h)
				inVain := time.AfterFunc(2*time.Minute, func() { host.ws.Close() })
				after, m := waits(ch, isOut)
				inVain.Stop()
				if m.Change == nil || after > time.Second || (lost > 0) != (gone > grace) {
					t.Errorf("%s %v after the socket broke: told %+v after %v, lost %d times", name, gone, m.Change, after, lost)
				}
				h.mu.Lock()
				if len(h.absent) != 0 {
					t.Errorf("%s: %d are looked for still", name, len(h.absent))
				}
				h.mu.Unlock()
				host.ws.Close()
				waits(ch, never)
			})
		}
	}
}

// TestWhoComesBackIsLookedForNoMore: and leaves the rooms they may not stand in any more.
func TestWhoComesBackIsLookedForNoMore(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	who, door, visit, _ := h.clinic.visiting()
	h.clinic.stand("therapist1", Place{Room: visit.Room, Visit: "v1"})
	host := h.MustVisit(t, h.clinic.therapist(1), live.Therapist)
	host.entered(visit.Room)
	h.clinic.stand("g1", visit)
	page := h.MustVisit(t, who, live.Visitor)
	page.entered(visit.Room)
	page.ws.NetConn().Close()
	is := func(state live.MemberState) func(live.FromHouse) bool {
		return func(m live.FromHouse) bool {
			return m.Change != nil && m.Change.Member != nil && m.Change.Member.ID == page.member && m.Change.Member.State == state
		}
	}
	host.until("the socket is gone", is(live.Reconnecting))
	page = h.again(t, who, page)
	host.until("the page is back", is(live.Here))
	page.ws.NetConn().Close()
	host.until("the socket is gone again", is(live.Reconnecting))
	h.clinic.stand("g1", door)
	page = h.again(t, who, page)
	m := host.until("the page stands elsewhere", func(m live.FromHouse) bool { return m.Change != nil && m.Change.Left != nil })
	wants(t, "why", m.Change.Left.Reason, "left")
	h.mu.Lock()
	defer h.mu.Unlock()
	wants(t, "looked for", len(h.absent), 0)
}

// again is a page whose socket comes back.
func (h *house) again(t *testing.T, who Who, before *visitor) *visitor {
	v := h.connect(t, who)
	v.member, v.views = before.member, before.views
	v.hello(live.Visitor)
	return v
}
