package e2e

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"hearth/e2e/stage"
	"hearth/shared/api"
)

var picture = flag.Bool("picture", false, "make the README's picture anew; takes six minutes")

// TestPicture makes the README's picture: the therapist's live page in the middle of an exposure, from the synthetic
// person.
func TestPicture(t *testing.T) {
	if !*picture {
		t.Skip("the README's picture is made with -picture only")
	}
	s := meet(t)
	s.tablet.ComeIn(s.house.Links().Patient, api.AggregatorPage)
	s.tablet.Choose("#story-demo", "session")
	s.tablet.Click("#connect-demo")
	s.tablet.UntilData("#tile-demo-ecg", "state", "streaming")
	s.watch()
	s.desk.Size(1440, 900, false)
	s.desk.Theme("dark")
	s.desk.Until("!document.querySelector('#rest-start').disabled")
	s.at(10)
	s.desk.Key("1")
	s.desk.Click("#rest-start")
	s.at(100)
	s.desk.Click("#rest-stop")
	s.desk.Until("!!document.querySelector('#rest table')")
	s.at(170)
	s.desk.Key("2")
	s.at(200)
	s.desk.Key("4")
	s.at(240)
	for range 3 {
		stage.Eval[bool](s.desk, "(document.querySelector('#suds').focus(), true)")
		s.desk.Key(kb.ArrowRight)
	}
	s.desk.Click("#suds-save")
	s.at(265)
	s.desk.Fill("#note", "hand on the door handle")
	s.desk.Click("#note-add")
	s.at(330)
	stage.Eval[bool](s.desk, "(document.activeElement.blur(), true)")
	s.desk.Until("!document.querySelector('#toast')")
	png := s.desk.Capture()
	if err := os.MkdirAll("../assets/readme", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("../assets/readme/live.png", png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// at waits until the sitting is so many seconds old, by the page's own timer.
func (s *scene) at(seconds int) {
	now := "(([m, s]) => 60 * m + +s)(document.querySelector('#timer').innerText.trim().split(':'))"
	for stage.Eval[int](s.desk, now) < seconds {
		s.desk.Until(fmt.Sprintf("%s >= %d", now, min(seconds, stage.Eval[int](s.desk, now)+20)))
	}
}
