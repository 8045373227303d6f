package meeting

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/call"
	"hearth/app/stage"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/wasm/file"
)

// files are those handed from page to page. Its methods may be called from any goroutine.
type files struct {
	desk    file.Desk
	who     func(live.MemberID) string // what somebody is called
	all     func() []live.MemberID     // who else is in the call
	changed func()
	fail    func(error) // says what did not work; nil: it does now

	take chan struct{} // held while one is received: a small device holds one at a time
	send func(ctx context.Context, to live.MemberID, what call.File, progress func(sent int64)) error

	mu     sync.Mutex      // guards what follows
	ctx    context.Context // of one time in the call
	cancel context.CancelFunc
	list   []*handed
	last   int
	turns  map[live.MemberID]chan struct{} // held while one is offered to a page or on its way there: the next waits
}

// What a page keeps: the list no longer than anybody reads it, and of bytes what the cheapest phone can hold beside a call.
const (
	mostFiles = 40
	mostHeld  = 2 * call.MaxFile
)

var (
	errRoom  = fault.New(fault.TooMany, "call.file-room", nil)
	errAlone = fault.New(fault.Conflict, "call.file-alone", nil)
)

// handed is one file on its way from a page to another.
type handed struct {
	stage.File
	files *files
	in    *call.Incoming // nil: it is sent from here
	kind  string
	bytes []byte // came whole
	stop  context.CancelFunc

	to    live.MemberID // of one that is sent; so is what follows
	what  call.File     // until it is over
	rests bool          // this page left the call meanwhile: it is offered again once both are in it
	tries int           // how often it still may, when it breaks off
	run   int           // which try is under way; another's end says nothing
}

// shown is what there is to see.
func (f *files) shown() (list []stage.File) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, h := range f.list {
		list = append(list, h.File)
	}
	return list
}

// acts adds what can be done with files.
func (f *files) acts(a *stage.Acts) {
	a.Accept, a.Refuse, a.Cancel, a.Save = f.on((*handed).accept), f.on((*handed).refuse), f.on((*handed).cancel), f.on((*handed).save)
}

// offer hands the file chosen in an input to everybody else in the call; each may take it or not.
func (f *files) offer(ctx context.Context, input string) error {
	chosen, err := f.desk.Chosen(ctx, input, call.MaxFile)
	if err != nil {
		return err
	}
	all := f.all()
	if len(all) == 0 {
		return errAlone
	}
	for _, who := range all {
		go f.give(who, call.Bytes(chosen.Name, "", chosen.Bytes))
	}
	return nil
}

// add puts a file into the list, in the place of the oldest that is over. There may be no place.
func (f *files) add(h *handed, with live.MemberID) (ctx context.Context, ok bool) {
	h.With = f.who(with)
	f.mu.Lock()
	ctx, h.stop = context.WithCancel(f.ctx)
	f.last++
	h.files, h.ID = f, strconv.Itoa(f.last)
	if len(f.list) >= mostFiles {
		if over := slices.IndexFunc(f.list, (*handed).done); over >= 0 {
			f.list = slices.Delete(f.list, over, over+1)
		}
	}
	if ok = len(f.list) < mostFiles; ok {
		f.list = append(f.list, h)
	}
	f.mu.Unlock()
	f.changed()
	return ctx, ok
}

// done reports whether nothing more happens to a file.
func (h *handed) done() bool {
	return slices.Contains([]stage.FileState{stage.Sent, stage.Given, stage.Saved, stage.Refused, stage.Broken, stage.Canceled}, h.State)
}

// held is how much came and is still here, or is on its way. f.mu is held.
func (f *files) held() (n int64) {
	for _, h := range f.list {
		if h.in != nil && (h.State == stage.Moving || h.State == stage.Ready || h.State == stage.Given) {
			n += h.Bytes
		}
	}
	return n
}

// letGo makes room for a file where it can: the oldest that were handed to the browser are held no longer. f.mu is held.
func (f *files) letGo(room int64) {
	stays := f.held()
	for _, h := range f.list {
		if h.State == stage.Given {
			stays -= h.Bytes
		}
	}
	if stays+room > mostHeld {
		return
	}
	for _, h := range f.list {
		if f.held()+room <= mostHeld {
			return
		}
		if h.State == stage.Given {
			h.bytes, h.State = nil, stage.Saved
		}
	}
}

// give sends a file to one other page.
func (f *files) give(to live.MemberID, what call.File) {
	h := &handed{File: stage.File{Name: what.Name, Bytes: what.Size, Mine: true, State: stage.Offered}, to: to, what: what}
	if ctx, ok := f.add(h, to); ok {
		f.carry(ctx, h, 0)
	} else {
		h.stop()
	}
}

// carry offers a file, brings it over once it is accepted, and says how that ended.
func (f *files) carry(ctx context.Context, h *handed, run int) {
	f.mu.Lock()
	stop, what := h.stop, h.what
	f.mu.Unlock()
	defer stop()
	err := f.deliver(ctx, h, what)
	f.mu.Lock()
	cut := fault.Of(err).Code == "call.file-cut"
	if h.run == run && h.tries > 0 && cut { // the two have hardly met again
		h.tries, h.rests = h.tries-1, true
	}
	stale, rests := h.run != run, h.rests && (cut || errors.Is(err, context.Canceled))
	f.mu.Unlock()
	switch {
	case stale:
	case rests:
		h.now(stage.Offered, 0)
	default:
		h.over(err, stage.Sent)
	}
}

// deliver waits for its turn and sends.
func (f *files) deliver(ctx context.Context, h *handed, what call.File) error {
	turn := f.turn(h.to)
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return f.send(ctx, h.to, what, func(sent int64) { h.now(stage.Moving, sent) })
}

// turn is who sends to a page.
func (f *files) turn(to live.MemberID) chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.turns == nil {
		f.turns = map[live.MemberID]chan struct{}{}
	}
	if f.turns[to] == nil {
		f.turns[to] = make(chan struct{}, 1)
	}
	return f.turns[to]
}

// offered is what another page has for us.
func (f *files) offered(from live.MemberID, in *call.Incoming) {
	h := &handed{File: stage.File{Name: in.Name, Bytes: in.Size, State: stage.Offered}, in: in, kind: in.Type}
	if _, ok := f.add(h, from); !ok {
		in.Refuse()
		return
	}
	in.Gone(func() { h.now(stage.Canceled, 0) })
}

// now says how far a file is.
func (h *handed) now(s stage.FileState, done int64) {
	h.files.mu.Lock()
	if h.State, h.Done = s, done; h.done() {
		h.what, h.rests = call.File{}, false
	}
	h.files.mu.Unlock()
	h.files.changed()
}

// over says how it ended.
func (h *handed) over(err error, well stage.FileState) {
	switch why := fault.Of(err); {
	case err == nil:
		h.now(well, h.Bytes)
	case errors.Is(err, context.Canceled), why.Code == "call.file-withdrawn":
		h.now(stage.Canceled, 0)
	case why.Code == "call.file-refused":
		h.now(stage.Refused, 0)
	default:
		h.now(stage.Broken, 0)
	}
}

// on finds the file an act is about.
func (f *files) on(act func(*handed)) func(app.Context, string) {
	return func(_ app.Context, id string) {
		f.mu.Lock()
		var found *handed
		for _, h := range f.list {
			if h.ID == id {
				found = h
			}
		}
		f.mu.Unlock()
		if found != nil {
			act(found)
		}
	}
}

func (h *handed) accept() {
	f := h.files
	f.mu.Lock()
	ctx, stop := context.WithCancel(f.ctx)
	again := h.State != stage.Offered || h.in == nil
	if !again {
		f.letGo(h.Bytes)
	}
	room := f.held()+h.Bytes <= mostHeld
	if !again && room {
		h.stop, h.State = stop, stage.Moving
	}
	f.mu.Unlock()
	if again || !room {
		stop()
		if !again {
			f.fail(errRoom)
		}
		return
	}
	f.fail(nil)
	h.now(stage.Moving, 0)
	go func() {
		defer stop()
		select {
		case f.take <- struct{}{}:
			defer func() { <-f.take }()
		case <-ctx.Done():
			h.in.Refuse()
			h.now(stage.Canceled, 0)
			return
		}
		b, err := h.in.Receive(ctx, func(got int64) { h.now(stage.Moving, got) })
		f.mu.Lock()
		h.bytes = b
		f.mu.Unlock()
		h.over(err, stage.Ready)
	}()
}

func (h *handed) refuse() {
	h.in.Refuse()
	h.now(stage.Refused, 0)
}

func (h *handed) cancel() {
	h.files.mu.Lock()
	rests, stop := h.rests, h.stop
	h.rests = false
	h.files.mu.Unlock()
	if stop(); rests { // nothing is under way that would say so
		h.now(stage.Canceled, 0)
	}
}

// save gives the file to the browser, which may ask where and be told no; nobody tells the page. So it stays while there is room.
func (h *handed) save() {
	h.files.mu.Lock()
	name, kind, b, ready := h.Name, h.kind, h.bytes, h.State == stage.Ready || h.State == stage.Given
	h.files.mu.Unlock()
	if !ready {
		return
	}
	if kind == "" {
		kind = "application/octet-stream"
	}
	h.files.desk.Save(name, kind, b)
	h.now(stage.Given, h.Bytes)
}

// offered is a file another page has for us.
func (m *Meeting) offered(from live.MemberID, in *call.Incoming) {
	if m.files == nil {
		in.Refuse()
		return
	}
	m.files.offered(from, in)
}
