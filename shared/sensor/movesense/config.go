package movesense

import (
	"context"
	"encoding/binary"
	"fmt"

	"hearth/shared/sensor"
)

// config is the configuration field of 0.8 and later. The device takes every write whole and checks nothing.
//
//	0 ECG interval, ms · 1 movement interval, ms · 2 record ECG · 3 record movement · 4 recording now ·
//	5 transfer the log · 6 delete all logs · 7 reserved · 8–15 i64 µs since the Unix epoch
//
// Both requests fall back to 0 when done.
type config [16]byte

func readConfig(ctx context.Context, link sensor.Link) (config, error) {
	b, err := link.Read(ctx, configField)
	if err != nil {
		return config{}, err
	}
	if len(b) != len(config{}) {
		return config{}, fmt.Errorf("a configuration of %d bytes: %w", len(b), sensor.ErrUnknown)
	}
	return config(b), nil
}

func (c config) recording() bool    { return c[4] != 0 }
func (c config) transferring() bool { return c[5] != 0 }
func (c config) time() int64        { return int64(binary.LittleEndian.Uint64(c[8:])) }

func (c config) withTime(t int64) config {
	binary.LittleEndian.PutUint64(c[8:], uint64(t))
	return c
}

// safe is c with nothing in it that could stop the device (an interval below its native one does), begin a recording,
// or ask for something again. What was read of the rest stays.
func (c config) safe() config {
	if ecgRates[c[0]] == 0 {
		c[0] = usualECG
	}
	if movementRates[c[1]] == 0 {
		c[1] = usualMovement
	}
	c[2], c[3] = min(c[2], 1), min(c[3], 1)
	c[4], c[5], c[6] = 0, 0, 0
	return c
}

// usual is c at the usual rates.
func (c config) usual() config {
	c = c.safe()
	c[0], c[1] = usualECG, usualMovement
	return c
}

// request is c asking for a transfer or a deletion, and nothing else changed.
func (c config) request(place int) config {
	c = c.safe()
	c[place] = 1
	return c
}

const (
	askTransfer = 5
	askDelete   = 6
)

// configure sets rates and time. The time is only set when the device does not hold what the link before wrote: a new
// time would give its log and its packets different epochs. A device that records is left alone.
func (d *decoder) configure(ctx context.Context, link sensor.Link, before *decoder) error {
	found, err := link.Find(ctx, configField)
	if err != nil || !found {
		return err
	}
	has, err := readConfig(ctx, link)
	if err != nil {
		return err
	}
	if has.recording() {
		d.note("movesense-recording")
		d.take(has)
		return nil
	}
	want := has.usual()
	if before != nil && before.wrote != 0 && before.wrote == has.time() {
		d.wrote, d.epoch = before.wrote, before.epoch
	} else {
		d.wrote = int64(link.Now())
		want = want.withTime(d.wrote)
	}
	if want[0] != has[0] || want[1] != has[1] || want.time() != has.time() {
		if err := link.Write(ctx, configField, want[:]); err != nil {
			return err
		}
		if has, err = readConfig(ctx, link); err != nil {
			return err
		}
	}
	d.take(has)
	return nil
}

// take notes the intervals a device says it has; nonsense is not believed.
func (d *decoder) take(c config) {
	c = c.safe()
	d.ecgInterval, d.movementInterval = c[0], c[1]
}
