package worn

import (
	"encoding/binary"
	"testing"

	"hearth/e2e/bluez"
	"hearth/shared/sensor"
)

// activity is the service of the research firmware for Movesense sensors
// (https://github.com/JonasPrimbs/movesense-ble-ecg-firmware); its characteristics differ by version.
var activity = sensor.Short(0x1859)

func own(number uint16) sensor.Characteristic {
	return sensor.Characteristic{Service: activity, ID: sensor.Short(number)}
}

// What versions 0.3 to 0.7 have.
var (
	EarlyECG         = own(0x2BDD)
	EarlyMovement    = own(0x2BE2)
	EarlyECGEvery    = own(0x2BE3)
	EarlyMotionEvery = own(0x2BE4)
)

// Steps of all versions: 1/20/2^17 V of the amplifier, and hundredths or tenths of what the limbs do.
const (
	ecgStep  = 1e6 / 20 / (1 << 17) // µV
	accStep  = 0.01                 // m/s²
	gyroStep = 0.1                  // °/s
	magStep  = 0.01                 // µT

	ecgNative  = 500 // what the chip always gives
	ecgPacket  = 16
	limbPacket = 8
)

// limbRates are true rates by the intervals in ms that name them: the chip knows 208 Hz and its halves.
var limbRates = map[int]float64{5: 208, 10: 104, 20: 52, 40: 26}

// Early is a Movesense with version 0.3 to 0.7.
type Early struct {
	Worn
	ecg, limbs           *ticker
	ecgEvery, limbsEvery int  // ms
	holes                bool // 0.5 to 0.7 take the wrong samples when they take fewer
}

// NewEarly puts one on. Versions 0.5 to 0.7 sample at 500 Hz and mean to keep every nth sample, but keep the first nth part
// of every 16.
func NewEarly(t *testing.T, air *bluez.Air, p *Person, c Clock, name, address, version string) *Early {
	t.Helper()
	d := &Early{Worn: Worn{body: newBody(p, c)}, ecgEvery: 4, limbsEvery: 20, holes: version >= "0.5"}
	d.ecg = &ticker{size: ecgPacket, sent: d.ecgSent}
	d.limbs = &ticker{size: limbPacket, sent: d.limbsSent}
	d.tickers = []*ticker{d.ecg, d.limbs}
	d.set()
	every := func(id sensor.UUID, of *int, known func(ms int) bool, usual int) bluez.Characteristic {
		return bluez.Characteristic{ID: id, Can: []string{"read", "write"},
			OnRead: func() ([]byte, error) {
				d.mu.Lock()
				defer d.mu.Unlock()
				return binary.LittleEndian.AppendUint16(nil, uint16(*of)), nil
			},
			OnWrite: func(b []byte) error {
				d.mu.Lock()
				defer d.mu.Unlock()
				*of = usual
				if len(b) == 2 && known(int(binary.LittleEndian.Uint16(b))) {
					*of = int(binary.LittleEndian.Uint16(b))
				}
				d.set()
				return nil
			}}
	}
	d.wear(t, air, bluez.Peripheral{Name: name, Address: address, Advertises: []sensor.UUID{activity, HeartRate.Service}, Services: []bluez.Service{
		{ID: activity, Characteristics: []bluez.Characteristic{
			{ID: EarlyECG.ID, Can: []string{"notify"}},
			{ID: EarlyMovement.ID, Can: []string{"notify"}},
			every(EarlyECGEvery.ID, &d.ecgEvery, func(ms int) bool { return ms == 2 || ms == 4 || ms == 8 || ms == 10 }, 4),
			every(EarlyMotionEvery.ID, &d.limbsEvery, func(ms int) bool { return limbRates[ms] > 0 }, 20),
		}},
		{ID: HeartRate.Service, Characteristics: []bluez.Characteristic{{ID: HeartRate.ID, Can: []string{"notify"}}}},
		firmware(version),
	}})
	return d
}

// set makes the rates those of the intervals. d.mu is held, or nobody knows d yet.
func (d *Early) set() {
	d.sample(d.ecg, 1000/float64(d.ecgEvery))
	d.sample(d.limbs, limbRates[d.limbsEvery])
}

// heartAt is what the chip measures k samples of this rate after it woke. d.mu is held.
func (d *Early) heartAt(k int64) int16 {
	at := float64(k) / d.ecg.rate
	if fewer := int64(d.ecgEvery / 2); d.holes && fewer > 1 {
		kept := ecgPacket / fewer
		at = float64(k/kept*ecgPacket+k%kept) / ecgNative
	}
	return whole(d.person.heart(d.persons(at)), ecgStep)
}

// early stamps a packet with the time of its last sample, in ms since the device woke.
func (t *ticker) early(first int64) []byte {
	return binary.LittleEndian.AppendUint32(nil, uint32(1000*float64(first+int64(t.size)-1)/t.rate))
}

func (d *Early) ecgSent(first int64) {
	packet := d.ecg.early(first)
	for i := range int64(ecgPacket) {
		packet = binary.LittleEndian.AppendUint16(packet, uint16(d.heartAt(first+i)))
	}
	d.push(EarlyECG, ecgPacket, packet)
}

func (d *Early) limbsSent(first int64) {
	d.push(EarlyMovement, limbPacket, d.limbsIn(d.limbs, first, d.limbs.early(first)))
}

// limbsIn appends what the limbs do.
func (b *body) limbsIn(t *ticker, first int64, packet []byte) []byte {
	for i := range int64(t.size) {
		m := b.person.moves(b.persons(float64(first+i) / t.rate))
		for k, v := range m {
			packet = binary.LittleEndian.AppendUint16(packet, uint16(whole(v, [3]float64{accStep, gyroStep, magStep}[k/3])))
		}
	}
	return packet
}
