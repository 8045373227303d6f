package worn

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"hearth/e2e/bluez"
	"hearth/shared/sensor"
)

// Where a Polar device is asked and answers, and where its samples come (Polar Measurement Data Specification for 3rd
// Party).
const pmd sensor.UUID = "fb005c80-02e7-f387-1cad-8acd2d8df0c8"

// The characteristics of the service.
var (
	PolarControl = sensor.Characteristic{Service: pmd, ID: "fb005c81-02e7-f387-1cad-8acd2d8df0c8"}
	PolarData    = sensor.Characteristic{Service: pmd, ID: "fb005c82-02e7-f387-1cad-8acd2d8df0c8"}
)

// What the control point knows.
const (
	polarSettings, polarStart, polarStop = 1, 2, 3
	polarECG, polarAcc                   = 0, 2

	polarOK, polarBadOp, polarBadKind, polarBadLength, polarBadValue, polarAlready, polarBadRate = 0, 1, 2, 4, 5, 6, 8

	polarECGRate, polarECGPacket, polarAccPacket = 130, 73, 36

	// A Polar clock counts nanoseconds since 2000 and, until somebody sets it, begins on the first day of 2019.
	polarWakes = 599_616_000_000_000_000
)

// Polar is an H10: a strap that also gives the ECG and its acceleration. Its samples count themselves apart, by kind.
type Polar struct {
	Strap
	ecg, acc *ticker
	samples  map[byte]int
}

// NewPolar puts an H10 on.
func NewPolar(t *testing.T, air *bluez.Air, p *Person, c Clock, name, address string) *Polar {
	t.Helper()
	d := &Polar{Strap: Strap{Worn: Worn{body: newBody(p, c)}, told: p.Now()}, samples: map[byte]int{}}
	d.beating()
	d.ecg = &ticker{size: polarECGPacket, sent: d.ecgPacket}
	d.acc = &ticker{size: polarAccPacket, sent: d.accPacket}
	d.tickers = append(d.tickers, d.ecg, d.acc)
	d.wear(t, air, bluez.Peripheral{Name: name, Address: address, Advertises: []sensor.UUID{HeartRate.Service},
		OnLink: func(up, _ bool) {
			if !up { // an H10 ends its streams with the link
				d.mu.Lock()
				defer d.mu.Unlock()
				d.ecg.rate, d.acc.rate = 0, 0
			}
		},
		Services: []bluez.Service{d.heartService(), firmware("5.0.0"), {ID: pmd, Characteristics: []bluez.Characteristic{
			{ID: PolarControl.ID, Can: []string{"read", "write", "indicate"}, Value: []byte{0x0F, 1<<polarECG | 1<<polarAcc}, OnWrite: d.control},
			{ID: PolarData.ID, Can: []string{"notify"}},
		}}}})
	return d
}

// control answers a question by an indication.
func (d *Polar) control(question []byte) error {
	op, kind := byte(0), byte(0)
	if len(question) > 0 {
		op = question[0]
	}
	if len(question) > 1 {
		kind = question[1]
	}
	status, more := d.obey(op, kind, question)
	answer := append([]byte{0xF0, op, kind, status}, more...)
	d.Notify(PolarControl, answer)
	return nil
}

func (d *Polar) obey(op, kind byte, question []byte) (status byte, more []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	stream := map[byte]*ticker{polarECG: d.ecg, polarAcc: d.acc}[kind]
	switch {
	case len(question) < 2:
		return polarBadLength, nil
	case stream == nil:
		return polarBadKind, nil
	case op == polarSettings && kind == polarECG:
		return polarOK, []byte{0, 0, 1, 130, 0, 1, 1, 14, 0}
	case op == polarSettings:
		return polarOK, []byte{0, 0, 4, 25, 0, 50, 0, 100, 0, 200, 0, 1, 1, 16, 0, 2, 3, 2, 0, 4, 0, 8, 0}
	case op == polarStart:
		return d.start(stream, kind, question[2:])
	case op == polarStop:
		stream.rate = 0
		return polarOK, []byte{0}
	}
	return polarBadOp, nil
}

// start reads the wanted settings, each a kind, how many (one), and 16 bits. d.mu is held.
func (d *Polar) start(stream *ticker, kind byte, wanted []byte) (status byte, more []byte) {
	if stream.rate != 0 {
		return polarAlready, nil
	}
	rate := 0
	for ; len(wanted) >= 4; wanted = wanted[4:] {
		value := int(binary.LittleEndian.Uint16(wanted[2:]))
		switch {
		case wanted[1] != 1:
			return polarBadValue, nil
		case wanted[0] == 0:
			rate = value
		}
	}
	allowed := map[byte][]int{polarECG: {polarECGRate}, polarAcc: {25, 50, 100, 200}}[kind]
	switch {
	case len(wanted) != 0:
		return polarBadLength, nil
	case !slices.Contains(allowed, rate):
		return polarBadRate, nil
	}
	d.sample(stream, float64(rate))
	return polarOK, []byte{0}
}

// head begins a packet: its kind, when its last sample was, the layout of its samples.
func (d *Polar) head(kind byte, t *ticker, first int64, layout byte) []byte {
	last := float64(first+int64(t.size)-1) / t.rate
	return append(binary.LittleEndian.AppendUint64([]byte{kind}, polarWakes+uint64(last*1e9)), layout)
}

func (d *Polar) ecgPacket(first int64) {
	packet := d.head(polarECG, d.ecg, first, 0)
	for i := range int64(d.ecg.size) {
		v := int32(math.Round(d.person.heart(d.persons(float64(first+i) / d.ecg.rate))))
		packet = append(packet, byte(v), byte(v>>8), byte(v>>16))
	}
	d.pushKind(polarECG, d.ecg.size, packet)
}

func (d *Polar) accPacket(first int64) {
	packet := d.head(polarAcc, d.acc, first, 1)
	for i := range int64(d.acc.size) {
		m := d.person.moves(d.persons(float64(first+i) / d.acc.rate))
		for _, v := range m[:3] {
			packet = binary.LittleEndian.AppendUint16(packet, uint16(whole(v, 9.80665e-3)))
		}
	}
	d.pushKind(polarAcc, d.acc.size, packet)
}

func (d *Polar) pushKind(kind byte, samples int, packet []byte) {
	if !d.hush && d.Notify(PolarData, packet) {
		d.samples[kind] += samples
	}
}

// PushedECG is how many samples of the ECG were handed to the radio for somebody who listened.
func (d *Polar) PushedECG() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.samples[polarECG]
}

// PushedAcc is the same of the acceleration.
func (d *Polar) PushedAcc() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.samples[polarAcc]
}
