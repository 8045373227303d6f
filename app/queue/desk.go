// Package queue is who waits to be let into a visit, asks to come in with another device, or wants to be called, and
// whether they wrote, as staff see it on whatever page they are: a bar above every page, the waiting room's card, a soft tone, and a
// number in the title. The house says who waits; the package keeps no list of its own
// longer than until the next answer, and never decides who may come in.
//
// # Hooks for tests
//
// #knock with data-waiting (how many call), in it #knock-in, #knock-next, #knock-allow or #knock-called, and #knock-read, #knock-open or
// #knock-all, which opens #knock-list with rows [data-knock] and #all-{guest, knock or call}; #knock-said; #waiting-room with rows
// li.queue[data-guest][data-state][data-page], "closed" or "open", in them #let-in-{guest}, #tell-{guest}, #else-{guest};
// #let-in-next, #knock-sound. In dialogs: #tell-lines or #tell-closed, #tell-text, #tell-do; #deny-reason, #deny-do; .where-said behind #where-{guest}; #hand-to, #hand-do; #knock-cancel.
package queue

import (
	"context"
	"sync"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/invited"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/wasm/sound"
)

// Options say how a portal's staff use the queue.
type Options struct {
	Mine  bool                      // only who comes to the reader calls; others are shown in the card
	Enter bool                      // whoever lets somebody in goes to them
	Room  func(care.VisitID) string // where a visit is opened
}

// Desk is the queue of a tab. Its methods belong to the pages' goroutine.
type Desk struct {
	env *frame.Env
	o   Options

	begun   bool
	known   bool
	fault   error // of reading
	list    []api.Queued
	devices []api.VisitDevice // further ones of guests who are in
	calls   []api.CallBack    // the newest wish first
	older   int               // wishes the house did not list
	reading bool
	again   bool
	bell    bell
	busy    map[care.GuestID]bool // an act is under way
	nexting bool                  // whoever waits longest is being let in
	wrong   error                 // of the last act
	said    string                // what came of it
	until   time.Time             // said is shown until then
	ask     *ask                  // the dialog that is open
	stop    func()                // ends the counting
	every   time.Duration         // it counts so often; 0: it does not

	mu   sync.Mutex  // guards here
	here app.Context // of the page that was mounted last
}

// New makes the queue of a tab.
func New(e *frame.Env, o Options) *Desk { return &Desk{env: e, o: o, busy: map[care.GuestID]bool{}} }

// Stand notes the page somebody is on, and begins to look out for whoever waits.
func (d *Desk) Stand(ctx app.Context) {
	d.mu.Lock()
	d.here = ctx
	d.mu.Unlock()
	if !d.env.May(access.AdmitGuests) {
		return
	}
	if !d.begun {
		d.begun = true
		d.env.Live.Listen(func(e live.Event) {
			if stirs(e) {
				d.home(d.read)
			}
		})
	}
	d.reading, d.nexting = false, false // an answer that found no page is not waited for
	clear(d.busy)
	if d.ask != nil {
		d.ask.busy = false
	}
	d.read(ctx)
}

// stirs reports whether an event may have changed who waits.
func stirs(e live.Event) bool {
	switch {
	case e.Entered != nil:
		return true
	case e.Link != nil:
		return e.Link.State == live.Online
	case e.Changed != nil && e.Changed.Change.Data != nil:
		return e.Changed.Change.Data.What == "visits"
	}
	return false
}

// home does something on the page that is there now.
func (d *Desk) home(f func(app.Context)) {
	d.mu.Lock()
	here := d.here
	d.mu.Unlock()
	here.Dispatch(f)
}

// away does work away from the page and comes home with what it returns, to whatever page is there then.
func (d *Desk) away(ctx app.Context, work func(context.Context) func(app.Context)) {
	ctx.Async(func() {
		then := work(ctx)
		d.home(then)
	})
}

// read reads who waits, one reading at a time.
func (d *Desk) read(ctx app.Context) {
	if d.reading {
		d.again = true
		return
	}
	d.reading, d.again = true, false
	d.away(ctx, func(ctx context.Context) func(app.Context) {
		list, err := d.env.API.Queue(ctx, "", false)
		devices, none := d.env.API.ListVisitDevices(ctx)
		calls, nobody := d.env.API.ListCallBacks(ctx)
		return func(ctx app.Context) {
			if none == nil {
				d.devices = devices.Items
			}
			if nobody == nil {
				d.calls, d.older = calls.Items, calls.More
			}
			d.reading = false
			if d.env.SignedOut(err) {
				return
			}
			if d.fault = err; err == nil {
				d.take(list.Items)
				d.writes(ctx)
			}
			if d.again {
				d.read(ctx)
			}
		}
	})
}

// take takes what the house answered: it rings for whoever is new, and counts as long as somebody waits or calls.
func (d *Desk) take(list []api.Queued) {
	d.list, d.known = list, true
	if d.bell.ring(d.strokes(), d.now()) && !d.Muted() && d.env.Sound != nil {
		d.env.Sound.Play(sound.Notice)
	}
	d.badge()
	d.keepTime()
}

// keepTime counts as often as what is shown changes by itself: a clock each second, that a wish for a call calls no more within a
// minute.
func (d *Desk) keepTime() {
	every := time.Duration(0)
	switch {
	case len(d.list)+len(d.devices) > 0:
		every = time.Second
	case len(d.wishes()) > 0:
		every = time.Minute
	}
	if every == d.every {
		return
	}
	d.Close()
	if d.every = every; every > 0 {
		d.stop = d.count(every)
	}
}

// badge puts into the title how many call.
func (d *Desk) badge() {
	if b, ok := d.env.Page.(interface{ Badge(int) }); ok {
		b.Badge(len(d.knocks()))
	}
}

// count draws the page anew every so often.
func (d *Desk) count(every time.Duration) (stop func()) {
	end := make(chan struct{})
	go func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				d.home(func(app.Context) {
					d.badge()
					if d.stop != nil { // else it ended meanwhile
						d.keepTime()
					}
				})
			case <-end:
				return
			}
		}
	}()
	return sync.OnceFunc(func() { close(end) })
}

// callers are those who call the reader: whoever waits longest first, and whose page is closed last.
func (d *Desk) callers() (some []api.Queued) {
	for _, q := range d.list {
		if calls(q, d.o.Mine) {
			some = append(some, q)
		}
	}
	hereFirst(some)
	return some
}

// calls reports whether somebody who waits is the reader's to let in: of staff who have visits of their own these, and
// callers nobody knows yet.
func calls(q api.Queued, mine bool) bool { return !mine || q.Mine || q.DropIn }

// now is the house's time, as far as it is known.
func (d *Desk) now() time.Time {
	t := d.env.Now()
	if at, known := d.env.Live.House(t); known {
		return at.Time()
	}
	return t
}

func (d *Desk) wait(q api.Queued) invited.Wait {
	return invited.Wait(d.now().Sub(invited.WaitsSince(q.Guest)))
}

// Muted reports whether the tone is switched off in this browser.
func (d *Desk) Muted() bool { return d.env.Page.Kept(mutedKey) == "off" }

func (d *Desk) mute(ctx app.Context) {
	if d.Muted() {
		d.env.Page.Keep(mutedKey, "")
		if d.env.Sound != nil {
			d.env.Sound.Unlock()
			d.env.Sound.Play(sound.Notice)
		}
		return
	}
	d.env.Page.Keep(mutedKey, "off")
}

const mutedKey = "hearth-knock"

// Close ends what Stand began, except for listening, which ends with the live socket. It may be called twice.
func (d *Desk) Close() {
	if d.stop != nil {
		d.stop()
		d.stop, d.every = nil, 0
	}
}
