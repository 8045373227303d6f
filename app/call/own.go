package call

import (
	"hearth/shared/live"
	"hearth/wasm/rtc"
)

// Two pages of one person stand in one room, and would hear each other howl: one of them is heard and hears, see
// live.RoomView.Second. Whatever the rooms say of the two, they never exchange sound.

// own reports whether a pair is with another page of the same person.
func (c *Call) own(p *pair) bool {
	me := c.k.view.Me.ID
	return p.guest != "" && p.guest == c.o.Guest || me != "" && p.who.ID == me
}

// sees takes in who everybody we have a connection with is, while the room shows them with their socket there.
func (c *Call) sees() {
	room := c.room()
	me, here := room.Member(c.me)
	for id, p := range c.k.pairs {
		m, there := room.Member(id)
		if !there || m.State != live.Here {
			continue
		}
		p.who, p.guest, p.before = m.Person, m.Guest, false
		if here && m.Seat != nil {
			p.main = m.Seat.Main
			only := room
			only.Members = []live.Member{m, me}
			for _, one := range room.Members { // in the order they came
				if one.ID == c.me {
					only.Members = []live.Member{me, m}
				}
				if one.ID == c.me || one.ID == id {
					break
				}
			}
			p.before = only.Second(c.me)
		}
	}
}

// elder reports whether another page of this person, which went before this one, is merely without its socket: it is still
// heard, for a connection that works needs none. A page that is dead has no connection either, a moment later.
func (c *Call) elder() bool {
	me, _ := c.room().Member(c.me)
	for id, p := range c.k.pairs {
		if m, there := c.room().Member(id); there && m.State == live.Here || !p.before || !c.own(p) || p.view.State != rtc.StateConnected {
			continue
		}
		if in(me) && p.main >= max(me.Seat.Main, c.k.seat.Main) {
			return true
		}
	}
	return false
}
