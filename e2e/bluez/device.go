package bluez

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"

	"hearth/shared/sensor"
)

// Peripheral is a device as it is built.
type Peripheral struct {
	Name       string
	Address    string // "C0:FF:EE:00:00:01"
	Advertises []sensor.UUID
	Services   []Service

	// OnLink is told when a link is up or over; nil: nobody. Lost says that nobody ended it on purpose.
	OnLink func(up, lost bool)
}

// Service is one of its services.
type Service struct {
	ID              sensor.UUID
	Characteristics []Characteristic
}

// Characteristic is one value of a service. The functions may be nil: reads then answer Value, writes change it.
type Characteristic struct {
	ID       sensor.UUID
	Can      []string // as BlueZ calls it: "read", "write", "write-without-response", "notify", "indicate"
	Value    []byte
	OnRead   func() ([]byte, error)
	OnWrite  func(value []byte) error
	OnNotify func(on bool)
}

// Device is a peripheral in reach of the adapter. All state of it is the air's, under the air's lock.
type Device struct {
	a     *Air
	p     Peripheral
	path  dbus.ObjectPath
	queue chan packet
	line  chan asked
	turn  sync.Mutex // held while a link begins or ends, before the air's lock, so that OnLink hears it in order

	linked    bool
	link      int // number of the link
	away      time.Time
	busy      bool
	eludes    bool          // the adapter forgets it once it is connected to
	delay     time.Duration // every answer and notification comes later
	swallow   int           // every so manieth notification is lost; 0: none
	change    func(sensor.Characteristic, []byte) []byte
	pushed    int
	listening map[sensor.Characteristic]dbus.ObjectPath
	delivered map[sensor.Characteristic]int
}

// Add brings a device into reach. A browser sees it when it looks for devices.
func (a *Air) Add(p Peripheral) *Device {
	a.t.Helper()
	d := &Device{a: a, p: p, path: adapterPath + dbus.ObjectPath("/dev_"+strings.ReplaceAll(p.Address, ":", "_")),
		queue: make(chan packet, 1<<12), line: make(chan asked, 64), listening: map[sensor.Characteristic]dbus.ObjectPath{}, delivered: map[sensor.Characteristic]int{}}
	a.mu.Lock()
	a.devices = append(a.devices, d)
	if a.objects[adapterPath][adapterIface]["Discovering"].Value().(bool) {
		d.advertise()
	}
	a.mu.Unlock()
	a.players.Go(d.send)
	a.players.Go(d.serve)
	return d
}

// Name is the device's own.
func (d *Device) Name() string { return d.p.Name }

// advertise shows the device to who looks. a.mu is held.
func (d *Device) advertise() {
	if d.isAway() {
		return
	}
	if _, known := d.a.objects[d.path]; known {
		d.a.set(d.path, deviceIface, "RSSI", int16(-55))
		return
	}
	d.a.show(d.path, deviceIface, props(
		"Address", d.p.Address, "AddressType", "random", "Name", d.p.Name, "Alias", d.p.Name, "Paired", false, "Bonded", false,
		"Connected", false, "Trusted", false, "Blocked", false, "LegacyPairing", false, "UUIDs", uuids(d.p.Advertises),
		"ServicesResolved", false, "RSSI", int16(-55), "Adapter", adapterPath,
	), d.a.inLine(d, d.path, map[string]func() *dbus.Error{"Connect": d.connect, "Disconnect": d.disconnect,
		"Pair": func() *dbus.Error { return nil }, "CancelPairing": func() *dbus.Error { return nil }}))
}

func uuids(of []sensor.UUID) []string {
	list := make([]string, 0, len(of))
	for _, u := range of {
		list = append(list, string(u))
	}
	return list
}

// connect answers the browser's wish for a link.
func (d *Device) connect() *dbus.Error {
	a := d.a
	d.wait()
	d.turn.Lock()
	defer d.turn.Unlock()
	a.mu.Lock()
	no := func(name, why string) *dbus.Error {
		a.wrote(d, Refused, sensor.Characteristic{}, nil)
		a.mu.Unlock()
		return refuse(name, why)
	}
	switch {
	case !a.powered():
		return no("NotReady", "Resource Not Ready")
	case d.eludes:
		d.eludes, d.away = false, time.Now().Add(forever)
		a.hide(d.path)
		return no("Failed", "le-connection-abort-by-local")
	case d.busy:
		return no("InProgress", "Operation already in progress")
	case d.isAway():
		return no("Failed", "le-connection-abort-by-local")
	case d.linked:
		a.mu.Unlock()
		return nil
	}
	d.linked, d.link = true, d.link+1
	a.wrote(d, Connected, sensor.Characteristic{}, nil)
	a.set(d.path, deviceIface, "Connected", true)
	var services []sensor.UUID
	for i := range d.p.Services {
		services = append(services, d.p.Services[i].ID)
		d.resolve(i)
	}
	a.set(d.path, deviceIface, "UUIDs", uuids(services))
	a.set(d.path, deviceIface, "ServicesResolved", true)
	a.mu.Unlock()
	if d.p.OnLink != nil {
		d.p.OnLink(true, false)
	}
	return nil
}

// resolve shows a service with its values. a.mu is held.
func (d *Device) resolve(i int) {
	s := d.p.Services[i]
	at := d.path + dbus.ObjectPath(fmt.Sprintf("/service%04x", 0x100*(i+1)))
	d.a.show(at, serviceIface, props("UUID", string(s.ID), "Primary", true, "Device", d.path, "Includes", []dbus.ObjectPath{}), nil)
	for k := range s.Characteristics {
		c := &s.Characteristics[k]
		path := at + dbus.ObjectPath(fmt.Sprintf("/char%04x", 0x100*(i+1)+4*k+1))
		v := value{d: d, c: c, of: sensor.Characteristic{Service: s.ID, ID: c.ID}, path: path}
		methods := d.a.inLine(d, path, map[string]func() *dbus.Error{"StartNotify": v.startNotify, "StopNotify": v.stopNotify})
		methods["ReadValue"], methods["WriteValue"] = v.read, v.write
		d.a.show(path, valueIface, props("UUID", string(c.ID), "Service", at, "Value", append([]byte{}, c.Value...), "Notifying", false, "Flags", c.Can), methods)
		if v.notifies() {
			d.a.show(path+"/desc0003", descriptorIface, props("UUID", string(sensor.Short(0x2902)), "Characteristic", path, "Value", []byte{}), map[string]any{
				"ReadValue":  func(map[string]dbus.Variant) ([]byte, *dbus.Error) { return []byte{0, 0}, nil },
				"WriteValue": func([]byte, map[string]dbus.Variant) *dbus.Error { return nil },
			})
		}
	}
}

// disconnect answers the browser that has had enough.
func (d *Device) disconnect() *dbus.Error {
	if !d.part(Disconnected) {
		return refuse("NotConnected", "Not Connected")
	}
	return nil
}

// part ends the link, as the verb says, if there is one.
func (d *Device) part(how Verb) bool {
	d.turn.Lock()
	defer d.turn.Unlock()
	was := d.unlink(how)
	if was && d.p.OnLink != nil {
		d.p.OnLink(false, how == Lost)
	}
	return was
}

func (d *Device) unlink(how Verb) bool {
	d.a.mu.Lock()
	defer d.a.mu.Unlock()
	if !d.linked {
		return false
	}
	d.linked = false
	d.a.wrote(d, how, sensor.Characteristic{}, nil)
	clear(d.listening)
	d.a.set(d.path, deviceIface, "ServicesResolved", false)
	d.a.set(d.path, deviceIface, "Connected", false)
	for i := range d.p.Services {
		d.a.hide(d.path + dbus.ObjectPath(fmt.Sprintf("/service%04x", 0x100*(i+1))))
	}
	return true
}

// wait is the slowness of the air.
func (d *Device) wait() {
	d.a.mu.Lock()
	delay := d.delay
	d.a.mu.Unlock()
	if delay == 0 {
		return
	}
	select {
	case <-time.After(delay):
	case <-d.a.closed:
	}
}

func (d *Device) isAway() bool { return time.Now().Before(d.away) }
