package call

import (
	"slices"
	"time"

	"hearth/shared/care"
	"hearth/wasm/rtc"
)

// Word is how a connection is, in words the catalogues have under "call.quality."+number: 1 poor, 2 fair, 3 good, 4 very
// good; 0 is not known yet.
type Word int

// The words.
const (
	Unheard Word = iota
	Poor
	Fair
	Good
	VeryGood
)

// Judge puts loss (0 to 1), jitter and round trip into a word. It is the E-model of ITU-T G.107 (06/2015) cut down to what a
// browser measures: from a rating of 93.2 the delay takes a little below 160 ms and more beyond, where the buffer that evens
// out jitter counts as delay, and each per cent lost takes 2.5. Annex B gives the limits between the words.
func Judge(loss float64, jitter, roundTrip time.Duration) Word {
	delay := float64(roundTrip/2+2*jitter)/float64(time.Millisecond) + 10
	rating := 93.2 - 2.5*100*loss
	if delay < 160 {
		rating -= delay / 40
	} else {
		rating -= (delay - 120) / 10
	}
	switch {
	case rating >= 80:
		return VeryGood
	case rating >= 70:
		return Good
	case rating >= 50:
		return Fair
	}
	return Poor
}

// sample is one second of a connection as a word is made of it.
type sample struct {
	loss              float64
	jitter, roundTrip time.Duration
}

// read takes the worse of both directions: a talk is as good as its worse half.
func read(s rtc.Stats) sample {
	audio := s.Line(rtc.LineAudio)
	camera := s.Line(rtc.LineCamera)
	trip := s.RoundTrip
	if trip == 0 {
		trip = audio.Out.RoundTrip
	}
	return sample{
		loss:      max(audio.In.Loss, audio.Out.Loss, camera.In.Loss, camera.Out.Loss),
		jitter:    max(audio.In.Jitter, audio.Out.Jitter),
		roundTrip: trip,
	}
}

// gauge makes a calm word of the last seconds: it gets worse within three of them and better after five.
type gauge struct {
	last []sample
	word Word
	want Word
	runs int
}

const gaugeSpan = 5 // seconds

func (g *gauge) add(s sample) Word {
	if g.last = append(g.last, s); len(g.last) > gaugeSpan {
		g.last = g.last[1:]
	}
	var mean sample
	for _, x := range g.last {
		mean.loss += x.loss / float64(len(g.last))
		mean.jitter += x.jitter / time.Duration(len(g.last))
		mean.roundTrip += x.roundTrip / time.Duration(len(g.last))
	}
	word := Judge(mean.loss, mean.jitter, mean.roundTrip)
	if word != g.want {
		g.want, g.runs = word, 0
	}
	g.runs++
	if g.word == Unheard || word < g.word && g.runs >= 3 || word > g.word && g.runs >= gaugeSpan {
		g.word = word
	}
	return g.word
}

// Minute is what this page noticed in one minute of the call, for the visit's report. Seconds in which nobody was connected
// count for nothing.
type Minute struct {
	At        int64         // minutes since 1970, house clock
	Seconds   int           // in the call with somebody
	Word      Word          // the most frequent of its seconds, of two the worse; of several connections the worst
	Sound     int           // seconds in which somebody's sound arrived, or nobody meant to be heard
	Picture   int           // seconds in which somebody's picture arrived
	Thin      int           // seconds in which our picture was paused for want of a line
	Loss      float64       // mean, 0 to 1
	Jitter    time.Duration // mean
	RoundTrip time.Duration // mean
	Kbps      int           // mean, upwards, to all
	Breaks    int           // how often a connection broke
	Way       rtc.Way       // in use last; the worst of several
}

// minutes gathers seconds into minutes of the house's clock.
type minutes struct {
	now   Minute
	words [VeryGood + 1]int
	sum   sample
	kbps  int
}

// second is what one second adds.
type second struct {
	at             care.Stamp
	word           Word
	sample         sample
	sound, picture bool
	thin           bool
	kbps           int
	way            rtc.Way
}

// add takes a second, and returns the minute before when it was of another.
func (m *minutes) add(s second) (done Minute, ok bool) {
	at := int64(s.at) / time.Minute.Microseconds()
	if m.now.At != at {
		done, ok = m.flush()
		m.now.At = at
	}
	if m.now.Seconds == 60 { // our ticks are a little early now and then
		return done, ok
	}
	m.now.Seconds++
	m.words[s.word]++
	m.sum.loss += s.sample.loss
	m.sum.jitter += s.sample.jitter
	m.sum.roundTrip += s.sample.roundTrip
	m.kbps += s.kbps
	count := func(n *int, is bool) {
		if is {
			*n++
		}
	}
	count(&m.now.Sound, s.sound)
	count(&m.now.Picture, s.picture)
	count(&m.now.Thin, s.thin)
	m.now.Way = s.way
	return done, ok
}

func (m *minutes) broke() { m.now.Breaks++ }

// flush ends the minute that is being gathered; false when there is nothing in it.
func (m *minutes) flush() (Minute, bool) {
	done, n := m.now, m.now.Seconds
	if n > 0 {
		done.Loss = m.sum.loss / float64(n)
		done.Jitter = m.sum.jitter / time.Duration(n)
		done.RoundTrip = m.sum.roundTrip / time.Duration(n)
		done.Kbps = m.kbps / n
		for w := VeryGood; w >= Unheard; w-- {
			if m.words[w] > 0 && (done.Word == Unheard || m.words[w] >= m.words[done.Word]) && (w > Unheard || done.Word == Unheard) {
				done.Word = w
			}
		}
	}
	*m = minutes{}
	return done, n > 0
}

// ways is how good a way is, the best first.
var ways = []rtc.Way{rtc.WayUnknown, rtc.WayDirect, rtc.WayRelayUDP, rtc.WayRelayTCP, rtc.WayRelayTLS}

// note takes a second of the whole call into its minute.
func (c *Call) note(now time.Time) {
	s := second{at: c.k.view.Clock.House(now), word: VeryGood + 1}
	heard, meant := false, false
	for _, p := range c.k.pairs {
		if !p.sat || p.view.State != rtc.StateConnected || c.own(p) { // with oneself nobody is in a call
			continue
		}
		one := read(p.stats)
		s.sample = sample{max(s.sample.loss, one.loss), max(s.sample.jitter, one.jitter), max(s.sample.roundTrip, one.roundTrip)}
		s.word = min(s.word, p.said(now))
		heard, meant = heard || p.stats.Line(rtc.LineAudio).In.Kbps > 0, meant || c.speaks(p)
		s.picture = s.picture || p.stats.Line(rtc.LineCamera).In.Kbps > 0 || p.stats.Line(rtc.LineScreen).In.Kbps > 0
		s.thin = s.thin || p.paused()
		for _, l := range p.stats.Lines {
			s.kbps += l.Out.Kbps
		}
		if slices.Index(ways, p.view.Way) > slices.Index(ways, s.way) {
			s.way = p.view.Way
		}
	}
	if s.word > VeryGood {
		return // nobody is connected
	}
	s.sound = heard || !meant // whoever muted themselves is no bad line
	if m, ok := c.k.minutes.add(s); ok {
		c.minute(m)
	}
}

// minute hands a minute over for the visit's report.
func (c *Call) minute(m Minute) {
	if c.o.OnMinute != nil {
		c.o.OnMinute(m)
	}
}
