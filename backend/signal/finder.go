package signal

import "hearth/shared/ecg"

// packet is how many samples are fed at once: as many as a strap sends.
const packet = 16

// beat is one found, with the newest sample known when it was given out: the end of its packet.
type beat struct {
	ecg.Beat
	known int64
}

// finder feeds a detector in packets, however the samples come.
type finder struct {
	detector *ecg.Detector
	wait     []float64 // less than a packet
	fed      int64
	found    []ecg.Beat
	out      []beat
}

// newFinder refuses rates as the detector does.
func newFinder(rate float64) (*finder, error) {
	d, err := ecg.NewDetector(rate)
	if err != nil {
		return nil, err
	}
	return &finder{detector: d, wait: make([]float64, 0, packet), found: make([]ecg.Beat, 0, 64)}, nil
}

// take feeds samples, as far as they fill packets, and gives the beats found; they are good until the next call.
func (f *finder) take(samples []float64) []beat {
	f.out = f.out[:0]
	for _, v := range samples {
		if f.wait = append(f.wait, v); len(f.wait) == packet {
			f.feed()
		}
	}
	return f.out
}

// end feeds what is left.
func (f *finder) end() []beat {
	f.out = f.out[:0]
	f.feed()
	return f.out
}

func (f *finder) feed() {
	f.found = f.found[:0]
	for _, v := range f.wait {
		f.found = f.detector.Feed(v, f.found)
	}
	f.fed += int64(len(f.wait))
	f.wait = f.wait[:0]
	for _, b := range f.found {
		f.out = append(f.out, beat{b, f.fed - 1})
	}
}
