package bluez

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/godbus/dbus/v5"
)

// BlueZ takes one call after another, while the library underneath begins a goroutine for each. What makes, ends or shapes
// a link is therefore put in line as it is read off the bus, and done by the one goroutine of its device; the call itself
// only fetches the answer.

// deed is something a browser may ask for that has to stay in line.
type deed struct {
	d  *Device
	do func() *dbus.Error
}

// caller tells calls apart.
type caller struct {
	name   string
	serial uint32
}

// asked is a deed in line.
type asked struct {
	do     func() *dbus.Error
	answer chan *dbus.Error
}

// inLine makes methods of an object that are done in the order they are called. a.mu is held.
func (a *Air) inLine(d *Device, path dbus.ObjectPath, deeds map[string]func() *dbus.Error) map[string]any {
	methods := map[string]any{}
	a.deeds[path] = map[string]deed{}
	for name, do := range deeds {
		a.deeds[path][name] = deed{d, do}
		methods[name] = a.fetch
	}
	return methods
}

// incoming sees every message as it is read off the bus.
func (a *Air) incoming(m *dbus.Message) {
	if m.Type != dbus.TypeMethodCall {
		return
	}
	path, _ := m.Headers[dbus.FieldPath].Value().(dbus.ObjectPath)
	name, _ := m.Headers[dbus.FieldMember].Value().(string)
	a.mu.Lock()
	if from, _ := m.Headers[dbus.FieldSender].Value().(string); from != "" {
		a.callers[from] = true
	}
	found, ok := a.deeds[path][name]
	ask := asked{found.do, make(chan *dbus.Error, 1)}
	if ok {
		a.waiting[callerOf(*m)] = ask.answer
	}
	a.mu.Unlock()
	if !ok {
		return
	}
	select {
	case found.d.line <- ask:
	case <-a.closed:
	}
}

// fetch waits for the answer to a call that is in line.
func (a *Air) fetch(m dbus.Message) *dbus.Error {
	who := callerOf(m)
	a.mu.Lock()
	answer := a.waiting[who]
	delete(a.waiting, who)
	a.mu.Unlock()
	if answer == nil { // the object went while it was called
		return refuse("DoesNotExist", "Does Not Exist")
	}
	select {
	case err := <-answer:
		return err
	case <-a.closed:
		return refuse("NotReady", "Resource Not Ready")
	}
}

// known waits until every browser has read what was said so far: it answers a ping after that.
func (a *Air) known() {
	a.mu.Lock()
	names := slices.Collect(maps.Keys(a.callers))
	a.mu.Unlock()
	for _, name := range names {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		a.conn.Object(name, "/").CallWithContext(ctx, "org.freedesktop.DBus.Peer.Ping", 0) // one that is gone does not answer
		cancel()
	}
}

func callerOf(m dbus.Message) caller {
	name, _ := m.Headers[dbus.FieldSender].Value().(string)
	return caller{name, m.Serial()}
}

// serve does what is in line.
func (d *Device) serve() {
	for {
		select {
		case ask := <-d.line:
			ask.answer <- ask.do()
		case <-d.a.closed:
			return
		}
	}
}
