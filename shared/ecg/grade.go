package ecg

import "math"

// What quality is made of. Every part is 0.5 at its limit; where it comes from is said beside it.
const (
	// A beat is believed for how far it stands out of what lies between beats, times how near it is to a shape known
	// from clear signal: both are ratios of amplitudes. At 20 dB the odds are even: a peak of a shape never seen must be
	// ten times what lies between, one that is the known shape but for a third only three to four times. Signal is clear,
	// and shapes are learned from it, when its beats stand out so far; where less, noise is told. How well a beat fits the
	// rhythm is not asked: variability measured of beats picked by their rhythm would be too small.
	evens = 10
	// Breathing alone changes a beat's size by a tenth; nothing is nearer a shape than that, in energy.
	breath = 0.01
	// How far apart from known shapes a beat is taken to be before there are any. What is nearer is of a known shape, and
	// wants for nothing but a quieter signal.
	guess = 0.1
	// A beat the second detector does not see is worth less: most of those are P or T waves and bumps, some are small
	// beats behind a large one.
	alone = 0.4

	// Both detectors mean the same beat so close together.
	agreeMS = 100
	// Agreement is counted over so long, and not before the second detector has settled.
	agreeOverMS, agreeAfterMS = 8500, 450
	// The share of beats of either that only one saw, at which nothing is believed (bSQI, Li, Mark & Clifford 2008: good
	// signal has under a tenth).
	disagree = 0.6

	// Noise beyond 40 Hz, as a share of a beat's size. What the low-pass leaves of it moves the R peak by about 15 ms
	// times that share: 2 ms at the limit.
	hissLimit = 0.15
	// Speed of the baseline, sizes of a beat a second. A lean moves the R peak by lean·σ²/size, σ some 10 ms: half a
	// millisecond at the limit.
	driftLimit = 5
	// From a third and a fifth of these on they are told when something is wrong, even if it is not they alone: muscles
	// make noise below 40 Hz too, and electrodes that move make both.
	hissTold  = 0.05
	driftTold = 1
	// Milliseconds a top is cut off for: R may be anywhere in them.
	cutLimit = 20
)

// signal is what is known of the signal apart from single beats. Sizes are in sizes of a beat.
type signal struct {
	clear float64 // usual height of beats over what lies between them
	agree float64 // share of beats both detectors saw, of those either saw
	hiss  float64 // beyond 40 Hz
	drift float64 // speed of the baseline, 1/s
	cut   float64 // ms of the newest top cut off
	flat  bool    // it stood still within the last second
	end   bool    // and did so at an end of its range
}

// signal measures the last seconds.
func (q *quality) signal() signal {
	size := max(q.size.median(), tiny)
	s := signal{agree: q.agreement(), hiss: q.survey.hiss(2*inSecond) / size, drift: q.survey.drift(2) / size}
	e := &q.survey.ends
	second := int64(stillMS * q.rate / 1000)
	if e.at-e.cutAt < second {
		s.cut = float64(e.cutSize) * 1000 / q.rate
	}
	s.flat, s.end = e.at-e.flatAt < second, e.flatEnd
	return s
}

// agreement is the share of beats that both detectors saw.
func (q *quality) agreement() float64 {
	now := float64(q.survey.ends.at)
	from, to := now-agreeOverMS*q.rate/1000, now-agreeAfterMS*q.rate/1000
	either, both := 0, 0
	theirs := &q.witness.sure.marks
	for _, at := range q.ours.kept() {
		if at >= from && at <= to {
			either++
			if theirs.near(at, agreeMS*q.rate/1000) {
				both++
			}
		}
	}
	for _, at := range theirs.kept() {
		if at >= from && at <= to {
			either++
		}
	}
	return float64(both+1) / float64(max(both, either-both)+1) // as if one had been agreed on before
}

// part is 1 where there is nothing of a fault, 0.5 at its limit, 0.8 at half of that.
func part(fault, limit float64) float64 {
	x := fault / limit
	return 1 / (1 + x*x)
}

// grade is that of a beat of these odds, with what would lower them, while bar is asked of it.
func (s *signal) grade(odds float64, why Cause, bar float64) Grade {
	rest := s.limit(Grade{odds / (odds + evens), why})
	if bar <= 1 {
		return rest
	}
	g := s.limit(Grade{odds / (odds + bar*evens), why})
	if g.Quality < Good {
		g.Why = rest.Why | Movement
	}
	return g
}

// limit lowers a quality to what the signal allows, and says why it is not good.
func (s *signal) limit(g Grade) Grade {
	hiss, drift, cut := part(s.hiss, hissLimit), part(s.drift, driftLimit), part(s.cut, cutLimit)
	g.Quality = min(g.Quality, hiss, drift, cut, part(1-s.agree, disagree))
	if s.flat {
		g.Quality = min(g.Quality, unsure)
	}
	if g.Quality >= Good {
		return Grade{Quality: g.Quality}
	}
	noisy := s.clear < evens || g.Why.Has(Noise)
	g.Why &^= Disagreement | Noise
	if s.flat {
		g.Why |= s.stood()
	}
	if cut < Good {
		g.Why |= Rail
	}
	// A baseline fast enough reaches into the QRS band, and a beat cut off stands out less: not noise's fault.
	if s.hiss > hissTold || noisy && drift >= Good && cut >= Good {
		g.Why |= Noise
	}
	if s.drift > driftTold {
		g.Why |= Baseline
	}
	if g.Why == 0 {
		g.Why = Disagreement
	}
	return g
}

// stood is the cause of a signal that stands still.
func (s *signal) stood() Cause {
	if s.end {
		return Rail
	}
	return Flat
}

// kept are the marks held, in no order.
func (m *marks) kept() []float64 { return m.at[:min(m.n, marksKept)] }

// recent are the grades of the newest beats.
type recent struct {
	at [8]float64
	of [8]Grade
	n  int
}

func (r *recent) add(at float64, g Grade) {
	r.at[r.n%len(r.at)], r.of[r.n%len(r.at)] = at, g
	r.n++
}

const recentSeconds = 2

// grade is the mean of the beats of the last seconds, at least of the newest one.
func (r *recent) grade(now, rate float64) Grade {
	var g Grade
	n := 0.0
	for i := r.n - 1; i >= max(0, r.n-len(r.at)); i-- {
		k := i % len(r.at)
		if n > 0 && r.at[k] < now-recentSeconds*rate {
			break
		}
		g.Quality += r.of[k].Quality
		g.Why |= r.of[k].Why
		n++
	}
	if n == 0 {
		return g
	}
	g.Quality /= n
	return Grade{math.Min(1, g.Quality), g.Why}
}
