// Package ecg finds heartbeats in an electrocardiogram as it arrives: one sample in, seldom a beat out. It never sees a
// device, a clock or a packet, never looks ahead, and never allocates once it has started.
package ecg

// Beat is one R peak. A beat once given out never moves.
type Beat struct {
	At       float64 // index of the R peak in samples fed since the detector began, with its fraction; gaps are not counted
	Height   float64 // of the R peak above the baseline, in the signal's unit; NaN when not known. Breathing shows in it
	Fed      int64   // index of the newest sample fed when it was given out: Fed − At is the delay
	Late     bool    // given out over 350 ms after its R peak: what followed had to be heard first
	AfterGap bool    // the first beat after a gap: no interval leads to it
	Quality  float64 // 0 to 1: from Good on nothing to wish for, below Usable shown and kept out of variability
	Why      Cause   // what keeps it below Good
	Normal   bool    // of the shape most beats have; false for an odd one (ventricular, paced differently, noise)
}
