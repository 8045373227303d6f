package worn

import (
	"testing"
	"time"

	"hearth/e2e/bluez"
	"hearth/shared/sensor"
)

// Worn is a device on somebody, in reach of an adapter.
type Worn struct {
	*bluez.Device
	body
	t      *testing.T
	level  int
	hush   bool                          // it hands nothing to the radio but its battery, and goes on measuring
	pushed map[sensor.Characteristic]int // samples handed to the radio
}

// wear puts a device on and lets it run until the test ends. The caller has set the tickers.
func (w *Worn) wear(t *testing.T, air *bluez.Air, p bluez.Peripheral) {
	t.Helper()
	w.t, w.level, w.pushed = t, 87, map[sensor.Characteristic]int{}
	p.Services = append(p.Services, bluez.Service{ID: sensor.BatteryLevel.Service, Characteristics: []bluez.Characteristic{
		{ID: sensor.BatteryLevel.ID, Can: []string{"read", "notify"}, OnRead: func() ([]byte, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			return []byte{byte(w.level)}, nil
		}},
	}})
	alive := &ticker{size: 1, sent: func(int64) { w.murmur() }}
	w.sample(alive, 1)
	w.tickers = append(w.tickers, alive)
	w.Device = air.Add(p)
	over, done := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(over); <-done })
	go func() {
		defer close(done)
		beat := time.NewTicker(4 * time.Millisecond)
		defer beat.Stop()
		for {
			select {
			case <-over:
				return
			case <-beat.C:
				w.step()
			}
		}
	}()
}

// Battery changes what the battery says, in per cent.
func (w *Worn) Battery(level int) {
	w.mu.Lock()
	w.level = level
	w.mu.Unlock()
	w.Notify(sensor.BatteryLevel, []byte{byte(level)})
}

// Reset restarts the device's clock, as a device does that crashed; the link stays.
func (w *Worn) Reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reset()
}

// Hush makes the device say nothing of what it measures for a while. It tells its battery once a second, so that nobody
// takes it for dead and hangs up.
func (w *Worn) Hush(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hush = on
}

// murmur is what a device says that says nothing. w.mu is held.
func (w *Worn) murmur() {
	if w.hush {
		w.Notify(sensor.BatteryLevel, []byte{byte(w.level)})
	}
}

// Pushed is how many samples of a characteristic were handed to the radio for somebody who listened.
func (w *Worn) Pushed(of sensor.Characteristic) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pushed[of]
}

// push notifies a packet of so many samples. w.mu is held.
func (w *Worn) push(of sensor.Characteristic, samples int, packet []byte) {
	if !w.hush && w.Notify(of, packet) {
		w.pushed[of] += samples
	}
}

// firmware is the Device Information Service of a device that says only that.
func firmware(revision string) bluez.Service {
	return bluez.Service{ID: sensor.Short(0x180A), Characteristics: []bluez.Characteristic{
		{ID: sensor.Short(0x2A26), Can: []string{"read"}, Value: []byte(revision)},
	}}
}
