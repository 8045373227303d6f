package movesense

import (
	"context"
	"errors"

	"hearth/shared/sensor"
)

// reception is one log being fetched. Recover makes it, the goroutine that decodes fills it and closes done.
type reception struct {
	joined bool // the transfer was under way: it has no beginning and is only waited for
	log    logReader
	last   int       // bytes of the piece before
	most   int       // bytes of the largest piece
	ticks  [2]uint64 // the last stamp of each stream
	done   chan struct{}
}

// longestHole is how far the stamps of one log may be apart, µs.
const longestHole = 86_400 * 1_000_000

// tries is how often a log is asked for: again after one that was under way, and once more after a broken one.
const tries = 3

// Recover implements sensor.Recoverer.
func (Driver) Recover(ctx context.Context, link sensor.Link, of sensor.Decoder) error {
	d, ok := of.(*decoder)
	if !ok {
		return errors.New("movesense: a log for the decoder of another kind of device")
	}
	if d.layout.transfer == none || d.quirks.has(keepsNothing) {
		return nil
	}
	if found, err := link.Find(ctx, transfer); err != nil || !found {
		return err
	}
	if err := link.Subscribe(ctx, transfer); err != nil {
		return err
	}
	for range tries {
		r, err := d.fetch(ctx, link)
		if err != nil {
			return err
		}
		if !r.joined && !r.log.broken {
			return nil
		}
	}
	return nil // what was whole has been given; asking again would not change it
}

// fetch asks for the log and waits for its end.
func (d *decoder) fetch(ctx context.Context, link sensor.Link) (*reception, error) {
	c, err := readConfig(ctx, link)
	if err != nil {
		return nil, err
	}
	if c.recording() {
		return nil, ErrRecording
	}
	r := &reception{joined: c.transferring(), done: make(chan struct{})}
	d.reception.Store(r)
	defer d.reception.CompareAndSwap(r, nil)
	if !r.joined {
		c = c.request(askTransfer)
		if err := link.Write(ctx, configField, c[:]); err != nil {
			return nil, err
		}
	}
	select {
	case <-r.done:
		return r, nil
	case <-link.Closed():
		return nil, sensor.ErrLost
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Forget implements sensor.Recoverer.
func (Driver) Forget(ctx context.Context, link sensor.Link) error {
	l, err := layoutOf(ctx, link)
	if err != nil {
		return err
	}
	firmware, err := sensor.Firmware(ctx, link)
	if err != nil {
		return err
	}
	if q, _ := quirksOf(l, firmware); l.transfer == none || q.has(keepsNothing) {
		return nil // what it holds was recorded by somebody else
	}
	c, err := readConfig(ctx, link)
	if err != nil {
		return err
	}
	if c.recording() || c.transferring() {
		return ErrRecording
	}
	c = c.request(askDelete)
	return link.Write(ctx, configField, c[:])
}

// lacksOne reports whether a piece of one byte is due: all but the last are of one size, and a packet lacks it.
func (r *reception) lacksOne() bool { return r.last == r.most && r.log.lacksOne() }

// decodeLog takes a piece of a log. A single byte of 0 ends it; where that is just what the last packet lacks, it does
// both. Pieces nobody asked for are left alone.
func (d *decoder) decodeLog(n sensor.Notification, out []sensor.Block) ([]sensor.Block, error) {
	r := d.reception.Load()
	if r == nil {
		return out, nil
	}
	if len(n.Bytes) > packetMax {
		return out, d.bad(n, sensor.BadLength)
	}
	ended := len(n.Bytes) == 1 && n.Bytes[0] == 0
	before := r.log.broken
	was := len(out)
	if !r.joined && (!ended || r.lacksOne()) {
		out = d.readLog(r, n, out)
	}
	if ended {
		if stream, packet := r.log.release(); packet != nil {
			out, _ = d.kept(r, stream, packet, n, out, d.values[:])
		}
	}
	r.last, r.most = len(n.Bytes), max(r.most, len(n.Bytes))
	broke := r.log.broken && !before
	if ended && d.reception.CompareAndSwap(r, nil) {
		close(r.done)
	}
	if broke && len(out) == was {
		return out, d.bad(n, sensor.BadContent)
	}
	return out, nil
}

// readLog decodes the packets that a piece makes whole.
func (d *decoder) readLog(r *reception, n sensor.Notification, out []sensor.Block) []sensor.Block {
	room := d.values[:]
	for rest := n.Bytes; len(rest) > 0; {
		var stream int
		var packet []byte
		if rest, stream, packet = r.log.next(rest); packet != nil {
			out, room = d.kept(r, stream, packet, n, out, room)
		}
	}
	return out
}

// kept decodes a packet of a log into room. Stamps of a stream never run backward, where the difference would be huge; a
// packet told twice is found to be there when it is laid into its hole.
func (d *decoder) kept(r *reception, stream int, packet []byte, n sensor.Notification, out []sensor.Block, room []int32) ([]sensor.Block, []int32) {
	b, ok := d.packet(stream, packet, room)
	last := r.ticks[stream]
	if !ok || last != 0 && b.Tick-last > longestHole {
		r.log.broken = true
		return out, room
	}
	r.ticks[stream] = b.Tick
	if b.Past = true; d.quirks.has(wrapsTime) {
		b.Tick = d.epoch.past(b.Tick, n.At)
	}
	return append(out, b), room[len(b.Values):]
}
