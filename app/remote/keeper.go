package remote

import (
	"context"
	"maps"
	"slices"
	"time"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/wasm/socket"
)

// keeper runs the page's machine over real sockets and real time. All of it belongs to one goroutine, run; the browser's
// callbacks and the pages post to it.
type keeper struct {
	live   *Live
	page   *live.Page
	sock   socket.Socket // nil when there is none
	cancel func()        // ends sock
	wait   time.Time
	update string

	waiters map[string]chan live.Reply // by command
	watch   audience[View]
	events  audience[live.Event]
}

func newKeeper(l *Live) *keeper {
	return &keeper{
		live:    l,
		page:    live.NewPage(live.PageOptions{Member: l.member, Portal: l.o.Portal, Build: l.o.Build, Random: l.o.Random}),
		waiters: map[string]chan live.Reply{},
	}
}

// run keeps the connection until ctx ends, then says goodbye.
func (k *keeper) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	k.carryOut(ctx, k.page.Start(k.live.o.Now()))
	for {
		select {
		case <-k.live.ready:
			for _, act := range k.live.take() {
				k.carryOut(ctx, act(k.live.o.Now()))
			}
		case <-timer.C:
			k.carryOut(ctx, k.page.Tick(k.live.o.Now()))
		case <-ctx.Done():
			k.carryOut(context.Background(), k.page.Leave(k.live.o.Now()))
			return
		}
		timer.Stop()
		if !k.wait.IsZero() {
			timer.Reset(max(k.wait.Sub(k.live.o.Now()), time.Millisecond))
		}
	}
}

// carryOut does what the machine wants.
func (k *keeper) carryOut(ctx context.Context, do live.Do) {
	for _, text := range do.Send {
		if k.sock != nil {
			_ = k.sock.Send(text) // a socket that cannot send says so with its close event
		}
	}
	if do.Close {
		k.hangUp()
	}
	if do.Open != 0 {
		k.dial(ctx, do.Open)
	}
	k.wait = do.Wait
	for _, e := range do.Events {
		if e.Update != nil {
			k.update = e.Update.Build
		}
	}
	before, now := k.live.View(), k.look()
	if len(do.Events) > 0 || before.Clock != now.Clock {
		k.live.show(now)
	}
	for _, e := range do.Events {
		k.settle(e)
		k.events.tell(e)
	}
	if len(do.Events) > 0 {
		k.watch.tell(now)
	}
}

// dial opens socket n. Whatever it tells comes with its number, so an old one disturbs nobody.
func (k *keeper) dial(ctx context.Context, n int) {
	path := api.LiveSocket
	if k.live.o.Page != nil && k.live.o.Page.Slot() != "" {
		path += "?as=" + k.live.o.Page.Slot()
	}
	k.hangUp()
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) // the socket outlives ctx by a goodbye
	sock, err := k.live.o.Sockets.Dial(ctx, path, socket.Events{
		Open: func() {
			k.live.post(func(now time.Time) live.Do { return k.page.Opened(now, n) })
		},
		Message: func(text []byte) {
			k.live.post(func(now time.Time) live.Do { return k.page.Message(now, n, text) })
		},
		Close: func(code int) {
			k.live.post(func(now time.Time) live.Do { return k.page.Closed(now, n, code) })
		},
	})
	if err != nil {
		cancel()
		k.live.post(func(now time.Time) live.Do { return k.page.Closed(now, n, 1006) })
		return
	}
	k.sock, k.cancel = sock, cancel
}

func (k *keeper) hangUp() {
	if k.sock != nil {
		k.sock.Close()
		k.cancel()
		k.sock = nil
	}
}

// shown wakes the connection of a page somebody looks at again, and opens it anew when the page had left and the
// browser brought it back from its memory.
func (k *keeper) shown(now time.Time) live.Do {
	if k.page.Link().State == live.Closed {
		return k.page.Start(now)
	}
	return k.page.Shown(now)
}

// settle answers whoever waits for a reply.
func (k *keeper) settle(e live.Event) {
	if e.Reply == nil {
		return
	}
	if waiter, ok := k.waiters[e.Reply.ID]; ok {
		delete(k.waiters, e.Reply.ID)
		waiter <- *e.Reply // has room for the one reply
	}
}

func (k *keeper) look() View {
	return View{
		Link: k.page.Link(), Clock: k.page.Clock(), Member: k.live.member, Me: k.page.Me(),
		Rooms: k.page.Rooms(), Update: k.update,
	}
}

// audience is who listens; it is told in the order of coming.
type audience[T any] struct{ ears map[int]func(T) }

func (a *audience[T]) tell(what T) {
	for _, id := range slices.Sorted(maps.Keys(a.ears)) {
		if f, still := a.ears[id]; still { // one told before may have stopped another
			f(what)
		}
	}
}

func (a *audience[T]) add(id int, f func(T)) {
	if a.ears == nil {
		a.ears = map[int]func(T){}
	}
	a.ears[id] = f
}

func newCommandID() string { return care.NewID[string]() }
