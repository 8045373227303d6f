package worn

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"hearth/e2e/bluez"
	"hearth/shared/sensor"
)

// What versions 0.8 and later have.
var (
	LateECG      = own(0x2BF1)
	LateMovement = own(0x2BF2)
	LateConfig   = own(0x2BF3)
	LateLog      = own(0x2BF4)
)

// Places in the configuration.
const (
	atECGEvery, atLimbsEvery, atRecordECG, atRecordLimbs, atRecord, atTransfer, atDelete, atTime = 0, 1, 2, 3, 4, 5, 6, 8
	configBytes                                                                                  = 16
)

// Late is a Movesense with version 0.8 or 0.9.
type Late struct {
	Worn
	offline    bool // 0.9: goes on by itself, into its log, when the link is lost
	ecg, limbs *ticker
	config     [configBytes]byte
	since      int64 // µs to add to the clock, from the time it was given
	set        int64 // the time last given; given once more it is not taken

	listening map[sensor.Characteristic]bool // on this link
	keep      map[sensor.Characteristic]bool // what it logs until all of it is wanted again; nil: nothing
	log       []byte                         // of the last time it logged
}

// NewLate puts one on.
func NewLate(t *testing.T, air *bluez.Air, p *Person, c Clock, name, address, version string) *Late {
	t.Helper()
	d := &Late{Worn: Worn{body: newBody(p, c)}, offline: version >= "0.9", listening: map[sensor.Characteristic]bool{}}
	d.config[atECGEvery], d.config[atLimbsEvery] = 4, 20
	d.ecg = &ticker{size: ecgPacket, sent: d.ecgSent}
	d.limbs = &ticker{size: limbPacket, sent: d.limbsSent}
	d.tickers = []*ticker{d.ecg, d.limbs}
	d.rates()
	d.wear(t, air, bluez.Peripheral{Name: name, Address: address, Advertises: []sensor.UUID{activity, HeartRate.Service}, OnLink: d.linked, Services: []bluez.Service{
		{ID: activity, Characteristics: []bluez.Characteristic{
			{ID: LateECG.ID, Can: []string{"notify"}, OnNotify: func(on bool) { d.wanted(LateECG, on) }},
			{ID: LateMovement.ID, Can: []string{"notify"}, OnNotify: func(on bool) { d.wanted(LateMovement, on) }},
			{ID: LateConfig.ID, Can: []string{"read", "write"}, OnRead: d.read, OnWrite: d.write},
			{ID: LateLog.ID, Can: []string{"notify"}},
		}},
		{ID: HeartRate.Service, Characteristics: []bluez.Characteristic{{ID: HeartRate.ID, Can: []string{"notify"}}}},
		firmware(version),
	}})
	return d
}

// rates makes the rates those of the configuration. d.mu is held, or nobody knows d yet.
func (d *Late) rates() {
	d.sample(d.ecg, 1000/float64(d.config[atECGEvery]))
	d.sample(d.limbs, limbRates[int(d.config[atLimbsEvery])])
}

// Reset implements a crash: the clock begins anew and forgets the time it was given.
func (d *Late) Reset() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.since, d.set = 0, 0
	d.reset()
}

// Kept is how many bytes wait in the log.
func (d *Late) Kept() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.log)
}

func (d *Late) read() ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.config[:]), nil
}

// write takes the configuration whole. What would make the real sensor divide by zero fails the test.
func (d *Late) write(b []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(b) != configBytes {
		d.t.Errorf("%s: %d bytes of configuration, not %d: % x", d.Name(), len(b), configBytes, b)
		return errors.New("short")
	}
	ecg, limbs := b[atECGEvery], b[atLimbsEvery]
	if !slices.Contains([]byte{2, 4, 8, 10}, ecg) || limbRates[int(limbs)] == 0 {
		d.t.Errorf("%s: intervals of %d and %d ms crash the sensor", d.Name(), ecg, limbs)
		return errors.New("crashed")
	}
	changed := ecg != d.config[atECGEvery] || limbs != d.config[atLimbsEvery]
	copy(d.config[:], b)
	d.config[atTransfer], d.config[atDelete] = 0, 0
	if changed {
		d.rates()
	}
	d.adjust(int64(binary.LittleEndian.Uint64(b[atTime:])))
	recording := d.config[atRecord] != 0 || d.keep != nil
	switch {
	case recording: // neither gives nor deletes meanwhile
	case b[atTransfer] != 0:
		d.transfer()
	case b[atDelete] != 0:
		d.log = nil
	}
	return nil
}

// adjust gives the clock a time. What it subtracts is what it has run so far in µs, but in 32 bits.
func (d *Late) adjust(unix int64) {
	if unix == d.set {
		return
	}
	d.set = unix
	d.since = unix - int64(uint32(1000*uint32(1000*d.now())))
}

// late stamps a packet as versions from 0.8 on do: with the beginning of the chip's own packet that its last sample came in, in
// whole milliseconds.
func (d *Late) late(t *ticker, first int64, native float64, many int64) []byte {
	last := int64(float64(first+int64(t.size)) / t.rate * native)
	ms := int64(1000 * float64((last-1)/many*many) / native)
	return binary.LittleEndian.AppendUint64(nil, uint64(d.since+1000*ms))
}

func (d *Late) ecgSent(first int64) {
	packet := d.late(d.ecg, first, ecgNative, ecgPacket)
	skip := int64(d.config[atECGEvery]) / 2
	for i := range int64(ecgPacket) {
		native := (first+i+1)*skip - 1 // the last of every so many
		packet = binary.LittleEndian.AppendUint16(packet, uint16(whole(d.person.heart(d.persons(float64(native)/ecgNative)), ecgStep)))
	}
	d.out(LateECG, 104, ecgPacket, packet)
}

func (d *Late) limbsSent(first int64) {
	d.out(LateMovement, 105, limbPacket, d.limbsIn(d.limbs, first, d.late(d.limbs, first, 208, limbPacket)))
}

// out sends a packet, or keeps it. d.mu is held.
func (d *Late) out(of sensor.Characteristic, chunk byte, samples int, packet []byte) {
	switch {
	case d.keep[of]:
		d.log = append(append(d.log, chunk, byte(len(packet))), packet...)
	case d.keep == nil && d.config[atRecord] == 0:
		d.push(of, samples, packet)
	}
}
