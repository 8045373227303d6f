package aggregator

import "hearth/shared/telemetry"

// line is the way of one stream to one receiver: it numbers the frames and keeps the account by which the receiver
// proves that nothing went missing unsaid. Offered = sent + held.
type line struct {
	sender  *telemetry.Sender
	offered int64
}

func newLine(key string) *line { return &line{sender: telemetry.NewSender(key)} }

// offer hands frames over; put says of each whether it could go.
func (l *line) offer(frames []telemetry.Frame, put func([]byte) bool) {
	for _, f := range frames {
		if f.Samples == nil {
			_ = l.sender.Frame(f, put) // what cannot be said in a frame is not said; samples are never lost that way
			continue
		}
		l.offered += int64(f.Samples.Count())
		_ = l.sender.Samples(*f.Samples, put) // refused samples are counted as held
	}
}

func (l *line) tally() telemetry.Tally { return l.sender.Tally(l.offered) }
