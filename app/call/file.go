package call

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sync"
	"time"

	"hearth/shared/fault"
	"hearth/wasm/rtc"
)

// File is something to send. Read returns up to n bytes from an offset, and less only at the end.
type File struct {
	FileInfo
	Read func(ctx context.Context, at int64, n int) ([]byte, error)
}

// Bytes makes a File of bytes at hand.
func Bytes(name, kind string, b []byte) File {
	return File{FileInfo{name, kind, int64(len(b))}, func(_ context.Context, at int64, n int) ([]byte, error) {
		return b[at:min(at+int64(n), int64(len(b)))], nil
	}}
}

// Why a file did not arrive; the catalogues have the words.
var (
	errRefused  = fault.New(fault.Conflict, "call.file-refused", nil)
	errCut      = fault.New(fault.Unavailable, "call.file-cut", nil)
	errSpoiled  = fault.New(fault.Internal, "call.file-spoiled", nil)
	errUnfit    = fault.New(fault.Invalid, "call.file-unfit", nil)
	errTooMany  = fault.New(fault.TooMany, "call.file-busy", nil)
	errWithdrew = fault.New(fault.Gone, "call.file-withdrawn", nil)
)

// The reasons of slip.Refuse.
const (
	becauseRefused = "refused"
	becauseCut     = "cut"
	becauseSpoiled = "spoiled"
	becauseBusy    = "busy"
)

const (
	fileHigh   = 64 << 10              // bytes waiting in the channel: no more is put in
	fileBreath = 10 * time.Millisecond // until it is looked at again
	mostOffers = 3                     // of the other page, waiting for an answer
)

// files carries files over one pair's channel, one at a time in each direction. The bytes pass through memory: a file is at
// most MaxFile.
type files struct {
	onOffer func(*Incoming)

	mu   sync.Mutex // guards what follows
	ch   rtc.Channel
	open bool
	last uint32
	out  *outgoing
	in   map[uint32]*Incoming
	pace pace
}

// outgoing is the file being sent.
type outgoing struct {
	no    uint32
	heard chan slip // room for all that can come
}

// attach takes a new connection's channel. What was under way on the old one is cut.
func (f *files) attach(ch rtc.Channel) {
	f.cut()
	f.mu.Lock()
	f.ch, f.open = ch, false
	f.mu.Unlock()
	ch.Listen(rtc.Listener{
		Open: func() {
			f.mu.Lock()
			f.open = f.ch == ch
			f.mu.Unlock()
		},
		Message: f.hear,
		Close: func() {
			f.mu.Lock()
			mine := f.ch == ch
			f.mu.Unlock()
			if mine {
				f.cut()
			}
		},
	})
}

// cut ends everything under way.
func (f *files) cut() {
	f.mu.Lock()
	out, in := f.out, f.in
	f.ch, f.open, f.out, f.in = nil, false, nil, nil
	f.mu.Unlock()
	if out != nil {
		out.tell(slip{No: out.no, Refuse: becauseCut})
	}
	for _, i := range in {
		i.end(errCut)
	}
}

func (o *outgoing) tell(s slip) {
	select {
	case o.heard <- s:
	default: // more answers than questions
	}
}

// hear takes a message of the other page.
func (f *files) hear(b []byte) {
	if no, part, ok := decodePiece(b); ok {
		f.mu.Lock()
		i := f.in[no]
		f.mu.Unlock()
		if i != nil {
			i.take(part)
		}
		return
	}
	s, err := decodeSlip(b)
	switch {
	case err != nil:
	case s.Offer != nil:
		f.offered(s)
	case s.Done != "":
		if i := f.drop(s.No); i != nil {
			f.say(i.close(s.Done))
		}
	case s.Stop:
		if i := f.drop(s.No); i != nil {
			i.end(errWithdrew)
		}
	default:
		f.mu.Lock()
		out := f.out
		f.mu.Unlock()
		if out != nil && out.no == s.No {
			out.tell(s)
		}
	}
}

// drop forgets an incoming file and returns it.
func (f *files) drop(no uint32) *Incoming {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := f.in[no]
	delete(f.in, no)
	return i
}

func (f *files) offered(s slip) {
	f.mu.Lock()
	if f.in == nil {
		f.in = map[uint32]*Incoming{}
	}
	if len(f.in) >= mostOffers || f.in[s.No] != nil || f.onOffer == nil {
		f.mu.Unlock()
		f.say(slip{No: s.No, Refuse: becauseBusy})
		return
	}
	i := &Incoming{FileInfo: *s.Offer, files: f, no: s.No, hash: sha256.New(), done: make(chan error, 1)}
	f.in[s.No] = i
	f.mu.Unlock()
	f.onOffer(i)
}

// say sends a slip; false when there is no channel.
func (f *files) say(s slip) bool {
	b, err := json.Marshal(s)
	f.mu.Lock()
	defer f.mu.Unlock() // Send returns at once and calls nobody back
	return err == nil && f.open && f.ch.Send(b, true) == nil
}

// line takes in how the line was in the last second, and reports whether a file took too much of it.
func (f *files) line(roundTrip time.Duration, gaps int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.pace.line(time.Now(), roundTrip, gaps)
}

// piece is how much of a file goes at once.
func (f *files) piece() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return int64(f.pace.piece())
}

// put sends a piece once there is room for it.
func (f *files) put(ctx context.Context, b []byte) error {
	for {
		f.mu.Lock()
		open, waiting := f.open, 0
		if open {
			waiting = f.ch.Buffered()
		}
		if open && waiting < fileHigh && f.pace.may(time.Now(), len(b)) {
			err := f.ch.Send(b, false)
			f.mu.Unlock()
			if err != nil {
				return errCut
			}
			return nil
		}
		f.mu.Unlock()
		if !open {
			return errCut
		}
		select {
		case <-time.After(fileBreath):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// send offers a file, and once it is accepted brings it over. It returns when the other page has all of it and found it
// whole. When ctx ends the other page is told.
func (f *files) send(ctx context.Context, file File, progress func(sent int64)) error {
	if err := file.Validate(); err != nil {
		return errUnfit
	}
	f.mu.Lock()
	if f.out != nil || !f.open {
		busy := f.out != nil
		f.mu.Unlock()
		if busy {
			return errTooMany
		}
		return errCut
	}
	f.last++
	out := &outgoing{no: f.last, heard: make(chan slip, 8)}
	f.out = out
	f.mu.Unlock()
	err := f.bring(ctx, out, file, progress)
	f.mu.Lock()
	if f.out == out {
		f.out = nil
	}
	f.mu.Unlock()
	if err != nil {
		f.say(slip{No: out.no, Stop: true}) // who refused has forgotten it
	}
	return err
}

func (f *files) bring(ctx context.Context, out *outgoing, file File, progress func(int64)) error {
	if !f.say(slip{No: out.no, Offer: &file.FileInfo}) {
		return errCut
	}
	if s, err := out.answer(ctx); err != nil {
		return err
	} else if !s.Accept {
		return errCut
	}
	sum := sha256.New()
	for at := int64(0); at < file.Size; {
		part, err := file.Read(ctx, at, int(min(f.piece(), file.Size-at)))
		if err != nil || len(part) == 0 {
			return errCut
		}
		sum.Write(part)
		if err := f.put(ctx, piece(out.no, part)); err != nil {
			return err
		}
		select {
		case s := <-out.heard:
			if _, err := said(s); err != nil {
				return err
			}
		default:
		}
		if at += int64(len(part)); progress != nil {
			progress(at)
		}
	}
	if !f.say(slip{No: out.no, Done: hex.EncodeToString(sum.Sum(nil))}) {
		return errCut
	}
	if s, err := out.answer(ctx); err != nil {
		return err
	} else if !s.Got {
		return errCut
	}
	return nil
}

// answer waits for what the other page says.
func (o *outgoing) answer(ctx context.Context) (slip, error) {
	select {
	case s := <-o.heard:
		return said(s)
	case <-ctx.Done():
		return slip{}, ctx.Err()
	}
}

func said(s slip) (slip, error) {
	switch s.Refuse {
	case "":
		return s, nil
	case becauseRefused:
		return s, errRefused
	case becauseSpoiled:
		return s, errSpoiled
	case becauseBusy:
		return s, errTooMany
	}
	return s, errCut
}
