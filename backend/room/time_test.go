package room

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/access"
	"hearth/shared/live"
)

// pipes is a network inside a bubble of synthetic time.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }
func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// inTime runs f with a house whose clock, network and pages live in synthetic time.
func inTime(t *testing.T, f func(*testing.T, *house)) {
	synctest.Test(t, func(t *testing.T) {
		c := newClinic()
		hub, err := Open(Config{House: c, Origins: []string{home}, Build: "b1"})
		if err != nil {
			t.Fatal(err)
		}
		p := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
		h := &house{Hub: hub, clinic: c, url: "ws://hearth.test", dial: p.dial}
		server := &http.Server{Handler: h}
		served := make(chan struct{})
		go func() { defer close(served); server.Serve(p) }()
		f(t, h)
		hub.Close()
		server.Close()
		<-served
	})
}

// reads keeps a page reading, as a browser does, and passes on what comes.
func reads(v *visitor) <-chan live.FromHouse {
	ch := make(chan live.FromHouse, 1000)
	go func() {
		defer close(ch)
		for {
			v.ws.SetReadDeadline(time.Time{})
			_, text, err := v.ws.ReadMessage()
			if err != nil {
				return
			}
			if m, err := live.DecodeHouse(text); err == nil {
				ch <- m
			}
		}
	}()
	return ch
}

// waits returns how long it takes until a message is the one, or the socket ends.
func waits(ch <-chan live.FromHouse, is func(live.FromHouse) bool) (after time.Duration, m live.FromHouse) {
	from := time.Now()
	for m := range ch {
		if is(m) {
			return time.Since(from), m
		}
	}
	return time.Since(from), live.FromHouse{}
}

func never(live.FromHouse) bool { return false }

func TestASocketWithoutHelloEndsAfterFiveSeconds(t *testing.T) {
	inTime(t, func(t *testing.T, h *house) {
		after, _ := waits(reads(h.connect(t, h.clinic.patient(1))), never)
		if after < helloWithin || after > helloWithin+2*farewell {
			t.Errorf("ended after %v", after)
		}
	})
}

func TestAPageThatAnswersPingsStays(t *testing.T) {
	inTime(t, func(t *testing.T, h *house) {
		v := h.MustVisit(t, h.clinic.patient(1), live.Patient)
		ch := reads(v)
		time.Sleep(time.Hour)
		synctest.Wait()
		wants(t, "pages", h.Pages(), 1)
		v.ws.Close()
		waits(ch, never)
	})
}

func TestSilenceEndsASocketThenThirtySecondsEndTheMember(t *testing.T) {
	inTime(t, func(t *testing.T, h *house) {
		room := live.PatientRoom("p1")
		h.clinic.assign("p1", "therapist1", access.ECG)
		therapist := h.MustVisit(t, h.clinic.therapist(1), live.Therapist)
		ch := reads(therapist)
		dead := h.MustVisit(t, h.clinic.patient(1), live.Aggregator)
		dead.ws.SetPingHandler(func(string) error { return nil }) // reads, and never answers
		quiet := reads(dead)
		waits(ch, func(m live.FromHouse) bool {
			return m.Change != nil && m.Change.Member != nil && m.Change.Member.ID == dead.member
		})
		ask := live.Command{ID: "ask", Room: room, Ask: &live.Ask{From: dead.member, Signals: []access.Signal{access.ECG}}}
		therapist.say(live.FromPage{Command: &ask})
		_, reply := waits(ch, func(m live.FromHouse) bool { return m.Reply != nil })

		after, _ := waits(ch, func(m live.FromHouse) bool {
			return m.Change != nil && m.Change.Member != nil && m.Change.Member.State == live.Reconnecting
		})
		if after < silence-time.Second || after > silence+2*farewell {
			t.Errorf("reconnecting after %v of silence", after)
		}
		after, _ = waits(ch, endedAs(reply.Reply.Share, "aggregator-gone"))
		if after != grace {
			t.Errorf("the share ended after %v", after)
		}
		after, m := waits(ch, func(m live.FromHouse) bool { return m.Change != nil && m.Change.Left != nil })
		wants(t, "lost", m.Change.Left.Reason, "lost")
		wants(t, "at once with the share", after, 0)
		waits(quiet, never)
		therapist.ws.Close()
		waits(ch, never)
	})
}

func TestAnEndedSessionIsNoticedWithinAMinute(t *testing.T) {
	inTime(t, func(t *testing.T, h *house) {
		ch := reads(h.MustVisit(t, h.clinic.therapist(1), live.Therapist))
		h.clinic.mu.Lock()
		h.clinic.out["therapist1"] = true
		h.clinic.mu.Unlock()
		after, m := waits(ch, func(m live.FromHouse) bool { return m.Refused != nil })
		if m.Refused == nil || m.Refused.Code != live.CodeSignedOut || after > askAgain+time.Second {
			t.Errorf("got %+v after %v", m, after)
		}
		waits(ch, never)
	})
}

func TestARoomEndsWhenItHasBeenEmptyForAWhile(t *testing.T) {
	inTime(t, func(t *testing.T, h *house) {
		rooms := func() int {
			h.mu.Lock()
			defer h.mu.Unlock()
			return len(h.rooms)
		}
		first := h.MustVisit(t, h.clinic.patient(1), live.Patient)
		first.entered(live.PatientRoom("p1"))
		epoch := first.views[live.PatientRoom("p1")].Epoch
		first.ws.NetConn().Close()
		time.Sleep(grace + linger - 5*time.Second)
		synctest.Wait()
		wants(t, "rooms before", rooms(), 1)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		wants(t, "rooms after", rooms(), 0)
		second := h.MustVisit(t, h.clinic.patient(1), live.Patient)
		second.entered(live.PatientRoom("p1"))
		if second.views[live.PatientRoom("p1")].Epoch == epoch {
			t.Error("a new room continues an old count")
		}
		second.ws.Close()
	})
}

func TestAPageThatStopsReadingIsLetGo(t *testing.T) {
	inTime(t, func(t *testing.T, h *house) {
		v := h.MustVisit(t, h.clinic.patient(1), live.Patient)
		time.Sleep(time.Minute) // a pipe holds nothing: the first ping is never taken
		synctest.Wait()
		wants(t, "pages", h.Pages(), 0)
		v.ws.NetConn().Close()
	})
}

func TestAHouseWithoutItsDatabaseKeepsWhomItHas(t *testing.T) {
	inTime(t, func(t *testing.T, h *house) {
		ch := reads(h.MustVisit(t, h.clinic.patient(1), live.Patient))
		h.clinic.breaks(context.DeadlineExceeded)
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		wants(t, "pages", h.Pages(), 1)
		late := h.connect(t, h.clinic.patient(1))
		late.say(live.FromPage{Hello: &live.Hello{Protocol: live.Protocol, Member: late.member, Portal: live.Patient}})
		_, m := waits(reads(late), func(m live.FromHouse) bool { return m.Refused != nil })
		if m.Refused == nil || m.Refused.Code != live.CodeNotNow || m.Refused.Final {
			t.Errorf("a page that came late got %+v", m)
		}
		h.Recheck(t.Context(), "p1", "patient1") // something did change, and nobody can tell what
		waits(ch, never)
	})
}
