package bluez

import (
	"slices"
	"time"

	"github.com/godbus/dbus/v5"

	"hearth/shared/sensor"
)

// value is a characteristic of a linked device, as the browser reaches it.
type value struct {
	d    *Device
	c    *Characteristic
	of   sensor.Characteristic
	path dbus.ObjectPath
}

func (v value) notifies() bool {
	return slices.Contains(v.c.Can, "notify") || slices.Contains(v.c.Can, "indicate")
}

func (v value) read(map[string]dbus.Variant) ([]byte, *dbus.Error) {
	v.d.wait()
	if !slices.Contains(v.c.Can, "read") {
		return nil, refuse("NotPermitted", "Read not permitted")
	}
	b := v.c.Value
	if v.c.OnRead != nil {
		var err error
		if b, err = v.c.OnRead(); err != nil {
			return nil, refuse("Failed", err.Error())
		}
	}
	v.d.a.mu.Lock()
	defer v.d.a.mu.Unlock()
	v.d.a.wrote(v.d, Read, v.of, b)
	v.d.a.set(v.path, valueIface, "Value", b) // as BlueZ tells what was read; a browser waits for it, and takes it for no notification
	return b, nil
}

func (v value) write(b []byte, _ map[string]dbus.Variant) *dbus.Error {
	v.d.wait()
	if !slices.Contains(v.c.Can, "write") && !slices.Contains(v.c.Can, "write-without-response") {
		return refuse("NotPermitted", "Write not permitted")
	}
	v.note(Written, b)
	if v.c.OnWrite == nil {
		v.c.Value = slices.Clone(b)
	} else if err := v.c.OnWrite(b); err != nil {
		return refuse("Failed", err.Error())
	}
	return nil
}

func (v value) startNotify() *dbus.Error {
	v.d.wait()
	if !v.notifies() {
		return refuse("NotSupported", "Operation is not supported")
	}
	v.listen(true)
	return nil
}

func (v value) stopNotify() *dbus.Error {
	v.d.wait()
	v.listen(false)
	return nil
}

func (v value) listen(on bool) {
	a := v.d.a
	a.mu.Lock()
	_, was := v.d.listening[v.of]
	if was == on || !v.d.linked {
		a.mu.Unlock()
		return
	}
	verb := Subscribed
	if on {
		v.d.listening[v.of] = v.path
	} else {
		verb = Unsubscribed
		delete(v.d.listening, v.of)
	}
	a.wrote(v.d, verb, v.of, nil)
	a.set(v.path, valueIface, "Notifying", on)
	a.mu.Unlock()
	if v.c.OnNotify != nil {
		v.c.OnNotify(on)
	}
}

func (v value) note(what Verb, b []byte) {
	v.d.a.mu.Lock()
	defer v.d.a.mu.Unlock()
	v.d.a.wrote(v.d, what, v.of, b)
}

// packet is a notification on its way.
type packet struct {
	of    sensor.Characteristic
	bytes []byte
	due   time.Time
	link  int
}

// Notify sends a notification or an indication, in the order of the calls. It reports whether anybody had subscribed; then
// the device believes it was sent, whatever becomes of it on the air.
func (d *Device) Notify(of sensor.Characteristic, bytes []byte) bool {
	d.a.mu.Lock()
	_, heard := d.listening[of]
	p := packet{of: of, bytes: slices.Clone(bytes), due: time.Now().Add(d.delay), link: d.link}
	if heard {
		d.pushed++
		if d.change != nil {
			p.bytes = d.change(of, p.bytes)
		}
	}
	lost := d.swallow > 0 && d.pushed%d.swallow == 0
	d.a.mu.Unlock()
	if heard && !lost {
		select {
		case d.queue <- p:
		case <-d.a.closed:
		}
	}
	return heard
}

// send puts the packets on the bus when they are due.
func (d *Device) send() {
	for {
		select {
		case <-d.a.closed:
			return
		case p := <-d.queue:
			if early := time.Until(p.due); early > 0 {
				select {
				case <-time.After(early):
				case <-d.a.closed:
					return
				}
			}
			d.a.mu.Lock()
			if at, heard := d.listening[p.of]; heard && p.link == d.link {
				d.a.set(at, valueIface, "Value", p.bytes)
				d.delivered[p.of]++
			}
			d.a.mu.Unlock()
		}
	}
}

// Delivered is how many notifications of a characteristic came to the browser.
func (d *Device) Delivered(of sensor.Characteristic) int {
	d.a.mu.Lock()
	defer d.a.mu.Unlock()
	return d.delivered[of]
}

// Listening reports whether the browser has subscribed to a characteristic.
func (d *Device) Listening(of sensor.Characteristic) bool {
	d.a.mu.Lock()
	defer d.a.mu.Unlock()
	_, on := d.listening[of]
	return on
}
