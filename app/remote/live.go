// Package remote is the house as pages see it: the live socket, which tells what happens, and the calls of the
// interface, which read and change what is stored. It never draws and never decides who may do what.
package remote

import (
	"context"
	"encoding/json"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/wasm/socket"
)

// Options say how a Live reaches the house.
type Options struct {
	Portal  live.Portal
	Build   string         // version of the pages, page.Version()
	Sockets socket.Browser // socket.Open()
	Page    Surroundings   // page.Open(); nil: no slot, and the browser tells nothing

	Now    func() time.Time // nil: time.Now
	Random func() float64   // nil: math/rand; 0 ≤ x < 1
}

// Surroundings is what a Live wants to know of the document it runs in; page.Page has it.
type Surroundings interface {
	Slot() string // the account slot of this tab
	OnNetwork(f func()) (stop func())
	OnVisible(f func(visible bool)) (stop func())
	OnLeave(f func()) (stop func())
}

// View is all a page may show of the live house. It is a value nobody changes any more.
type View struct {
	Link   live.Link
	Clock  live.Clock
	Member live.MemberID   // this page
	Me     live.PersonView // zero until first welcomed
	Rooms  map[live.RoomID]live.RoomView
	Update string // another build the house serves, "" when it is ours
}

// Live is the page's one connection to the house. Every page of the tab shares it; it opens, keeps and reopens the
// socket by itself. Its methods may be called from any goroutine and from event handlers; only those with a context
// wait, and belong on a goroutine of their own.
type Live struct{}

// Open starts connecting. A second Live in one tab would be a second member of every room.
func Open(o Options) *Live { return &Live{} }

// Close says goodbye and ends everything Open started. It may be called twice.
func (l *Live) Close() {}

// View returns the newest view.
func (l *Live) View() View { return View{} }

// Member is this page's name in the rooms.
func (l *Live) Member() live.MemberID { return "" }

// Watch calls f with the view now and after every change, one call at a time, on a goroutine of its own: pages come home by
// ctx.Dispatch. f must not wait for l. After stop, which may be called twice, f may finish a call begun before.
func (l *Live) Watch(f func(View)) (stop func()) { return func() {} }

// Listen calls f for every event, in order, like Watch: signals of shares, notes that data changed, shares that ended
// and why, rooms entered anew.
func (l *Live) Listen(f func(live.Event)) (stop func()) { return func() {} }

// Announce tells the room which sensors this aggregator has. It replaces what was announced before and is kept: after
// any drop, and after a restart of the house, it is told again by itself.
func (l *Live) Announce(room live.RoomID, sensors []live.Sensor) {}

// Ask asks an aggregator for signals and returns once the share is in the room, or with the fault that says why not.
func (l *Live) Ask(ctx context.Context, room live.RoomID, from live.MemberID, signals []access.Signal) (live.ShareID, error) {
	return "", nil
}

// Stop ends a share, or only some of its signals. When ctx ends first the wish is kept and told when the house is back.
func (l *Live) Stop(ctx context.Context, room live.RoomID, share live.ShareID, signals ...access.Signal) error {
	return nil
}

// Signal sends a step of connecting to the other page of a share. It is kept until the house has it, or the share ended.
func (l *Live) Signal(room live.RoomID, share live.ShareID, body json.RawMessage) {}

// Relay asks for fresh STUN and TURN servers.
func (l *Live) Relay(ctx context.Context, room live.RoomID) ([]live.ICEServer, error) {
	return nil, nil
}

// House returns the house's time at t of the page's clock, and whether it is known yet.
func (l *Live) House(t time.Time) (care.Stamp, bool) { return 0, false }
