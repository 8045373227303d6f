// Package telemetry is what one page tells another about a body: small binary frames over unordered, unreliable data
// channels, one channel per sensor, and a few JSON messages over one ordered, reliable control channel. Encoding,
// decoding and the receiver's bookkeeping are pure; the package never opens a channel and never reads a clock.
package telemetry

import (
	"math"

	"hearth/shared/care"
)

// Version is the first byte of every frame. A receiver refuses frames of a version it does not know.
const Version = 3

// Kind is the second byte of a frame: what it carries.
type Kind byte

// The kinds of frame.
const (
	KindSamples Kind = 1 // a run of raw samples
	KindBeats   Kind = 2 // the newest heartbeats, the last few repeated so that one lost frame loses none
	KindTrend   Kind = 3 // numbers of the sliding windows at one instant
	KindGap     Kind = 4 // a stretch without samples, named by the sender
)

// NoValue marks a sample the sensor could not measure. On a device's wire −32768 means the same.
const NoValue = math.MinInt32

// Frame is one datagram. Seq counts the frames of a channel from 0 and wraps; exactly one of the pointers is set, as
// Kind says.
type Frame struct {
	Seq     uint32
	Kind    Kind
	Samples *Samples
	Beats   []Beat
	Trend   *Trend
	Gap     *Gap
}

// Samples is a run of equally spaced samples of one sensor.
type Samples struct {
	First    int64      // index of the first sample since the sensor began; a jump means lost samples
	Sent     int64      // samples put into frames of this channel before this one: proves what was lost on the way (Sender keeps it)
	Start    care.Stamp // session time of the first sample
	Came     care.Stamp // when the last of it came to the sender's page: from there on a wait is the pages' own; 0 = not known
	PeriodNS uint32     // measured nanoseconds from one sample to the next
	Channels int        // 1 to 9, values interleaved: c0 c1 c2 c0 c1 c2
	Values   []int32    // in the sensor's own steps (the description on the control channel has unit per step), or NoValue
}

// Count is how many instants the run holds.
func (s Samples) Count() int {
	if s.Channels == 0 {
		return 0
	}
	return len(s.Values) / s.Channels
}

// Flags of a beat.
type Flags byte

// Flag bits.
const (
	Late      Flags = 1 << iota // found by search-back, later than a beat is usually reported
	AfterGap                    // the first beat after a gap: no interval leads to it
	Corrected                   // its interval was replaced before it went into the windows
	Poor                        // shown, but kept out of the windows
	Filled                      // found later, in what the device had kept without a link: N says nothing, At is the key
)

// Beat is one R peak.
type Beat struct {
	N       uint32     // counts the beats of the sensor from 0: the key for de-duplication
	At      care.Stamp // session time of the R peak
	RR      float32    // milliseconds since the beat before; 0 when there is none
	Quality uint8      // 0 to 100
	Flags   Flags
	Flaws   Flaws // what makes Quality low
}

// Quality in words: from Good on a signal is good, from Usable on its beats count; what is less is shown and left out.
const (
	Good   = 80
	Usable = 50
)

// Flaws are what spoils a signal.
type Flaws byte

// Flaw bits, as shared/ecg finds them.
const (
	FlawFlat     Flaws = 1 << iota // it does not move
	FlawRail                       // it is at the end of the range
	FlawNoise                      // muscles, mains
	FlawBaseline                   // it wanders: a loose electrode, a deep breath
	FlawDispute                    // two ways to find beats do not agree
	FlawMovement                   // the body moves
)

// Trend holds the numbers of a stream at one instant: those of the heart, or those of movement, the others NaN. NaN means
// not valid, and Why says why, so a page never has to guess and never invents.
type Trend struct {
	At        care.Stamp
	HR        float32 // 1/min, median of the last few beats: the number that moves
	MeanHR    float32 // 1/min over 60 s
	RMSSD     float32 // ms over 60 s
	SDNN      float32 // ms over 5 min, or over what there is from 60 s on (then Short is set in Why)
	LF        float32 // ms², 0.04-0.15 Hz, over 5 min
	HF        float32 // ms², 0.15-0.4 Hz
	VLF       float32 // ms², below 0.04 Hz: from 5 min not reliable, shown as such
	Corrected float32 // share of beats corrected in the window, 0 to 1
	SDNN1     float32 // ms over 60 s, as short as the windows of a resting baseline
	SI        float32 // 1/s², Baevsky's index over 60 s
	Breath    float32 // breaths per minute, as the heart tells them
	Energy    float32 // m/s², RMS of movement over 1 s, gravity off
	Gyro      float32 // °/s, RMS of rotation over 1 s
	Cadence   float32 // steps per minute
	Quality   uint8   // of the signal over the last seconds, 0 to 100
	Flaws     Flaws   // what makes it low
	Window    uint16  // seconds of beats in the longest window so far
	Why       Reason
}

// EmptyTrend has no valid number.
func EmptyTrend(at care.Stamp) Trend {
	t := Trend{At: at}
	for _, v := range t.numbers() {
		*v = float32(math.NaN())
	}
	return t
}

// numbers are those that may be missing, in the order of the wire.
func (t *Trend) numbers() [14]*float32 {
	return [...]*float32{&t.HR, &t.MeanHR, &t.RMSSD, &t.SDNN, &t.LF, &t.HF, &t.VLF, &t.Corrected, &t.SDNN1, &t.SI, &t.Breath, &t.Energy, &t.Gyro, &t.Cadence}
}

// Reason is a set of causes for numbers that are missing or provisional.
type Reason uint16

// Reason bits.
const (
	Filling     Reason = 1 << iota // the window is not long enough yet
	Short                          // SDNN from less than 5 min
	TooPoor                        // signal quality too low
	TooFixed                       // more than 20 % of the beats would have to be corrected
	Restless                       // the heart rate drifts too much for frequency shares
	NoBeats                        // no beat for some seconds
	NoContact                      // the electrodes see nothing
	Uncertain                      // over 5 % corrected: shown with a mark
	Later                          // no cause: made later, from what the device had kept without a link
	NoIntervals                    // the device tells its own rate and no beats: no variability
)

// Gap is a stretch without samples, ends exclusive.
type Gap struct {
	From, To care.Stamp
	Lost     int64 // samples that should have been there, by the device's counter; 0 when unknown
	Cause    Cause
}

// Cause says what made a gap.
type Cause byte

// The causes.
const (
	CauseLink     Cause = 1 // the sensor's link was lost
	CausePacket   Cause = 2 // packets missing between sensor and page
	CausePaused   Cause = 3 // somebody paused or stopped
	CauseRestart  Cause = 4 // the sensor's clock started anew
	CauseTransit  Cause = 5 // lost between the pages; only a receiver says this
	CauseUnusable Cause = 6 // frames arrived and could not be read
)
