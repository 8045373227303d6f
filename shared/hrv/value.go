// Package hrv turns heartbeats into heart rate and its variability: intervals, artefacts marked and mended, sliding
// windows. It never sees a signal, a device or a clock; time comes with the beats.
package hrv

// Beat is one R peak as the windows want it.
type Beat struct {
	At       float64 // seconds on any axis that only moves forward
	AfterGap bool    // samples are missing before it: no interval leads here
	Poor     bool    // of bad quality: the intervals on either side stay out of the windows
}

// Verdict is what became of the interval that leads to a beat, as far as it can be told when the beat arrives. A
// missed or extra beat is known for sure only two beats later; the windows wait for that, the verdict does not.
type Verdict struct {
	RR        float64 // ms since the beat before; 0 when there is none
	Corrected bool    // looks wrong: the windows hold something else in its place
	LeftOut   bool    // is not in the windows at all: a poor beat on one of its ends
}

// Values are the numbers of the sliding windows at one instant. NaN means not valid, and Why says why. After 10 s without
// a beat none is valid: the windows still hold beats, but nobody may read those as the heart of now.
type Values struct {
	HR        float64 // 1/min, 60000 over the median of the last five good intervals; NaN after 3 s without a beat or 5 without a good interval
	MeanHR    float64 // 1/min, over 60 s, from 30 s on
	RMSSD     float64 // ms, over 60 s, from 30 s and ten differences on
	SDNN      float64 // ms, over 5 min, from 60 s on (Short until 5 min)
	LF        float64 // ms², 0.04-0.15 Hz, over 5 min
	HF        float64 // ms², 0.15-0.4 Hz, over 5 min
	VLF       float64 // ms², 0.0033-0.04 Hz, over 5 min: two of its waves at best, show as not reliable
	Corrected float64 // share of the beats in the longest window that were corrected or left out, 0 to 1
	Span      float64 // seconds of beats in the longest window, 0 to 300
	Beats     int     // intervals in the longest window
	Why       Reason
}

// Reason is a set of causes for numbers that are missing or provisional.
type Reason uint16

// Reason bits; they mean what the bits of the same name mean where values travel. TooPoor and NoContact are of the
// signal, which this package never sees: it leaves them to its callers.
const (
	Filling   Reason = 1 << iota // the window is not long enough yet
	Short                        // SDNN from less than 5 min
	TooPoor                      // signal quality too low
	TooFixed                     // more than 20 % of the beats would have to be corrected
	Restless                     // the heart rate drifts too much for frequency shares
	NoBeats                      // no beat for some seconds
	NoContact                    // the electrodes see nothing
	Uncertain                    // over 5 % corrected: shown with a mark
)
