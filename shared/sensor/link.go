package sensor

import (
	"context"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// Adapter is a way to devices: the browser's Bluetooth, the demo, a local bridge.
type Adapter interface {
	// Request lets the person pick a device the driver's filter fits. A browser wants a gesture first. Faults:
	// ErrUnavailable, ErrOff, ErrStuck, ErrForbidden, ErrCancelled when nobody picked one.
	Request(ctx context.Context, driver Driver) (Device, error)

	// Remembered lists the devices picked on an earlier visit that can be connected without a gesture; none where the
	// browser does not remember.
	Remembered(ctx context.Context, driver Driver) ([]Device, error)
}

// Device is one device the person picked. It outlives its links.
type Device interface {
	ID() string   // the same device has the same id while the browser remembers it, else while the page lives; opaque
	Name() string // as the device calls itself, made fit to show by CleanName: "Movesense 1742"; "" for the demo

	// Connect opens a link. It may be called again when the link before is closed. Faults: ErrOff, ErrStuck,
	// ErrUnreachable, ErrBusy, ErrForgotten.
	Connect(ctx context.Context) (Link, error)
}

// Link is one connected device. Its methods may be called from any goroutine. Once the link is over they answer ErrLost,
// never ErrUnknown: what broke is tried again, what speaks another language is not.
type Link interface {
	// Find reports whether the device has a characteristic.
	Find(ctx context.Context, c Characteristic) (bool, error)
	Read(ctx context.Context, c Characteristic) ([]byte, error)
	Write(ctx context.Context, c Characteristic, value []byte) error

	// Ask writes a question to one characteristic and waits for the next notification or indication of another, which
	// does not come out of Notifications: how control points answer. It subscribes to answer when that is needed. An
	// answer may come in parts: more says of each whether another one follows; nil: none does.
	Ask(ctx context.Context, to Characteristic, question []byte, answer Characteristic, more func(part []byte) bool) (parts [][]byte, err error)

	// Subscribe has the device send c's notifications or indications; they come out of Notifications. Unsubscribe
	// ends that.
	Subscribe(ctx context.Context, c Characteristic) error
	Unsubscribe(ctx context.Context, c Characteristic) error

	// Notifications gives every notification in the order of arrival. The channel has room for some seconds; when
	// nobody reads, the newest are dropped, which the device's counters show as a gap. It is closed when the link is over
	// and Err says why.
	Notifications() <-chan Notification

	// Now is the clock notifications are stamped with.
	Now() care.Stamp

	// Closed is closed when the link is over; Err then says why: nil after Close, else ErrLost.
	Closed() <-chan struct{}
	Err() error

	// Close ends the link on purpose: it unsubscribes first, because some devices take a link that just vanishes for
	// a loss and begin to record. It waits until nothing more comes, and may be called twice.
	Close() error
}

// Notification is one packet and when it came.
type Notification struct {
	From  Characteristic
	At    care.Stamp // on this page's clock, taken as early as possible; must not run backwards
	Bytes []byte     // belongs to the reader
}

// Faults of adapters, devices and links.
var (
	ErrUnavailable = fault.New(fault.Unavailable, "sensor.unavailable", nil) // this browser has no way to sensors
	ErrOff         = fault.New(fault.Unavailable, "sensor.off", nil)         // it has, and Bluetooth is switched off
	ErrStuck       = fault.New(fault.Unavailable, "sensor.stuck", nil)       // the browser says nothing about Bluetooth any more: only loading the page anew helps
	ErrForbidden   = fault.New(fault.Invalid, "sensor.forbidden", nil)       // the browser or its owner forbids it here
	ErrCancelled   = fault.New(fault.Gone, "sensor.cancelled", nil)          // nobody picked a device, or none was found
	ErrUnreachable = fault.New(fault.Unavailable, "sensor.unreachable", nil) // off, asleep or too far
	ErrBusy        = fault.New(fault.Conflict, "sensor.busy", nil)           // connected to something else
	ErrForgotten   = fault.New(fault.Gone, "sensor.forgotten", nil)          // the permission was taken back: it has to be picked again
	ErrLost        = fault.New(fault.Unavailable, "sensor.lost", nil)        // the link broke
	ErrUnknown     = fault.New(fault.Invalid, "sensor.unknown", nil)         // the device speaks no layout the driver knows
)

// AdapterFor returns the way to a driver's devices: the driver's own when it brings one, else the radio.
func AdapterFor(driver Driver, radio Adapter) Adapter {
	if own, ok := driver.(interface{ Adapter() Adapter }); ok {
		return own.Adapter()
	}
	return radio
}

// Battery reads the standard battery level in per cent, −1 with an error where the device has none.
func Battery(ctx context.Context, link Link) (int, error) {
	b, err := link.Read(ctx, BatteryLevel)
	if err != nil {
		return -1, err
	}
	level, ok := BatteryOf(b)
	if !ok {
		return -1, &PacketError{From: BatteryLevel, Length: len(b), Why: BadContent}
	}
	return level, nil
}

// BatteryOf reads a value of BatteryLevel.
func BatteryOf(value []byte) (percent int, ok bool) {
	if len(value) != 1 || value[0] > 100 {
		return -1, false
	}
	return int(value[0]), true
}
