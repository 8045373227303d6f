package meeting

import (
	"context"
	"slices"
	"sync"
	"time"

	"hearth/app/stage"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// ChatOptions say what a Chat is given.
type ChatOptions struct {
	Lines   func(context.Context) (api.List[api.Line], error)
	Write   func(context.Context, api.LineBody) (api.Line, error)
	Now     func() time.Time
	Changed func() // called from any goroutine, must not block

	Kept string            // what Keep was given last, before the page was loaded anew
	Keep func(text string) // keeps for this tab what waits to be sent, "" for nothing; it must not call the chat. nil: nothing is kept
}

// Chat is what people write to each other in a visit. What is written here is shown at once, marked, and sent as soon as the
// house can be reached, in its order. Its methods may be called from any goroutine.
type Chat struct {
	o      ChatOptions
	ctx    context.Context
	cancel context.CancelFunc
	kick   chan struct{} // one slot: something is to be sent or read
	done   chan struct{}

	mu     sync.Mutex // guards what follows
	lines  []api.Line
	outbox []unsent
	stale  bool // the lines have to be read again
	last   bool // what waits is sent, and no more
}

// OpenChat begins to read what was written.
func OpenChat(o ChatOptions) *Chat {
	ctx, cancel := context.WithCancel(context.Background())
	c := &Chat{o: o, ctx: ctx, cancel: cancel, kick: make(chan struct{}, 1), done: make(chan struct{}), stale: true, outbox: takeUp(o.Kept)}
	go c.post()
	c.poke()
	return c
}

// Close ends it; what the house does not have is lost, and Unsent said so. It may be called twice.
func (c *Chat) Close() {
	c.cancel()
	<-c.done
}

// Finish ends it once everything the house may still have is there, or when within is over: whoever wrote and left was told that
// it is on its way. It waits until then.
func (c *Chat) Finish(within time.Duration) {
	c.mu.Lock()
	c.last = true
	c.mu.Unlock()
	c.poke()
	select {
	case <-c.done:
	case <-time.After(within):
	}
	c.Close()
}

func (c *Chat) finished() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// unsent is a line the house does not have yet.
type unsent struct {
	id     care.LineID
	text   string
	at     time.Time
	failed bool // the house refused it
}

// Say writes a line. It is shown at once, marked, and sent as soon as the house can be reached.
func (c *Chat) Say(text string) {
	c.mu.Lock()
	c.outbox = append(c.outbox, unsent{id: care.NewID[care.LineID](), text: text, at: c.o.Now()})
	c.keep()
	c.mu.Unlock()
	c.o.Changed()
	c.poke()
}

// Again tries once more to send a line that was refused.
func (c *Chat) Again(id string) {
	c.mu.Lock()
	for i := range c.outbox {
		if string(c.outbox[i].id) == id {
			c.outbox[i].failed = false
		}
	}
	c.keep()
	c.mu.Unlock()
	c.o.Changed()
	c.poke()
}

// Unsent is how many lines the house does not have.
func (c *Chat) Unsent() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.outbox)
}

// Shown is what was written, unsent lines at its end.
func (c *Chat) Shown() (list []stage.Line) {
	c.mu.Lock()
	defer c.mu.Unlock()
	clock := func(at time.Time) string { return at.Local().Format("15:04") }
	for _, l := range c.lines {
		list = append(list, stage.Line{ID: string(l.ID), Guest: l.Guest, Name: words.Isolate(l.Name), Text: l.Text, Time: clock(l.At), Mine: l.Mine})
	}
	for _, u := range c.outbox {
		list = append(list, stage.Line{ID: string(u.id), Text: u.text, Time: clock(u.at), Mine: true, Unsent: !u.failed, Failed: u.failed})
	}
	return list
}

// Stale says that somebody wrote, or that the house is back.
func (c *Chat) Stale() {
	c.mu.Lock()
	c.stale = true
	c.mu.Unlock()
	c.poke()
}

func (c *Chat) poke() {
	select {
	case c.kick <- struct{}{}:
	default:
	}
}

// postAgain is how long the house is left alone after it could not be reached.
const postAgain = 3 * time.Second

// post is the one goroutine that sends and reads what is written.
func (c *Chat) post() {
	defer close(c.done)
	for {
		again := (<-chan time.Time)(nil)
		switch sent := c.send(c.ctx); {
		case sent && c.finished():
			return
		case !sent || !c.read(c.ctx):
			again = time.After(postAgain)
		}
		select {
		case <-c.ctx.Done():
			return
		case <-c.kick:
		case <-again:
		}
	}
}

// next is the first line that waits to be sent.
func (c *Chat) next() (u unsent, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, u := range c.outbox {
		if !u.failed {
			return u, true
		}
	}
	return u, false
}

// send sends what waits, in order. False: the house cannot be reached.
func (c *Chat) send(ctx context.Context) bool {
	for ctx.Err() == nil {
		u, ok := c.next()
		if !ok {
			return true
		}
		line, err := c.o.Write(ctx, api.LineBody{ID: u.id, Text: u.text})
		switch {
		case err == nil:
			c.kept(line)
		case again(err):
			return false
		default:
			c.refused(u.id)
		}
		c.o.Changed()
	}
	return true
}

// again reports whether it is worth trying later without anybody doing anything.
func again(err error) bool {
	return fault.Is(err, fault.Unavailable) || fault.Is(err, fault.TooMany) || fault.Is(err, fault.Internal)
}

// kept moves a line from the unsent ones to those the house has.
func (c *Chat) kept(l api.Line) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.outbox = slices.DeleteFunc(c.outbox, func(u unsent) bool { return u.id == l.ID })
	c.keep()
	if !slices.ContainsFunc(c.lines, func(o api.Line) bool { return o.ID == l.ID }) {
		c.lines = append(c.lines, l)
	}
}

func (c *Chat) refused(id care.LineID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.outbox {
		if c.outbox[i].id == id {
			c.outbox[i].failed = true
		}
	}
	c.keep()
}

// read reads what was written, when somebody wrote. False: the house cannot be reached.
func (c *Chat) read(ctx context.Context) bool {
	c.mu.Lock()
	stale := c.stale
	c.stale = false
	c.mu.Unlock()
	if !stale {
		return true
	}
	list, err := c.o.Lines(ctx)
	c.mu.Lock()
	if err == nil {
		c.lines = list.Items
		c.outbox = slices.DeleteFunc(c.outbox, func(u unsent) bool {
			return slices.ContainsFunc(c.lines, func(l api.Line) bool { return l.ID == u.id })
		})
		c.keep()
	}
	c.stale = c.stale || err != nil && again(err)
	late := c.stale
	c.mu.Unlock()
	c.o.Changed()
	return !late
}
