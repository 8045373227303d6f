package demo

import (
	"time"

	"hearth/shared/care"
)

// Options choose the person, the day they have, and the device. The zero value is a session with nothing disturbed.
type Options struct {
	Seed      uint64        // the same seed is the same person on the same day
	Scenario  Scenario      // "" is Session
	HeartRate float64       // 1/min, for Steady; 0 is 72
	PPM       float64       // how much faster than ours the device's clock runs, in parts per million
	Uptime    time.Duration // what the device's clock says when the source begins
	Battery   int           // per cent at the beginning; 0 is 87. It loses one in ten minutes
	Start     care.Stamp    // session time at which the source begins; a live device takes the clock's
	Plan      []Disturbance // what goes wrong, and when
}

// Trouble is something that goes wrong on the way from the heart to the page.
type Trouble string

// The troubles.
const (
	Motion     Trouble = "motion"      // electrodes shift: large slow swings and crackle
	Wander     Trouble = "wander"      // the baseline wanders
	Muscle     Trouble = "muscle"      // tense muscles: noise over the whole band
	Spike      Trouble = "spike"       // every other second or so 8 mV for an instant
	LeadOff    Trouble = "lead-off"    // an electrode is off: no value, then a flat rail
	Hum        Trouble = "hum"         // mains, 50 Hz
	LinkLoss   Trouble = "link-loss"   // out of range: the link breaks, and cannot be opened meanwhile
	PacketLoss Trouble = "packet-loss" // every third packet is lost
	Bursts     Trouble = "bursts"      // packets come in bunches, 300 ms late
	Restart    Trouble = "restart"     // the device's clock begins anew
	LowBattery Trouble = "low-battery" // the battery is at 4 %
)

// Troubles lists every trouble.
func Troubles() []Trouble {
	return []Trouble{Motion, Wander, Muscle, Spike, LeadOff, Hum, LinkLoss, PacketLoss, Bursts, Restart, LowBattery}
}

// Disturbance is a trouble with its time, counted from the beginning of the source on the device's clock.
type Disturbance struct {
	Trouble Trouble
	At      time.Duration
	For     time.Duration
}

func (d Disturbance) on(t float64) bool {
	return t >= d.At.Seconds() && t < (d.At+d.For).Seconds()
}
