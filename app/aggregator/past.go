package aggregator

import (
	"slices"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/measure"
	"hearth/shared/telemetry"
)

// What therapists' pages are told of the past: they ask for what they lack, and get what they may know, newest first, one
// small answer to each question. Nothing of it goes the way of live frames, and no account of samples knows it.

// recall is what one receiver is told of the past.
type recall struct {
	answers int                 // since the last tick
	news    map[string]interval // filled in later and not yet told, by stream
	marked  int                 // number of the last mark told
}

// Bounds of one answer, together at most telemetry.MaxPastBytes.
const (
	pastTrends = 24 // of 49 bytes at most
	pastBeats  = 40
	pastGaps   = 12
	maxAnswers = 50 // between two ticks: who asks more often is not answered
)

// asked answers a question. One for what is not permitted, or is no stream of ours, is answered with nothing.
func (s *Station) asked(sh *sharing, m telemetry.Missing) {
	if sh.recall.answers++; sh.recall.answers > maxAnswers || !slices.Contains(s.shares, sh) {
		return
	}
	p := telemetry.Past{Key: m.Key, From: m.From, To: m.To, Done: true}
	if st := s.stream(m.Key); st != nil && slices.Contains(sh.open, m.Key) {
		spans := s.grants.may(sh.share.Therapist.ID, st.Signal(), m.Key, m.From, min(m.To, s.stamp()))
		p = answer(st.History(), spans, p)
	}
	sh.peer.Control(telemetry.Control{Past: &p}) // one that could not go is asked for again
}

// stream finds a stream by its key, or nil.
func (s *Station) stream(key string) *measure.Stream {
	for _, u := range s.units {
		for _, st := range u.measure.Streams() {
			if st.Key() == key {
				return st
			}
		}
	}
	return nil
}

// answer puts the newest of the spans, which come newest first, into an answer that has room for it.
func answer(h *measure.History, spans []interval, p telemetry.Past) telemetry.Past {
	trends, beats, gaps := pastTrends, pastBeats, pastGaps
	for _, i := range spans {
		if trends == 0 || beats == 0 || gaps == 0 {
			p.From, p.Done = i.to, false
			return p
		}
		from := max(
			tail(h.Trends(i.from, i.to), trends, i.from, func(t telemetry.Trend) care.Stamp { return t.At }),
			tail(h.Beats(i.from, i.to), beats, i.from, func(b telemetry.Beat) care.Stamp { return b.At }),
			tail(h.Gaps(i.from, i.to), gaps, i.from, func(g telemetry.Gap) care.Stamp { return g.From }))
		t, b, g := h.Trends(from, i.to), h.Beats(from, i.to), h.Gaps(from, i.to)
		p.Frames = frames(p.Frames, t, b, g)
		if from > i.from {
			p.From, p.Done = from, false
			return p
		}
		trends, beats, gaps = trends-len(t), beats-len(b), gaps-len(g)
	}
	return p
}

// tail is when the last n items begin; all of them fit from first on.
func tail[T any](list []T, n int, first care.Stamp, at func(T) care.Stamp) care.Stamp {
	if len(list) <= n {
		return first
	}
	return at(list[len(list)-n])
}

// frames appends what is told as frames; what cannot be said in a frame is not said.
func frames(to [][]byte, trends []telemetry.Trend, beats []telemetry.Beat, gaps []telemetry.Gap) [][]byte {
	add := func(f telemetry.Frame) {
		if b, err := f.Append(nil); err == nil {
			to = append(to, b)
		}
	}
	for i := range gaps {
		add(telemetry.Frame{Kind: telemetry.KindGap, Gap: &gaps[i]})
	}
	for len(beats) > 0 { // a frame counts its beats upwards; those filled in have numbers of their own
		n := 1
		for n < min(len(beats), telemetry.MaxBeats) && beats[n].N > beats[n-1].N {
			n++
		}
		add(telemetry.Frame{Kind: telemetry.KindBeats, Beats: beats[:n]})
		beats = beats[n:]
	}
	for i := range trends {
		add(telemetry.Frame{Kind: telemetry.KindTrend, Trend: &trends[i]})
	}
	return to
}

// keepRecall tells receivers what was filled in since, and marks they do not know.
func (s *Station) keepRecall() {
	for _, u := range s.units {
		for _, st := range u.measure.Streams() {
			if from, to, ok := st.Spliced(); ok {
				for _, sh := range s.shares {
					sh.recall.heard(st.Key(), from, to)
				}
			}
		}
	}
	for _, sh := range s.shares {
		sh.recall.answers = 0
		for key, i := range sh.recall.news {
			if sh.begun && slices.Contains(sh.open, key) && sh.peer.Control(telemetry.Control{Past: &telemetry.Past{Key: key, From: i.from, To: i.to}}) {
				delete(sh.recall.news, key)
			}
		}
		s.tellMarks(sh)
	}
}

// heard notes that something was filled in between two instants.
func (r *recall) heard(key string, from, to care.Stamp) {
	if r.news == nil {
		r.news = map[string]interval{}
	}
	if i, ok := r.news[key]; ok {
		from, to = min(from, i.from), max(to, i.to)
	}
	r.news[key] = interval{from: from, to: to}
}

// granted follows what a share permits: signals new in it begin, those gone from it end, unless another of the person's
// pages has them.
func (s *Station) granted(sh *sharing, before []access.Signal) {
	at := s.stamp()
	s.grants.begin(sh.share.Therapist.ID, sh.share.Signals, at)
	gone := slices.DeleteFunc(slices.Clone(before), func(x access.Signal) bool { return slices.Contains(sh.share.Signals, x) })
	s.grants.end(sh.share.Therapist.ID, s.unshared(sh, gone), at, false)
}

// ungranted follows the end of a share. One that nobody asked for again after a restart of the house is no accident: the
// house may have refused it.
func (s *Station) ungranted(sh *sharing, reason string) {
	byAccident := sh.parked.IsZero() && (reason == "left" || reason == "aggregator-gone")
	s.grants.end(sh.share.Therapist.ID, s.unshared(sh, sh.share.Signals), s.stamp(), byAccident)
}

// unshared drops the signals that flow to the same person by another share.
func (s *Station) unshared(sh *sharing, signals []access.Signal) []access.Signal {
	return slices.DeleteFunc(slices.Clone(signals), func(x access.Signal) bool {
		return slices.ContainsFunc(s.shares, func(o *sharing) bool {
			return o != sh && o.share.Therapist.ID == sh.share.Therapist.ID && slices.Contains(o.share.Signals, x)
		})
	})
}
