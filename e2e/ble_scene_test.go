package e2e

import (
	"fmt"
	"math"
	"strconv"
	"testing"
	"time"

	"hearth/e2e/bluez"
	"hearth/e2e/bluez/worn"
	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/sensor/demo"
)

// ward is the clinic at work with sensors on the air: what Wren wears, and a tablet with a radio.
type ward struct {
	*scene
	air    *bluez.Air
	person *worn.Person
	quiets int // how often devices were quiet
}

// Addresses of what is worn.
const (
	onChest = "C0:00:00:00:00:01"
	onStrap = "C0:00:00:00:00:02"
)

// admit opens the house, with a tablet that may remember what was picked, and whose time runs so many times faster.
func admit(t *testing.T, remembers bool, speed int) *ward {
	t.Helper()
	air := bluez.Open(t)
	w := &ward{air: air, person: worn.NewPerson(demo.Options{Scenario: demo.Steady, HeartRate: 72}, float64(speed))}
	house := stage.Open(t)
	w.scene = &scene{house: house}
	w.wren = house.Caller(t, house.Links().Therapist).Patients()["Wren-23"]
	w.desk, w.tablet = stage.Browse(t, "therapist"), stage.Browse(t, "tablet", stage.Bluetooth(air.Address(), remembers)...)
	if speed > 1 {
		w.desk.Hurry(speed)
		w.tablet.Hurry(speed)
	}
	w.desk.Follows = "#live"
	w.desk.ComeIn(house.Links().Therapist, "")
	w.tablet.ComeIn(house.Links().Patient, api.AggregatorPage)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("on the air:\n%s", bluez.Lines(air.Log()))
		}
	})
	return w
}

// watch opens the live page from the list, starts the stream, and waits for a heart rate.
func (w *ward) watch() {
	w.desk.UntilData(w.row(), "online", "true")
	w.desk.Click(w.row() + " a.open")
	w.desk.UntilAt(api.LivePage + string(w.wren.ID))
	w.desk.Click("#stream")
	w.desk.UntilData("#watch", "phase", "streaming")
	w.desk.Until("+document.querySelector('#hr')?.dataset.value > 0")
	w.house.Stands()
}

// pick presses Connect and picks a device.
func (w *ward) pick(kind, name string) {
	c := w.tablet.Chooser()
	w.tablet.Click("#connect-" + kind)
	c.Pick(name)
}

// running waits until streams stream.
func (w *ward) running(streams ...string) {
	for _, key := range streams {
		w.tablet.UntilData("#tile-"+key, "state", "streaming")
	}
}

// heard waits until the heart rate of a tile, and that at the therapist, was the true one for some seconds. A number that
// is not shown for a moment, as on a machine with too much to do, is no wrong one.
func (w *ward) heard(t *testing.T, stream string, seconds int) {
	t.Helper()
	w.tablet.Until(fmt.Sprintf("+document.querySelector('#hr-%s')?.dataset.hr > 0", stream))
	w.desk.Until("+document.querySelector('#hr')?.dataset.value > 0")
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	blank := 0
	w.overloaded()
	for began := time.Now(); seconds > 0; {
		<-tick.C
		want, all := w.person.HeartRate(), true
		for who, text := range map[string]string{"the tile": w.tablet.Data("#hr-"+stream, "hr"), "the therapist": w.desk.Data("#hr", "value")} {
			if text == "" && time.Since(began) < stage.Patience {
				all = false
				blank++
				continue
			}
			got, err := strconv.ParseFloat(text, 64)
			if err != nil || math.Abs(math.Round(got)-math.Round(want)) > 1 {
				t.Errorf("%s reads %q, the heart beats %.1f times a minute", who, text, want)
			}
		}
		if all {
			seconds--
		}
	}
	if _, is := w.overloaded(); blank > 0 && !is {
		t.Errorf("%d times no heart rate was shown, and the machine had time", blank)
	}
}

// resumes waits until a stream that was lost streams again, and tells how long that took since an instant.
func (w *ward) resumes(t *testing.T, what, stream string, since time.Time) time.Duration {
	t.Helper()
	received := book(t, w.desk, stream)["received"]
	w.running(stream)
	w.desk.Until(fmt.Sprintf("+document.querySelector('.book[data-sensor=%q]').dataset.received > %d", stream, received))
	took := time.Since(since)
	t.Logf("%s: samples at the therapist's %.1f s after the device was back", what, took.Seconds())
	return took
}
