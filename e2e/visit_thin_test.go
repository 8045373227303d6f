package e2e

import (
	"testing"
	"time"

	"hearth/e2e/stage"
)

// TestAThinLine leaves a guest's home 64 kbit/s upwards, less than a picture of any size and sound take together. The picture
// pauses, and both sides are told; sound goes on, over the connection there is; the sensor too, in few long messages. With the
// line the picture is back. The sizes in between are measured: TestFiguresOfVisits.
func TestAThinLine(t *testing.T) {
	c := &distance{}
	c.talk(t)
	c.wear()
	c.narrow(t, 64_000)
	c.phone().UntilText("#tile-0", "picture paused: weak line")
	c.desk.UntilText("#tile-1", "picture paused: weak line")

	c.settle()

	made, drawn := built(c.desk), c.desk.Data("#pace", "drawn")
	was, went := flows(c.desk), flows(c.phone())
	c.pass(20 * time.Second)
	is, goes := flows(c.desk), flows(c.phone())
	pictures, invented := between(was, is)
	came := (is.Packets - was.Packets) / (goes.Talk - went.Talk)
	t.Logf("%.1f pictures a second, %.1f %% of the sound made up, %.1f %% of its packets came; the phone sends %.0f kbit/s, of them %.0f of sound", pictures, 100*invented,
		100*came, (goes.Sent-went.Sent)*8/float64(goes.At-went.At), (goes.Spoke-went.Spoke)*8/float64(goes.At-went.At))
	if came < 0.88 || invented > 0.1 { // a busy machine alone costs 6 %, a line that is not kept 14
		t.Errorf("%.1f %% of the packets of sound came, %.1f %% was made up", 100*came, 100*invented)
	}
	if few := (goes.Told - went.Told) * 1000 / float64(goes.At-went.At); few <= 0 || few > 12 {
		t.Errorf("%.1f messages of sensors a second", few)
	}
	c.desk.UntilData("#watch", "phase", "streaming")
	c.desk.Until("+document.querySelector('#pace').dataset.drawn > " + drawn)
	if got := built(c.desk); got != made {
		t.Errorf("%d connections were made anew", got-made)
	}

	c.tabletHome.Widen()
	c.desk.UntilData("#tile-1", "dark", "false")
	advances(c.desk, "#cam-1")
}

// settle waits until no picture has come for some seconds: what was sent before a pause is sent again until it has come.
func (d *distance) settle() {
	stage.Eval[bool](d.desk, "(window.still = {pictures: -1, since: 0}, true)")
	d.desk.Until(`flows().then((f) => {
		if (f.pictures !== still.pictures) still = {pictures: f.pictures, since: Date.now()};
		return Date.now() - still.since > 5000;
	})`)
}

// built is how many connections a page that counts has made.
func built(w *stage.Window) int { return stage.Eval[int](w, "window.built | 0") }
