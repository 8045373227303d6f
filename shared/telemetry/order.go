package telemetry

// samples hands on a run, and before it the gap that leads to it.
func (r *Receiver) samples(f *Frame, emit func(*Frame)) {
	s := f.Samples
	n := int64(s.Count())
	r.unsee(s.Sent)
	r.see(s.Sent)
	again := s.First < r.index && s.Start >= r.end.Add(-s.period()) // the sensor began anew
	if r.begun && s.First < r.index && !again {
		r.counts.Refused += n
		r.sentSeen = max(r.sentSeen, s.Sent+n)
		return
	}
	// Sent says how much of a hole was lost on the way; the rest never left the sender.
	transit := s.Sent - r.sentRun
	skipped := int64(0)
	if r.begun && !again {
		skipped = max(0, s.First-r.index-max(0, transit))
	}
	r.counts.Skipped += skipped
	unnamed := skipped - r.named
	if r.unnamable || unnamed < 0 {
		unnamed = 0
	}
	if lost := max(0, transit) + unnamed; lost > 0 && r.begun {
		r.gap = Gap{From: min(r.end, s.Start), To: s.Start, Lost: lost, Cause: CauseTransit}
		r.out = Frame{Seq: f.Seq, Kind: KindGap, Gap: &r.gap}
		emit(&r.out)
	}
	r.begun, r.index, r.end = true, s.First+n, s.End()
	r.sentRun = s.Sent + n
	r.sentSeen = max(r.sentSeen, r.sentRun)
	r.named, r.unnamable = 0, false
	r.counts.Received += n
	emit(f)
}

// see counts as lost what the sender had sent up to sent and we have not seen.
func (r *Receiver) see(sent int64) {
	if sent > r.sentSeen {
		r.counts.Lost += sent - r.sentSeen
		r.sentSeen = sent
	}
}

// unsee takes back what a tally made us count as lost, when it turns out to have said more than was sent.
func (r *Receiver) unsee(sent int64) {
	if over := r.sentSeen - sent; over > 0 {
		r.counts.Lost -= min(over, r.counts.Lost)
		r.sentSeen = sent
	}
}

// newBeats hands on the beats of f that were not there yet. A number seen before is a repetition unless its time is
// new: then the sensor began to count anew.
func (r *Receiver) newBeats(f *Frame, emit func(*Frame)) {
	fresh := f.Beats[:0]
	for _, b := range f.Beats {
		if r.beats && b.N <= r.beat.N && b.At <= r.beat.At {
			continue
		}
		if r.beats && b.N > r.beat.N {
			r.counts.BeatsLost += int64(b.N - r.beat.N - 1)
		}
		r.beat, r.beats = b, true
		fresh = append(fresh, b)
	}
	if len(fresh) > 0 {
		f.Beats = fresh
		emit(f)
	}
}
