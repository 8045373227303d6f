package telemetry

import "errors"

// Sender numbers the frames of one sensor's channel and keeps its books, so that the receiver can prove what was lost.
// There is one per sensor and receiving page. It is pure and not safe for several goroutines.
type Sender struct {
	key  string
	seq  uint32
	sent int64
	held int64
	buf  []byte
}

// NewSender begins the books of a channel.
func NewSender(key string) *Sender { return &Sender{key: key} }

// Samples puts a run on its way, in several frames when one would be too long; it sets Sent itself. put hands a frame
// over (rtc.Peer.Send) and says whether it could: what it refuses is counted as held, takes no sequence number and is
// seen by the receiver as a hole in the sample indices. The error wraps ErrFrame: the run says what no frame may say,
// and counts as held.
func (s *Sender) Samples(run Samples, put func(frame []byte) bool) error {
	run.Sent = s.sent
	err := s.Frame(Frame{Kind: KindSamples, Samples: &run}, func(b []byte) bool {
		ok := put(b)
		if ok {
			s.sent += int64(run.Count())
		} else {
			s.held += int64(run.Count())
		}
		return ok
	})
	n := run.Count()
	if !errors.Is(err, ErrTooLong) || n < 2 {
		if err != nil {
			s.held += int64(n)
		}
		return err
	}
	first, rest := run, run
	cut := n / 2 * run.Channels
	first.Values, rest.Values = run.Values[:cut], run.Values[cut:]
	rest.First += int64(n / 2)
	rest.Start = run.At(n / 2)
	return errors.Join(s.Samples(first, put), s.Samples(rest, put))
}

// Frame numbers a frame of beats, a trend or a gap and puts it on its way. What put refuses is dropped: the next frame
// of beats repeats them, the next trend replaces it.
func (s *Sender) Frame(f Frame, put func(frame []byte) bool) error {
	f.Seq = s.seq
	var err error
	if s.buf, err = f.Append(s.buf[:0]); err != nil {
		return err
	}
	if put(s.buf) {
		s.seq++
	}
	return nil
}

// Tally is what to tell the receiver once a second or two; decoded is the count of instants the device gave. Who knows more
// about them sets it.
func (s *Sender) Tally(decoded int64) Tally {
	return Tally{Key: s.key, Decoded: decoded, Sent: s.sent, Held: s.held, Frames: s.seq}
}

// Count is how many instants went out and how many were held back.
func (s *Sender) Count() (sent, held int64) { return s.sent, s.held }
