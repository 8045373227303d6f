package movesense

import (
	"context"

	"hearth/shared/access"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// The numbers squat on ones the Bluetooth SIG has given to others, so only service and characteristic together count.
const (
	ecgService      sensor.UUID = "00001857-0000-1000-8000-00805f9b34fb"
	activityService sensor.UUID = "00001859-0000-1000-8000-00805f9b34fb"
)

var none sensor.Characteristic

// Characteristics, little-endian throughout; −32768 is "no value". n follows from the length.
//
//	early ECG, ECG    u32 ms at the last sample · n × i16                                     (n = 16: 36 bytes)
//	movement          u32 ms at the last sample · n × 9 × i16: acceleration, rotation, field  (n = 8: 148 bytes)
//	intervals         u16 ms
//	absolute ECG and movement: the same with u64 µs of the native packet the last sample came in (40 and 152 bytes)
//	config            16 bytes, see config
//	transfer          a log in pieces, see logReader
var (
	earlyECG         = sensor.Characteristic{Service: ecgService, ID: sensor.Short(0x2BDD)}
	earlyInterval    = sensor.Characteristic{Service: ecgService, ID: sensor.Short(0x2A21)}
	ecg              = sensor.Characteristic{Service: activityService, ID: sensor.Short(0x2BDD)}
	movement         = sensor.Characteristic{Service: activityService, ID: sensor.Short(0x2BE2)}
	ecgInterval      = sensor.Characteristic{Service: activityService, ID: sensor.Short(0x2BE3)}
	movementInterval = sensor.Characteristic{Service: activityService, ID: sensor.Short(0x2BE4)}
	absoluteECG      = sensor.Characteristic{Service: activityService, ID: sensor.Short(0x2BF1)}
	absoluteMovement = sensor.Characteristic{Service: activityService, ID: sensor.Short(0x2BF2)}
	configField      = sensor.Characteristic{Service: activityService, ID: sensor.Short(0x2BF3)}
	transfer         = sensor.Characteristic{Service: activityService, ID: sensor.Short(0x2BF4)}
)

// layout is what a firmware calls its values. What it lacks is none.
type layout struct {
	ecg, movement                 sensor.Characteristic
	ecgInterval, movementInterval sensor.Characteristic
	config, transfer              sensor.Characteristic
	stampBytes                    int
	ecgClock, movementClock       sensor.Clock
}

// The layouts. Stamps of the older ones are whole ms of a counter that wraps; movement counts back from its packet by
// nominal intervals, which is up to 3 ms off. The absolute ones are made from whole ms.
var (
	early = &layout{
		ecg: earlyECG, ecgInterval: earlyInterval, stampBytes: 4,
		ecgClock: sensor.Clock{Bits: 32, Hz: 1000},
	}
	relative = &layout{
		ecg: ecg, movement: movement, ecgInterval: ecgInterval, movementInterval: movementInterval, stampBytes: 4,
		ecgClock: sensor.Clock{Bits: 32, Hz: 1000}, movementClock: sensor.Clock{Bits: 32, Hz: 1000, Jitter: 0.003},
	}
	absolute = &layout{
		ecg: absoluteECG, movement: absoluteMovement, config: configField, transfer: transfer, stampBytes: 8,
		ecgClock: sensor.Clock{Bits: 64, Hz: 1e6, Jitter: 0.0005}, movementClock: sensor.Clock{Bits: 64, Hz: 1e6, Jitter: 0.0005},
	}
)

// layoutOf finds the layout a device speaks, the newest first.
func layoutOf(ctx context.Context, link sensor.Link) (*layout, error) {
	for _, l := range []*layout{absolute, relative, early} {
		switch found, err := link.Find(ctx, l.ecg); {
		case err != nil:
			return nil, err
		case found:
			return l, nil
		}
	}
	return nil, sensor.ErrUnknown
}

// The intervals in ms that may be written, and the true rates behind them: movement comes from 208 Hz whatever its
// label says.
var (
	ecgRates      = map[uint8]float64{2: 500, 4: 250, 8: 125, 10: 100}
	movementRates = map[uint8]float64{5: 208, 10: 104, 20: 52, 40: 26}
)

// What is set as usual.
const (
	usualECG      uint8 = 4
	usualMovement uint8 = 20
)

// ecgStep is one step of the ECG in µV: the converter divides 1 V by 20 · 2¹⁷.
const ecgStep = 1e6 / 20 / (1 << 17)

const movementChannels = 9

func ecgStream(interval uint8, l *layout) sensor.Stream {
	return sensor.Stream{
		Key: "ecg", Signal: access.ECG, Rate: ecgRates[interval], Clock: l.ecgClock,
		Channels: []telemetry.Channel{{Name: "ecg", Unit: "µV", Scale: ecgStep}},
	}
}

func movementStream(interval uint8, l *layout) sensor.Stream {
	s := sensor.Stream{Key: "movement", Signal: access.Movement, Rate: movementRates[interval], Clock: l.movementClock}
	for _, c := range []telemetry.Channel{
		{Name: "acc", Unit: "m/s²", Scale: 0.01},
		{Name: "gyro", Unit: "°/s", Scale: 0.1},
		{Name: "mag", Unit: "µT", Scale: 0.01},
	} {
		for _, axis := range []string{"-x", "-y", "-z"} {
			s.Channels = append(s.Channels, telemetry.Channel{Name: c.Name + axis, Unit: c.Unit, Scale: c.Scale})
		}
	}
	return s
}
