package e2e

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"hearth/e2e/bluez"
	"hearth/e2e/bluez/worn"
	"hearth/e2e/stage"
	"hearth/shared/sensor"
)

// A chest sensor and a strap from the press on Connect to the therapist's chart and to an orderly end.
func TestWorn(t *testing.T) {
	t.Parallel()
	w := admit(t, true, 1)
	chest := worn.NewLate(t, w.air, w.person, worn.Clock{PPM: 40, Uptime: 100 * time.Minute}, "Movesense 174230000042", onChest, "0.8.0")
	strap := worn.NewStrap(t, w.air, w.person, worn.Clock{PPM: -30}, "HRM 7", onStrap, true)

	w.pick("movesense", "Movesense")
	w.running("movesense-ecg", "movesense-movement")
	w.watch()
	t.Run("the heart rate is the true one", func(t *testing.T) { w.on(t); w.heard(t, "movesense-ecg", 4) })
	t.Run("the battery is told", func(t *testing.T) {
		w.on(t)
		w.tablet.UntilText("#tile-movesense-ecg", "87 %")
		chest.Battery(64)
		w.tablet.UntilText("#tile-movesense-ecg", "64 %")
	})
	t.Run("every sample is accounted for", func(t *testing.T) { w.on(t); w.accounted(t, chest) })
	t.Run("a lost link mends itself", func(t *testing.T) {
		w.on(t)
		const away = 5 * time.Second
		chest.Lose(away)
		back := time.Now().Add(away)
		chest.Battery(15)
		w.tablet.UntilData("#tile-movesense-ecg", "state", "reconnecting")
		w.desk.Until(fmt.Sprintf("(%s) > 0.02", hidden))
		w.resumes(t, "away for 5 s", "movesense-ecg", back)
		w.tablet.UntilText("#tile-movesense-ecg", "15 %")
		w.heard(t, "movesense-ecg", 2)
	})
	t.Run("two at once", func(t *testing.T) {
		w.on(t)
		w.pick("heart-rate", "HRM")
		w.running("heart-rate-pulse", "movesense-ecg", "movesense-movement")
		w.tablet.Until("+document.querySelector('#hr-heart-rate-pulse')?.dataset.hr > 0")
	})
	t.Run("nonsense stays on its own tile", func(t *testing.T) { w.on(t); w.nonsense(t, strap, chest) })
	t.Run("a reload forgets nothing", func(t *testing.T) {
		w.on(t)
		from := len(w.air.Log())
		w.tablet.Reload()
		w.running("heart-rate-pulse", "movesense-ecg", "movesense-movement")
		unsubscribedFirst(t, w.air.Log()[from:], "Movesense 174230000042", worn.LateECG, worn.LateMovement)
	})
	t.Run("an orderly end", func(t *testing.T) {
		w.on(t)
		from := len(w.air.Log())
		w.tablet.Click("#disconnect-movesense-ecg")
		w.air.Until(from, stage.Patience, "the end", func(o bluez.Operation) bool { return o.Verb == bluez.Disconnected })
		unsubscribedFirst(t, w.air.Log()[from:], "Movesense 174230000042", worn.LateECG, worn.LateMovement)
		w.running("heart-rate-pulse")
	})
}

// unsubscribedFirst fails the test when a device's link was ended while it still had somebody to send to.
func unsubscribedFirst(t *testing.T, log []bluez.Operation, device string, of ...sensor.Characteristic) {
	t.Helper()
	end := slices.IndexFunc(log, func(o bluez.Operation) bool { return o.Verb == bluez.Disconnected && o.Device == device })
	if end < 0 {
		t.Errorf("%s was never let go:\n%s", device, bluez.Lines(log))
		return
	}
	for _, c := range of {
		if !slices.ContainsFunc(log[:end], func(o bluez.Operation) bool { return o.Verb == bluez.Unsubscribed && o.Of == c && o.Device == device }) {
			t.Errorf("%s was let go and still listened to:\n%s", device, bluez.Lines(log))
		}
	}
}

// nonsense has a strap send what no standard knows, and a chest sensor packets of the right length full of anything: their
// tiles say so in words, the others go on, and both recover.
func (w *ward) nonsense(t *testing.T, strap *worn.Strap, chest *worn.Late) {
	t.Helper()
	n := byte(0)
	strap.Change(func(of sensor.Characteristic, b []byte) []byte {
		if of != worn.HeartRate {
			return b
		}
		n++
		return [][]byte{{}, {0x10}, {0xFF, 0xFF, 0xFF}, make([]byte, 600)}[n%4]
	})
	says := func(tile string) {
		t.Helper()
		w.tablet.UntilData("#tile-"+tile, "quality", "invalid")
		w.tablet.UntilText("#tile-"+tile, "No valid data")
		w.tablet.UntilData("#tile-"+tile, "state", "streaming")
	}
	says("heart-rate-pulse")
	w.tablet.Until("(e => e && !e.dataset.hr)(document.querySelector('#hr-heart-rate-pulse'))")
	w.running("movesense-ecg")
	w.tablet.Until("+document.querySelector('#hr-movesense-ecg')?.dataset.hr > 0")
	strap.Change(nil)

	noise := rand.NewChaCha8([32]byte{1})
	chest.Change(func(of sensor.Characteristic, b []byte) []byte {
		if of == worn.LateECG {
			noise.Read(b)
		}
		return b
	})
	says("movesense-ecg")
	w.running("movesense-movement")
	w.tablet.Until("!document.querySelector('#tile-movesense-movement').dataset.quality")
	chest.Change(nil)
	w.tablet.Until("+document.querySelector('#hr-heart-rate-pulse')?.dataset.hr > 0")
	w.tablet.Until("+document.querySelector('#hr-movesense-ecg')?.dataset.hr > 0")
}

// A browser that forgets asks for one press after a reload; and what can go wrong before a link stands is told by its name.
func TestWornForgotten(t *testing.T) {
	t.Parallel()
	w := admit(t, false, 1)
	strap := worn.NewStrap(t, w.air, w.person, worn.Clock{}, "HRM 7", onStrap, false)
	fault := func(code string) {
		t.Helper()
		w.tablet.Until(fmt.Sprintf("(e => e && (e.dataset.fault ?? '') === %q)(document.querySelector('#device-heart-rate'))", code))
	}
	c := w.tablet.Chooser()
	w.tablet.Click("#connect-heart-rate")
	c.Refuse()
	w.tablet.UntilData("#device-heart-rate", "state", "idle")
	fault("")

	strap.Busy(true)
	w.pick("heart-rate", "HRM")
	fault(sensor.ErrBusy.Code)
	strap.Busy(false)
	strap.Lose(0)
	w.tablet.Click("#connect-heart-rate")
	fault(sensor.ErrUnreachable.Code)
	w.air.PowerOff()
	w.tablet.Click("#connect-heart-rate")
	fault(sensor.ErrOff.Code)
	strap.Return()
	w.air.PowerOn() // and nobody has to press
	w.running("heart-rate-pulse")

	w.tablet.Reload()
	w.tablet.UntilData("#device-heart-rate", "waits", "true")
	w.pick("heart-rate", "HRM")
	w.running("heart-rate-pulse")
}

// A browser whose Bluetooth falls silent, as Chromium's on Linux does when the system forgets a device in the middle of a
// connection to it: every sensor of the page stops. The page says what helps, and it does.
func TestWornStuck(t *testing.T) {
	t.Parallel()
	w := admit(t, true, 1)
	worn.NewLate(t, w.air, w.person, worn.Clock{}, "Movesense 174230000042", onChest, "0.8.0")
	strap := worn.NewStrap(t, w.air, w.person, worn.Clock{}, "HRM 7", onStrap, false)
	w.pick("movesense", "Movesense")
	w.pick("heart-rate", "HRM")
	w.running("movesense-ecg", "movesense-movement", "heart-rate-pulse")
	w.tablet.Until("+document.querySelector('#hr-heart-rate-pulse')?.dataset.hr > 0") // what was never seen has no such tile
	strap.Elude()
	for _, tile := range []string{"movesense-ecg", "heart-rate-pulse"} {
		w.tablet.UntilData("#tile-"+tile, "fault", sensor.ErrStuck.Code)
		w.tablet.UntilText("#tile-"+tile, "Load the page anew")
	}
	strap.Return()
	w.tablet.Click("#again-movesense-ecg")
	w.running("movesense-ecg", "movesense-movement", "heart-rate-pulse")
}

// A sensor with a log of its own that is away for 70 s: nobody touches anything, and what it kept comes after.
func TestWornAway(t *testing.T) {
	t.Parallel()
	const speed = 5
	w := admit(t, true, speed)
	chest := worn.NewLate(t, w.air, w.person, worn.Clock{PPM: 40, Uptime: 3 * time.Minute}, "Movesense 174230000042", onChest, "0.9.0")
	first := w.desk.Now() // no sample is older
	w.pick("movesense", "Movesense")
	w.running("movesense-ecg", "movesense-movement")
	w.watch()
	const away = 70 * time.Second / speed
	began, had, filled := w.desk.Now(), w.moments(t), w.filled(t)
	from := len(w.air.Log())
	chest.Lose(away)
	back := time.Now().Add(away)
	w.tablet.UntilData("#tile-movesense-ecg", "state", "reconnecting")
	w.desk.Until(fmt.Sprintf("(%s) > 0.02", hidden))
	took := w.resumes(t, "away for 70 s", "movesense-ecg", back)
	t.Logf("in the page's own time: %.1f s", took.Seconds()*speed)
	w.air.Until(from, stage.Patience, "the log being deleted", func(o bluez.Operation) bool {
		return o.Verb == bluez.Written && o.Of == worn.LateConfig && o.Bytes[6] != 0
	})
	if n := chest.Delivered(worn.LateLog); n < 100 {
		t.Errorf("the log came in %d pieces", n)
	}
	if chest.Kept() != 0 {
		t.Errorf("%d bytes are left in the log", chest.Kept())
	}
	// The therapist's trend has every second of it, marked and once.
	w.desk.Until(fmt.Sprintf("+document.querySelector('#filled').dataset.n >= %d", filled+60))
	w.desk.Until(fmt.Sprintf("+document.querySelector('#filled').dataset.of >= %d", had+int(w.desk.Now().Sub(began).Seconds())-8))
	// The count shown runs behind the clock by as much as the machine is busy, so what came twice is looked for from the first sample.
	if n, most := w.moments(t), int(w.desk.Now().Sub(first).Seconds())+1; n > most {
		t.Errorf("the trend has %d moments of %d seconds", n, most)
	}
	t.Logf("%d seconds of the trend are filled in", w.filled(t)-filled)
}
