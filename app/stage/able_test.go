package stage

import (
	"strings"
	"testing"
	"time"
)

// TestOnlyWhatThereIsIsAskedFor: nobody is asked for a screen their browser shows nobody, or for a second camera they lack.
func TestOnlyWhatThereIsIsAskedFor(t *testing.T) {
	var did []string
	s := New(func() time.Time { return noon }, everything(&did))
	wren := somebody(1, "Wren-23")
	asks := func() string {
		s.See(View{Me: therapist(), Others: []Person{wren}})
		s.ShowPeople()
		return drawn(s.Panel())
	}
	flip, share := `id="flip-`+string(wren.ID), `id="share-`+string(wren.ID)
	if html := asks(); strings.Contains(html, flip) || strings.Contains(html, share) {
		t.Error("a device with one camera and no screen is asked for both")
	}
	wren.Flips, wren.Shares = true, true
	mustHave(t, asks(), flip, share)
}
