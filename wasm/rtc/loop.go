package rtc

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"hearth/shared/live"
)

// rounds is how often Loop sends its message: the first through a new way may take longer than all others.
const rounds = 3

var (
	errLoop  = errors.New("rtc: the way between two connections of this page broke")
	errNoWay = errors.New("rtc: no way was found")
)

// Loop connects two connections of this page with each other and sends a message there and back. It tells the shortest of
// a few times that took. With a Maker of OpenRelayed and one server it proves that way to the relay: each message goes to
// the relay and back twice.
func Loop(ctx context.Context, m Maker, servers []live.ICEServer) (time.Duration, error) {
	l := loop{found: make(chan candidate, 64), opened: make(chan struct{}, 1), heard: make(chan struct{}, 1), broke: make(chan struct{}, 1)}
	defer l.close()
	for i := range l.ends {
		end, err := m.Make(servers, Handler{
			Candidate: func(raw json.RawMessage) { offer(l.found, candidate{1 - i, raw}) },
			End:       func() { offer(l.found, candidate{1 - i, nil}) },
			State: func(s ConnState) {
				if s == Failed {
					offer(l.broke, struct{}{})
				}
			},
			Channel: func(c Channel) {
				c.Listen(Listener{Open: func() {}, Close: func() {}, Message: func(b []byte) { _ = c.Send(b, false) }})
			},
		})
		if err != nil {
			return 0, err
		}
		l.ends[i] = end
	}
	c, err := l.ends[0].Open("loop", ChannelOptions{})
	if err != nil {
		return 0, err
	}
	c.Listen(Listener{Open: func() { offer(l.opened, struct{}{}) }, Message: func([]byte) { offer(l.heard, struct{}{}) }, Close: func() {}})
	if err := l.meet(ctx); err != nil {
		return 0, err
	}
	return l.run(ctx, c)
}

type loop struct {
	ends                 [2]Conn
	found                chan candidate
	opened, heard, broke chan struct{}
}

// candidate is for one of the two ends; without raw there will be no more for it.
type candidate struct {
	to  int
	raw json.RawMessage
}

// offer puts in without waiting: callbacks must not.
func offer[T any](c chan T, v T) {
	select {
	case c <- v:
	default:
	}
}

func (l *loop) close() {
	for _, end := range l.ends {
		if end != nil {
			_ = end.Close()
		}
	}
}

// meet lets the two describe themselves to each other.
func (l *loop) meet(ctx context.Context) error {
	d, err := l.ends[0].Offer(ctx, false)
	if err == nil {
		d, err = l.ends[1].Accept(ctx, d)
	}
	if err == nil {
		_, err = l.ends[0].Accept(ctx, d)
	}
	return err
}

func (l *loop) run(ctx context.Context, c Channel) (best time.Duration, err error) {
	var began time.Time
	var any [2]bool
	say := func() error { began = time.Now(); return c.Send([]byte{0}, false) }
	for n := 0; n < rounds && err == nil; {
		select {
		case found := <-l.found:
			if found.raw == nil {
				if !any[found.to] {
					err = errNoWay
				}
				continue
			}
			any[found.to] = true
			_ = l.ends[found.to].Candidate(ctx, found.raw) // one that is of no use; others may be
		case <-l.opened:
			err = say()
		case <-l.heard:
			if took := time.Since(began); n == 0 || took < best {
				best = took
			}
			if n++; n < rounds {
				err = say()
			}
		case <-l.broke:
			err = errLoop
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	return best, err
}
