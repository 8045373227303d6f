package bluez

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"hearth/shared/sensor"
)

// Verb is what happened between the browser and a device.
type Verb string

// The verbs.
const (
	Connected    Verb = "connected"
	Refused      Verb = "refused"      // a connection was wanted in vain
	Disconnected Verb = "disconnected" // the browser ended the link
	Lost         Verb = "lost"         // the link broke
	Read         Verb = "read"
	Written      Verb = "written"
	Subscribed   Verb = "subscribed"
	Unsubscribed Verb = "unsubscribed"
)

// Operation is one line of the log. Notifications are not in it; Device.Delivered counts them.
type Operation struct {
	At     time.Time
	Device string // its name
	Verb   Verb
	Of     sensor.Characteristic // zero for links
	Bytes  []byte                // written or answered
}

// String writes it for a person.
func (o Operation) String() string {
	s := o.At.Format("15:04:05.000 ") + o.Device + " " + string(o.Verb)
	if o.Of.ID != "" {
		s += " " + strings.TrimPrefix(string(o.Of.ID[:8]), "0000")
	}
	if len(o.Bytes) > 0 {
		s += fmt.Sprintf(" % x", o.Bytes)
	}
	return s
}

// Log is what happened so far, oldest first.
func (a *Air) Log() []Operation {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.log)
}

// Until waits until something of the log, from the line with this number on, is as wanted, and returns its number. It fails
// the test with the log after patience.
func (a *Air) Until(from int, patience time.Duration, what string, wanted func(Operation) bool) int {
	a.t.Helper()
	over := false // under the lock, so that nobody goes to sleep after it was said
	late := time.AfterFunc(patience, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		over = true
		a.ever.Broadcast()
	})
	defer late.Stop()
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := from; ; i++ {
		for i >= len(a.log) {
			if over {
				a.t.Fatalf("waited %v for %s; the log:\n%s", patience, what, Lines(a.log))
			}
			a.ever.Wait()
		}
		if wanted(a.log[i]) {
			return i
		}
	}
}

// Lines writes a log for a person.
func Lines(log []Operation) string {
	var b strings.Builder
	for _, o := range log {
		b.WriteString(o.String() + "\n")
	}
	return b.String()
}

// wrote adds a line. a.mu is held.
func (a *Air) wrote(d *Device, v Verb, of sensor.Characteristic, bytes []byte) {
	a.log = append(a.log, Operation{At: time.Now(), Device: d.p.Name, Verb: v, Of: of, Bytes: slices.Clone(bytes)})
	a.ever.Broadcast()
}
