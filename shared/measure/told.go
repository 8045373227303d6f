package measure

import (
	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// Count is the bookkeeping of the stream.
func (st *Stream) Count() Count { return st.count }

// Waiting is how many placed samples are in no frame yet, or in one nobody took.
func (st *Stream) Waiting() int64 {
	n := int64(st.run.Count())
	for _, f := range st.frames {
		if f.Samples != nil {
			n += int64(f.Samples.Count())
		}
	}
	return n
}

// Latest is the session time of the newest sample, 0 before the first. Intervals are as new as the packet they came in.
func (st *Stream) Latest() care.Stamp { return st.latest }

// Drift is how much faster the session clock runs than the device's, in parts per million.
func (st *Stream) Drift() float64 { return st.time.Drift() }

// Recent copies the newest samples of one channel into dst, in the channel's unit, oldest first, NaN where there is
// none, and returns the part it filled. The last one is from Latest, the others lie 1/Rate apart before it; it
// reaches back 15 s at most.
func (st *Stream) Recent(channel int, dst []float32) []float32 { return st.recent.last(channel, dst) }

// heart is that of an ECG or of intervals, nil for what has none.
func (st *Stream) heart() *heart {
	switch {
	case st.finder != nil:
		return st.finder.heart
	case st.pulse != nil:
		return st.pulse.heart
	}
	return nil
}

// Beats appends the newest beats of a heart, up to 64, oldest first.
func (st *Stream) Beats(dst []telemetry.Beat) []telemetry.Beat {
	if h := st.heart(); h != nil {
		dst = append(dst, h.beats...)
	}
	return dst
}

// Trend returns the newest numbers of the windows; before the first, and for what has no heart, all are NaN.
func (st *Stream) Trend() telemetry.Trend {
	if h := st.heart(); h != nil {
		return h.trend
	}
	return emptyTrend()
}

// Quality is the signal's over the last seconds, 0 to 100. Movement has no bad quality, only gaps.
func (st *Stream) Quality() int {
	switch {
	case st.finder != nil:
		return int(percent(st.finder.quality()))
	case st.pulse != nil:
		return int(percent(st.pulse.quality()))
	}
	return 100
}

// Contact reports whether the electrodes see a body; what has no electrodes, or does not say, always does.
func (st *Stream) Contact() bool {
	switch {
	case st.finder != nil:
		return st.finder.contact()
	case st.pulse != nil:
		return st.pulse.touches()
	}
	return true
}

// Activity is how strongly the body moved in the last whole second, m/s², gravity off: under 0.3 still, over 1.5 moving. NaN
// while nobody knows.
func (st *Stream) Activity() float64 { return st.moves.energy(st.latest) }
