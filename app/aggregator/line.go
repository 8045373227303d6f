package aggregator

import (
	"hearth/shared/measure"
	"hearth/shared/telemetry"
)

// line is the way of one stream to one receiver: it numbers the frames and keeps the account by which the receiver
// proves that nothing went missing unsaid. What the device's decoder counted and what was sent are counted apart, so that
// whatever gets lost between the two is seen.
type line struct {
	sender *telemetry.Sender
	stream *measure.Stream // nil while the receiver may not have it
	since  measure.Count   // what the decoder had counted when the stream was opened, less what it had counted open before
	told   telemetry.Tally
	same   int // how often it was told; 0 also when nobody knows whether it came
	passed int // how often it was not, since
}

// An account that stays the same is told twice, and then every tenth time: those of streams nobody wears would else be a good part
// of what goes over a thin line.
const (
	enough = 2
	seldom = 10
)

func newLine(key string) *line { return &line{sender: telemetry.NewSender(key)} }

// handed is what a stream has counted of the samples that left it. Those still waiting go to whoever is there then.
func handed(st *measure.Stream) measure.Count {
	c := st.Count()
	c.Decoded -= st.Waiting()
	return c
}

// open begins to count with the next frame of st, or goes on where it had stopped.
func (l *line) open(st *measure.Stream) {
	if l.stream == st {
		return
	}
	l.shut()
	l.stream, l.since = st, handed(st).Minus(l.since)
}

// shut stops counting; since then holds what was counted until now.
func (l *line) shut() {
	if l.stream != nil {
		l.since = handed(l.stream).Minus(l.since)
		l.stream = nil
	}
}

// offer hands frames over; put says of each whether it could go.
func (l *line) offer(frames []telemetry.Frame, put func([]byte) bool) {
	for _, f := range frames {
		if f.Samples == nil {
			_ = l.sender.Frame(f, put) // what cannot be said in a frame is not said; samples are never lost that way
			continue
		}
		_ = l.sender.Samples(*f.Samples, put) // refused samples are counted as held
	}
}

// tally is the account of a line that is open.
func (l *line) tally() telemetry.Tally {
	c := l.stream.Count().Minus(l.since)
	t := l.sender.Tally(c.Decoded)
	t.Lost, t.Twice, t.Late, t.Refused, t.Filled, t.Waiting = c.Lost, c.Twice, c.Late, c.Refused, c.Filled, l.stream.Waiting()
	return t
}

// account tells the tally unless it is known there; put says whether it could be told.
func (l *line) account(put func(telemetry.Tally) bool) {
	t := l.tally()
	if t != l.told {
		l.same = 0
	}
	if l.passed++; l.same >= enough && l.passed < seldom {
		return
	}
	if put(t) {
		l.told, l.same, l.passed = t, l.same+1, 0
	}
}
