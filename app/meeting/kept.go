package meeting

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/call"
	"hearth/app/stage"
	"hearth/shared/live"
	"hearth/wasm/file"
	"hearth/wasm/rtc"
)

// Kept is what of a call outlives it on one page, for whoever comes back into it: what was half written, what was open, the files
// that came, and those on their way from here. A page has one for each visit, and gives it to every Meeting of that visit.
type Kept struct {
	stage *stage.Stage
	files *files
	now   atomic.Pointer[Meeting] // the newest
}

// Drop forgets all of it, once nobody comes back.
func (k *Kept) Drop() {
	if k.files != nil {
		k.files.end()
	}
	k.stage, k.files = nil, nil
	k.now.Store(nil)
}

// goOn gives a Meeting what is kept, or what one begins with.
func (k *Kept) goOn(m *Meeting) {
	k.now.Store(m)
	if m.o.Files != nil {
		if k.files == nil {
			k.files = k.newFiles(m.o.Files)
		}
		k.files.begin()
		m.files = k.files
	}
}

// stand gives it the stage.
func (k *Kept) stand(m *Meeting, acts stage.Acts) *stage.Stage {
	if k.stage == nil {
		k.stage = stage.New(m.o.Env.Now, acts)
	} else {
		k.stage.Again(acts)
	}
	return k.stage
}

// newFiles are the files of a visit on this page; what they ask of a Meeting they ask the newest.
func (k *Kept) newFiles(desk file.Desk) *files {
	people := func() []call.Person {
		if m := k.now.Load(); m != nil {
			return m.call.State().People
		}
		return nil
	}
	return &files{desk: desk, take: make(chan struct{}, 1),
		who: func(id live.MemberID) string {
			for _, p := range people() {
				if p.Member == id {
					return p.Person.Name
				}
			}
			return ""
		},
		all: func() (list []live.MemberID) {
			for _, p := range people() {
				if !p.AtDoor {
					list = append(list, p.Member)
				}
			}
			return list
		},
		fail: func(err error) {
			if m := k.now.Load(); m != nil {
				m.fault = err
			}
		},
		send: func(ctx context.Context, to live.MemberID, what call.File, progress func(int64)) error {
			m := k.now.Load()
			if m == nil {
				return context.Canceled
			}
			return m.call.SendFile(ctx, to, what, progress)
		},
		changed: func() {
			if m := k.now.Load(); m != nil {
				m.ctx.Dispatch(func(app.Context) { m.Draw() })
			}
		}}
}

// begin begins another time in the call.
func (f *files) begin() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ctx, f.cancel = context.WithCancel(context.Background())
}

// end ends what is on its way, for good.
func (f *files) end() {
	f.mu.Lock()
	cancel := f.cancel
	f.mu.Unlock()
	cancel()
}

// sendsAgain is how often a file is offered again for whoever came back: the channel of files opens a moment after the connection.
const sendsAgain = 5

// rest ends what is on its way for as long as this page is out of the call; what is sent from here waits for its return.
func (f *files) rest() {
	f.mu.Lock()
	for _, h := range f.list {
		if h.in == nil && !h.done() {
			h.rests, h.tries = true, sendsAgain
		}
	}
	f.mu.Unlock()
	f.end()
}

// goOn offers again what rested, to those who are here.
func (f *files) goOn(here []live.MemberID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, h := range f.list {
		if !h.rests || f.ctx.Err() != nil || !slices.Contains(here, h.to) {
			continue
		}
		var ctx context.Context
		ctx, h.stop = context.WithCancel(f.ctx)
		h.rests, h.run = false, h.run+1
		go f.carry(ctx, h, h.run)
	}
}

// connected are those who could be sent something.
func connected(s call.State) (list []live.MemberID) {
	for _, p := range s.People {
		if !p.AtDoor && p.Conn.State == rtc.StateConnected {
			list = append(list, p.Member)
		}
	}
	return list
}
