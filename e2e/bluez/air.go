// Package bluez is the air around a browser under test: a Bluetooth adapter and the devices in reach of it, as BlueZ shows
// them on D-Bus (https://git.kernel.org/pub/scm/bluetooth/bluez.git/tree/doc). Everything from the browser's own Bluetooth
// stack upwards is real: chooser, permissions, GATT, notifications. Radio and devices are played, so a test says what a device
// sends and what goes wrong, and reads afterwards in which order the page did what. Package worn has devices people wear.
//
// One thing differs from BlueZ on purpose: BlueZ keeps the Battery Service (0x180F) for itself, while every system people
// use the pages on shows it to the browser like any other.
package bluez

import (
	"slices"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
)

// Air is one adapter with the devices in its reach.
type Air struct {
	t       *testing.T
	address string
	conn    *dbus.Conn
	closed  chan struct{}
	players sync.WaitGroup

	mu      sync.Mutex
	objects map[dbus.ObjectPath]map[string]properties
	deeds   map[dbus.ObjectPath]map[string]deed
	waiting map[caller]chan *dbus.Error
	callers map[string]bool // names on the bus
	devices []*Device
	log     []Operation
	ever    sync.Cond // log grew
}

// Open switches an adapter on, on a bus of its own that ends with the test. It must be there before the browser starts.
func Open(t *testing.T) *Air {
	t.Helper()
	a := &Air{t: t, address: startBus(t), closed: make(chan struct{}), objects: map[dbus.ObjectPath]map[string]properties{},
		deeds: map[dbus.ObjectPath]map[string]deed{}, waiting: map[caller]chan *dbus.Error{}, callers: map[string]bool{}}
	a.ever.L = &a.mu
	a.conn = connect(t, a.address, "org.bluez", a.incoming)
	t.Cleanup(func() { close(a.closed); a.players.Wait() })
	a.mu.Lock()
	defer a.mu.Unlock()
	a.export("/", managerIface, map[string]any{"GetManagedObjects": a.managed})
	accept := func(names ...string) map[string]any {
		methods := map[string]any{}
		for _, name := range names {
			methods[name] = func(dbus.Message) *dbus.Error { return nil }
		}
		return methods
	}
	a.show("/org/bluez", "org.bluez.AgentManager1", props(), map[string]any{
		"RegisterAgent":       func(dbus.ObjectPath, string) *dbus.Error { return nil },
		"UnregisterAgent":     func(dbus.ObjectPath) *dbus.Error { return nil },
		"RequestDefaultAgent": func(dbus.ObjectPath) *dbus.Error { return nil },
	})
	a.show("/org/bluez", "org.bluez.ProfileManager1", props(), map[string]any{
		"RegisterProfile":   func(dbus.ObjectPath, string, map[string]dbus.Variant) *dbus.Error { return nil },
		"UnregisterProfile": func(dbus.ObjectPath) *dbus.Error { return nil },
	})
	a.show(adapterPath, adapterIface, props(
		"Address", "00:11:22:33:44:55", "AddressType", "public", "Name", "air", "Alias", "air", "Class", uint32(0), "Powered", true,
		"Discoverable", false, "DiscoverableTimeout", uint32(0), "Pairable", false, "PairableTimeout", uint32(0), "Discovering", false,
		"UUIDs", []string{}, "Modalias", "usb:v1D6Bp0246d0540", "Roles", []string{"central"},
	), map[string]any{
		"StartDiscovery":      a.startDiscovery,
		"StopDiscovery":       a.stopDiscovery,
		"SetDiscoveryFilter":  func(map[string]dbus.Variant) *dbus.Error { return nil },
		"GetDiscoveryFilters": func() ([]string, *dbus.Error) { return []string{"UUIDs", "RSSI", "Transport"}, nil },
		"RemoveDevice":        a.removeDevice,
	})
	for _, iface := range []string{"org.bluez.GattManager1", "org.bluez.LEAdvertisingManager1", "org.bluez.Media1"} {
		a.show(adapterPath, iface, props(), accept())
	}
	return a
}

// Address is that of the bus, for a browser's DBUS_SYSTEM_BUS_ADDRESS.
func (a *Air) Address() string { return a.address }

// PowerOff switches Bluetooth off: every link breaks and nothing is found.
func (a *Air) PowerOff() { a.power(false) }

// PowerOn switches it on again.
func (a *Air) PowerOn() { a.power(true) }

func (a *Air) power(on bool) {
	a.mu.Lock()
	a.set(adapterPath, adapterIface, "Powered", on)
	a.set(adapterPath, adapterIface, "Discovering", false)
	devices := slices.Clone(a.devices)
	a.mu.Unlock()
	for _, d := range devices {
		if !on {
			d.part(Lost)
		}
	}
}

func (a *Air) powered() bool { return a.objects[adapterPath][adapterIface]["Powered"].Value().(bool) }

// startDiscovery lets the browser see who is there.
func (a *Air) startDiscovery() *dbus.Error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.powered() {
		return refuse("NotReady", "Resource Not Ready")
	}
	a.set(adapterPath, adapterIface, "Discovering", true)
	for _, d := range a.devices {
		d.advertise()
	}
	return nil
}

func (a *Air) stopDiscovery() *dbus.Error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.set(adapterPath, adapterIface, "Discovering", false)
	return nil
}

func (a *Air) removeDevice(path dbus.ObjectPath) *dbus.Error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.hide(path)
	return nil
}

func (a *Air) over() bool {
	select {
	case <-a.closed:
		return true
	default:
		return false
	}
}
