package room

import (
	"sync"
	"testing"

	"hearth/shared/live"
)

// TestPagesComeWhileOthersAreMoved: whoever enters a room and whoever is looked for in one never wait for each other.
func TestPagesComeWhileOthersAreMoved(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	room := live.VisitRoom("v1")
	for n := range 12 {
		h.clinic.stand(h.clinic.therapist(n).Person.ID, Place{Room: room, Visit: "v1"}, Place{Room: live.DoorRoom("g1"), Visit: "v1"})
	}
	end, moved := make(chan struct{}), sync.WaitGroup{}
	for range 4 {
		moved.Go(func() {
			for {
				select {
				case <-end:
					return
				default:
					h.Resettle(t.Context(), room)
				}
			}
		})
	}
	var came sync.WaitGroup
	for n := range 12 {
		came.Go(func() {
			for range 5 { // 60 pages: who is gone is waited for, and a room holds 64
				v := h.MustVisit(t, h.clinic.therapist(n), live.Therapist)
				v.entered(room)
				v.ws.Close()
			}
		})
	}
	came.Wait()
	close(end)
	moved.Wait()
}
