package call

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"hearth/shared/fault"
	"hearth/wasm/rtc"
)

// tube is one end of a channel through which a test looks.
type tube struct {
	mu     sync.Mutex
	other  *tube
	hear   rtc.Listener
	queue  chan []byte
	closed bool
	spoil  func([]byte) []byte
	wait   atomic.Int64
	asked  atomic.Int64 // how often somebody looked whether there is room
}

func newTube(t *testing.T) (a, b *tube) {
	a, b = &tube{queue: make(chan []byte, 1<<16)}, &tube{queue: make(chan []byte, 1<<16)}
	a.other, b.other = b, a
	var done sync.WaitGroup
	for _, x := range []*tube{a, b} {
		done.Go(func() {
			for m := range x.queue {
				x.mu.Lock()
				hear := x.hear
				x.mu.Unlock()
				if hear.Message != nil {
					hear.Message(m)
				}
			}
		})
	}
	t.Cleanup(func() { a.Close(); b.Close(); done.Wait() })
	return a, b
}

func (x *tube) Label() string { return FilesLabel }
func (x *tube) Listen(l rtc.Listener) {
	x.mu.Lock()
	x.hear = l
	x.mu.Unlock()
	l.Open()
}
func (x *tube) Send(b []byte, _ bool) error {
	if x.spoil != nil {
		b = x.spoil(bytes.Clone(b))
	}
	x.other.mu.Lock()
	defer x.other.mu.Unlock()
	if x.other.closed {
		return errors.New("closed")
	}
	x.other.queue <- bytes.Clone(b)
	return nil
}
func (x *tube) Buffered() int { x.asked.Add(1); return int(x.wait.Load()) }
func (x *tube) Close() error {
	x.mu.Lock()
	was, hear := x.closed, x.hear
	if !was {
		close(x.queue)
	}
	x.closed = true
	x.mu.Unlock()
	if !was && hear.Close != nil {
		hear.Close()
	}
	return nil
}

func newFiles(t *testing.T) (a, b *files, offers chan *Incoming, ends [2]*tube) {
	offers = make(chan *Incoming, 10)
	a, b = &files{}, &files{onOffer: func(i *Incoming) { offers <- i }}
	x, y := newTube(t)
	a.pace = pace{rate: 1 << 40} // a line without end
	a.attach(x)
	b.attach(y)
	return a, b, offers, [2]*tube{x, y}
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

func TestAFileArrivesWhole(t *testing.T) {
	a, _, offers, _ := newFiles(t)
	for _, size := range []int{1, MaxPiece - pieceHead, MaxPiece, 300_000} {
		want := random(size)
		sent := make(chan error, 1)
		var told int64
		go func() {
			sent <- a.send(t.Context(), Bytes("plan «Übung».pdf", "application/pdf", want), func(n int64) { told = n })
		}()
		i := <-offers
		if i.Name != "plan «Übung».pdf" || i.Type != "application/pdf" || i.Size != int64(size) {
			t.Errorf("offered %+v", i.FileInfo)
		}
		got, err := i.Receive(t.Context(), nil)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("got %d bytes, %v", len(got), err)
		}
		if err := <-sent; err != nil || told != int64(size) {
			t.Errorf("sent %d: %v", told, err)
		}
		if _, err := i.Receive(t.Context(), nil); err == nil {
			t.Error("received twice")
		}
	}
}

func TestAFileThatDoesNotArrive(t *testing.T) {
	for name, c := range map[string]struct {
		take func(t *testing.T, i *Incoming, ends [2]*tube, stop func()) error
		want string
		got  string
	}{
		"refused": {func(t *testing.T, i *Incoming, _ [2]*tube, _ func()) error {
			i.Refuse()
			i.Refuse()
			_, err := i.Receive(t.Context(), nil)
			return err
		}, "call.file-refused", "call.file-cut"},
		"spoiled on the way": {func(t *testing.T, i *Incoming, ends [2]*tube, _ func()) error {
			ends[0].spoil = func(b []byte) []byte {
				if b[0] == 0 {
					b[len(b)-1] ^= 1
				}
				return b
			}
			_, err := i.Receive(t.Context(), nil)
			return err
		}, "call.file-spoiled", "call.file-spoiled"},
		"cut off": {func(t *testing.T, i *Incoming, ends [2]*tube, _ func()) error {
			ends[0].Close()
			ends[1].Close()
			_, err := i.Receive(t.Context(), nil)
			return err
		}, "call.file-cut", "call.file-cut"},
		"withdrawn": {func(t *testing.T, i *Incoming, _ [2]*tube, stop func()) error {
			gone := make(chan struct{})
			i.Gone(func() { close(gone) })
			stop()
			<-gone
			_, err := i.Receive(t.Context(), nil)
			return err
		}, "", "call.file-cut"},
		"held by a full line": {func(t *testing.T, i *Incoming, ends [2]*tube, stop func()) error {
			ends[0].wait.Store(fileHigh)
			var waits sync.WaitGroup
			waits.Go(func() {
				until(t, "who sends waits for room", func() bool { return ends[0].asked.Load() > 0 })
				stop()
			})
			_, err := i.Receive(t.Context(), nil)
			waits.Wait()
			return err
		}, "", "call.file-withdrawn"},
		"given up by who receives": {func(t *testing.T, i *Incoming, ends [2]*tube, _ func()) error {
			ctx, cancel := context.WithCancel(t.Context())
			ends[0].wait.Store(fileHigh)
			go cancel()
			_, err := i.Receive(ctx, nil)
			ends[0].wait.Store(0)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			return errCut
		}, "call.file-refused", "call.file-cut"},
	} {
		t.Run(name, func(t *testing.T) {
			a, b, offers, ends := newFiles(t)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			sent := make(chan error, 1)
			go func() { sent <- a.send(ctx, Bytes("a.bin", "", random(100_000)), nil) }()
			got := c.take(t, <-offers, ends, stop)
			err := <-sent
			if c.want == "" && !errors.Is(err, context.Canceled) || c.want != "" && fault.Of(err).Code != c.want {
				t.Errorf("who sends hears %v", err)
			}
			if fault.Of(got).Code != c.got {
				t.Errorf("who receives hears %v", got)
			}
			b.mu.Lock()
			defer b.mu.Unlock()
			if len(b.in) != 0 {
				t.Errorf("%d are kept", len(b.in))
			}
		})
	}
}

func TestUnfitFilesAreNotOffered(t *testing.T) {
	a, b, offers, ends := newFiles(t)
	for name, f := range map[string]FileInfo{
		"nameless": {Name: "", Size: 1}, "a way": {Name: "../a", Size: 1}, "a drive": {Name: `c:\a`, Size: 1}, "turned": {Name: "a\u202efdp.exe", Size: 1},
		"long": {Name: strings.Repeat("n", 121), Size: 1}, "empty": {Name: "a"}, "huge": {Name: "a", Size: MaxFile + 1}, "typed": {Name: "a", Size: 1, Type: "x y"},
	} {
		if err := a.send(t.Context(), File{FileInfo: f}, nil); fault.Of(err).Code != "call.file-unfit" {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.hear(piece(9, []byte("of nothing")))
	ends[0].Send([]byte(`{"no":1,"offer":{"name":"a","size":5}}`), true)
	i := <-offers
	b.hear(piece(1, []byte("unasked"))) // before it was accepted
	if _, err := i.Receive(t.Context(), nil); err == nil {
		t.Error("a file was taken that began unasked")
	}
	ends[0].Send([]byte(`{"no":2,"offer":{"name":"a","size":5}}`), true)
	i = <-offers
	accepted, busy := make(chan struct{}), make(chan struct{}, 10)
	ends[1].spoil = func(m []byte) []byte {
		switch {
		case bytes.Contains(m, []byte("accept")):
			close(accepted)
		case bytes.Contains(m, []byte(becauseBusy)):
			busy <- struct{}{}
		}
		return m
	}
	go func() { <-accepted; b.hear(piece(2, []byte("more than was said"))) }()
	if _, err := i.Receive(t.Context(), nil); err == nil {
		t.Error("more was taken than was offered")
	}
	for no := range mostOffers + 2 {
		ends[0].Send([]byte(`{"no":`+string(rune('3'+no))+`,"offer":{"name":"a","size":5}}`), true)
	}
	for range mostOffers {
		<-offers
	}
	<-busy
	<-busy
	if len(offers) > 0 {
		t.Error("more offers than may wait")
	}
}

func FuzzDecodeWord(f *testing.F) {
	for _, s := range []string{`{"report":{"sent":1,"got":2,"gaps":3}}`, `{"safety":{"bind":"00"}}`, `{"safety":{"show":"ff"}}`, `{"report":{"sent":-1}}`, `{}`, `{"report":{},"safety":{}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		w, err := decodeWord(b)
		if err != nil {
			return
		}
		if (w.Report == nil) == (w.Safety == nil) {
			t.Fatalf("%s is %+v", b, w)
		}
		if w.Safety != nil {
			for _, offerer := range []bool{true, false} {
				_, _ = newPledge(offerer).hear(*w.Safety)
			}
		}
	})
}

func FuzzFiles(f *testing.F) {
	for _, s := range []string{`{"no":1,"offer":{"name":"a","type":"text/plain","size":3}}`, "\x00\x00\x00\x00\x01abc", `{"no":1,"done":"` + strings.Repeat("0", 64) + `"}`, `{"no":1,"stop":true}`, `{"no":1,"got":true}`, `{"no":1,"refuse":"busy"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		x := &files{onOffer: func(i *Incoming) {
			if err := i.Validate(); err != nil {
				t.Fatalf("offered %+v", i.FileInfo)
			}
		}}
		x.hear([]byte(`{"no":1,"offer":{"name":"a","size":3}}`))
		x.hear(b)
		x.hear(b)
	})
}
