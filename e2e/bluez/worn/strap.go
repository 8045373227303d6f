package worn

import (
	"encoding/binary"
	"math"
	"testing"

	"hearth/e2e/bluez"
	"hearth/shared/sensor"
)

// HeartRate is where every strap tells beats (Heart Rate Service 1.0, section 3.1).
var HeartRate = sensor.Characteristic{Service: sensor.Short(0x180D), ID: sensor.Short(0x2A37)}

// Strap is any heart rate strap: once a second the rate, whether it touches skin, and the intervals between beats.
type Strap struct {
	Worn
	wide   bool // rates in 16 bits, with energy
	off    bool
	told   float64 // the person's time up to which beats were told
	energy uint16
}

// NewStrap puts a strap on. Wide ones tell the rate in 16 bits and the energy spent.
func NewStrap(t *testing.T, air *bluez.Air, p *Person, c Clock, name, address string, wide bool) *Strap {
	t.Helper()
	s := &Strap{Worn: Worn{body: newBody(p, c)}, wide: wide, told: p.Now()}
	s.beating()
	s.wear(t, air, bluez.Peripheral{Name: name, Address: address, Advertises: []sensor.UUID{HeartRate.Service},
		Services: []bluez.Service{s.heartService(), firmware("1.4.2")}})
	return s
}

// heartService is the Heart Rate Service with a chest as sensor location.
func (s *Strap) heartService() bluez.Service {
	return bluez.Service{ID: HeartRate.Service, Characteristics: []bluez.Characteristic{
		{ID: HeartRate.ID, Can: []string{"notify"}},
		{ID: sensor.Short(0x2A38), Can: []string{"read"}, Value: []byte{1}},
	}}
}

// beating adds the packet of every second.
func (s *Strap) beating() {
	second := &ticker{size: 1, sent: func(first int64) { s.beat(s.persons(float64(first))) }}
	s.tickers = append(s.tickers, second)
	s.sample(second, 1)
}

// TakeOff takes the strap off the skin, or puts it on again.
func (s *Strap) TakeOff(off bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.off = off
}

// Bits of a packet's first byte.
const (
	wideRate   = 1 << 0
	contactOn  = 1 << 1
	contactIs  = 1 << 2 // supported
	energySays = 1 << 3
	intervals  = 1 << 4
)

// beat tells the second up to an instant of the person's time.
func (s *Strap) beat(at float64) {
	flags, rate := byte(contactIs), 0.0
	var rr []byte
	beats := s.person.beats(s.told, at)
	s.told = at
	if !s.off {
		flags |= contactOn
		if rate = s.person.rate(at); math.IsNaN(rate) {
			rate = 0
		}
		for _, b := range beats {
			if b.RR > 0 {
				flags |= intervals
				rr = binary.LittleEndian.AppendUint16(rr, uint16(math.Round(b.RR*1024)))
			}
		}
	}
	packet := []byte{flags, byte(math.Round(rate))}
	if s.wide {
		s.energy++
		packet = []byte{flags | wideRate | energySays}
		packet = binary.LittleEndian.AppendUint16(packet, uint16(math.Round(rate)))
		packet = binary.LittleEndian.AppendUint16(packet, s.energy)
	}
	s.push(HeartRate, len(rr)/2, append(packet, rr...))
}
