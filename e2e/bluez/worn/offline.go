package worn

import (
	"maps"

	"hearth/shared/sensor"
)

// What version 0.9 does when nobody listens any more, and how its log comes out.

// The log begins with eight bytes that say what it is; then come chunks, each a number, a length and what would have been
// sent live. It goes out in pieces, and a single 0 ends it.
const (
	logHead  = "SBEM0101"
	logPiece = 155
)

// linked is told of links. A link that ends while anything is still wanted, on purpose or not, makes the device keep it.
func (d *Late) linked(up, _ bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if up {
		return
	}
	if d.offline && len(d.listening) > 0 && d.keep == nil {
		d.keep = maps.Clone(d.listening)
		d.log = []byte(logHead) // of several only the last is ever given
	}
	clear(d.listening)
}

// wanted is told what the page subscribes to. When all is wanted again that was, the device ends its log.
func (d *Late) wanted(of sensor.Characteristic, on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if on {
		d.listening[of] = true
	} else {
		delete(d.listening, of)
	}
	if d.keep != nil && maps.Equal(d.keep, d.listening) {
		d.keep = nil
	}
}

// transfer sends the log. d.mu is held.
func (d *Late) transfer() {
	for rest := d.log; len(rest) > 0; {
		n := min(len(rest), logPiece)
		d.Notify(LateLog, rest[:n])
		rest = rest[n:]
	}
	d.Notify(LateLog, []byte{0})
}
