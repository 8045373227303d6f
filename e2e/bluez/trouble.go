package bluez

import (
	"time"

	"hearth/shared/sensor"
)

// What goes wrong on the air. Every trouble may begin and end at any time.

// forever is longer than any test.
const forever = 24 * time.Hour

// Lose breaks the link, and nobody reaches the device for so long; 0 is until Return.
func (d *Device) Lose(long time.Duration) {
	if long == 0 {
		long = forever
	}
	d.a.mu.Lock()
	d.away = time.Now().Add(long)
	d.a.mu.Unlock()
	d.part(Lost)
}

// Vanish loses the device until Return, and the adapter forgets it, as it does after a while with a device it only saw.
// The browser knows when it returns: one that asks for a device as it vanishes gets no answer.
func (d *Device) Vanish() {
	d.Lose(0)
	d.a.mu.Lock()
	d.a.hide(d.path)
	d.a.mu.Unlock()
	d.a.known()
}

// Elude loses the device, and the adapter forgets it at the moment somebody connects to it. The browser then never answers.
func (d *Device) Elude() {
	d.a.mu.Lock()
	d.eludes = true
	d.a.mu.Unlock()
	d.part(Lost)
}

// Return brings the device back into reach, and returns when the browser knows.
func (d *Device) Return() {
	d.a.mu.Lock()
	d.away = time.Time{}
	d.advertise()
	d.a.mu.Unlock()
	d.a.known()
}

// Busy has the device refuse links, as one that is connected to something else does, or no longer.
func (d *Device) Busy(on bool) {
	d.a.mu.Lock()
	defer d.a.mu.Unlock()
	d.busy = on
}

// Slow makes every answer and every notification come so much later; 0 ends it.
func (d *Device) Slow(delay time.Duration) {
	d.a.mu.Lock()
	defer d.a.mu.Unlock()
	d.delay = delay
}

// Swallow loses every nth notification on the air; 0 ends it.
func (d *Device) Swallow(nth int) {
	d.a.mu.Lock()
	defer d.a.mu.Unlock()
	d.swallow = nth
}

// Change has every notification pass through a function, which may make it longer, shorter or nonsense; nil ends it.
func (d *Device) Change(f func(of sensor.Characteristic, bytes []byte) []byte) {
	d.a.mu.Lock()
	defer d.a.mu.Unlock()
	d.change = f
}
