package e2e

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"hearth/e2e/bluez"
	"hearth/e2e/bluez/worn"
	"hearth/e2e/stage"
)

// Every other kind of device, several at once: a Polar H10, a Movesense of 0.5 that thins wrongly, one of 0.3 in slow air.
func TestWornKinds(t *testing.T) {
	w := admit(t, true, 1)
	const first, second, third = "Polar H10 1A2B3C4D", "Movesense 050000000001", "Movesense 030000000001"
	polar := worn.NewPolar(t, w.air, w.person, worn.Clock{PPM: -30}, first, "C0:00:00:00:00:11")
	thins := worn.NewEarly(t, w.air, w.person, worn.Clock{PPM: 40, Uptime: time.Minute}, second, "C0:00:00:00:00:12", "0.5.0")
	old := worn.NewEarly(t, w.air, w.person, worn.Clock{PPM: 20, Uptime: time.Hour}, third, "C0:00:00:00:00:13", "0.3.0")
	written := func(device string) bool {
		return slices.ContainsFunc(w.air.Log(), func(o bluez.Operation) bool {
			return o.Device == device && o.Verb == bluez.Written && o.Of == worn.EarlyECGEvery && o.Bytes[0] == 2
		})
	}

	w.pick("polar", first)
	w.pick("movesense", second)
	w.running("polar-ecg", "polar-movement", "movesense-ecg", "movesense-movement")
	w.watch()
	t.Run("closed in the middle of connecting", func(t *testing.T) {
		w.on(t)
		w.tablet.Click("#add-sensor")
		w.tablet.Click("#add-movesense")
		old.Slow(200 * time.Millisecond)
		from := len(w.air.Log())
		w.pick("movesense-2", third)
		w.air.Until(from, stage.Patience, "something being listened to", func(o bluez.Operation) bool {
			return o.Verb == bluez.Subscribed && o.Device == third
		})
		w.tablet.Click("#disconnect-movesense-2-ecg")
		end := w.air.Until(from, stage.Patience, "the end", func(o bluez.Operation) bool {
			return o.Verb == bluez.Disconnected && o.Device == third
		})
		heard := 0
		for _, o := range w.air.Log()[from:end] {
			switch {
			case o.Device != third:
			case o.Verb == bluez.Subscribed:
				heard++
			case o.Verb == bluez.Unsubscribed:
				heard--
			}
		}
		if heard != 0 {
			t.Errorf("%d values were still listened to:\n%s", heard, bluez.Lines(w.air.Log()[from:end+1]))
		}
		w.tablet.Click("#connect-movesense-2") // it is known by now
	})
	t.Run("each heart is the true one", func(t *testing.T) {
		w.on(t)
		w.running("movesense-2-ecg", "movesense-2-movement")
		for _, key := range []string{"polar-ecg", "movesense-ecg", "movesense-2-ecg"} {
			w.tablet.Until(fmt.Sprintf("Math.abs(document.querySelector('#hr-%s')?.dataset.hr - %.0f) <= 1", key, w.person.HeartRate()))
		}
		if !written(second) || written(third) {
			t.Errorf("only what thins wrongly is asked for everything: %v, %v", written(second), written(third))
		}
	})
	t.Run("one begins anew, then vanishes, and the others go on", func(t *testing.T) { w.on(t); w.vanishes(t, thins, polar, old) })
}

// vanishes has a device's clock begin anew and then takes it away for good, while two others are accounted for.
func (w *ward) vanishes(t *testing.T, goes *worn.Early, polar *worn.Polar, old *worn.Early) {
	t.Helper()
	others, keys := []hushing{polar, old}, []string{"polar-ecg", "polar-movement", "movesense-2-ecg", "movesense-2-movement"}
	var decoded, pushed int64
	counted := func() {
		w.quiet(t, others, keys, func(books map[string]map[string]int64) {
			for key, b := range books {
				closes(t, key, b)
			}
			decoded, pushed = books["polar-ecg"]["decoded"]-decoded, int64(polar.PushedECG())-pushed
		})
	}
	counted()
	goes.Reset()
	lost := book(t, w.desk, "movesense-ecg")["received"]
	w.desk.Until(fmt.Sprintf("+document.querySelector('.book[data-sensor=movesense-ecg]').dataset.received > %d", lost+500))
	w.tablet.Until(fmt.Sprintf("Math.abs(document.querySelector('#hr-movesense-ecg')?.dataset.hr - %.0f) <= 1", w.person.HeartRate()))
	w.running("movesense-ecg", "movesense-movement")
	goes.Vanish()
	w.tablet.UntilData("#tile-movesense-ecg", "state", "reconnecting")
	w.tablet.UntilText("#tile-movesense-ecg", "Looking for the sensor")
	counted()
	if decoded != pushed || pushed == 0 {
		t.Errorf("the Polar handed %d samples to the radio, %d were decoded", pushed, decoded)
	}
	w.tablet.Click("#disconnect-movesense-ecg")
	w.tablet.UntilData("#device-movesense", "state", "idle")
	w.running("polar-ecg", "movesense-2-ecg", "movesense-2-movement")
}
