package call

import (
	"context"
	"time"

	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/wasm/rtc"
)

// Join wants to be in the call: the page sits in as soon as it stands in the visit, now or when it is let in.
func (c *Call) Join() {
	c.post(func(now time.Time) {
		c.k.join, c.k.out, c.k.full = true, "", time.Time{}
		c.follow(now)
	})
}

// Leave hangs up. Who leaves may Join again for as long as the house lets the page stand in the visit.
func (c *Call) Leave() {
	c.post(func(now time.Time) {
		c.k.join = false
		c.follow(now)
	})
}

// Look prepares a connection with a guest who waits, for staff who may let them in; false ends it. It may be asked before the
// guest is there.
func (c *Call) Look(g care.GuestID, look bool) {
	c.post(func(now time.Time) {
		if c.o.Staff && c.k.looks[g] != look {
			c.k.looks[g] = look
			c.follow(now)
		}
	})
}

// Put lets a track go through a line (rtc.LineAudio, LineCamera, LineScreen) to everybody in the call, now and who comes
// later; nil takes it off. Whether the line is muted stays as it was.
func (c *Call) Put(line string, t rtc.Track) {
	c.post(func(now time.Time) {
		if l := c.k.lines[line]; l != nil {
			l.track = t
			c.follow(now)
		}
	})
}

// Mute takes a line's track off every connection, and keeps off those that are put later; false lets it through again.
func (c *Call) Mute(line string, muted bool) {
	c.post(func(now time.Time) {
		if l := c.k.lines[line]; l != nil {
			l.muted = muted
			c.follow(now)
		}
	})
}

// Captured says how many lines the camera's picture has; 720 until told.
func (c *Call) Captured(lines int) {
	c.post(func(now time.Time) { c.k.captured = lines; c.follow(now) })
}

// Shows says whose camera this page shows large, so that they send it as large a picture as they can, and the others small ones;
// equal says that all are shown alike. It matters where more than care.MostMesh people are in the call.
func (c *Call) Shows(large live.MemberID, equal bool) {
	c.post(func(time.Time) { c.k.large, c.k.equal = large, equal })
}

// Able says what this page's device could be asked for: another camera, its screen.
func (c *Call) Able(flips, shares bool) {
	c.seat(func(s *live.Seat) { s.Flips, s.Shares = flips, shares })
}

// Hand raises or lowers the hand.
func (c *Call) Hand(up bool) { c.seat(func(s *live.Seat) { s.Hand = up }) }

// Asleep says that nobody can see this page: it is in the background, or the device is locked.
func (c *Call) Asleep(asleep bool) { c.seat(func(s *live.Seat) { s.Asleep = asleep }) }

// Use makes this the page of its person that is heard and hears, where several sit in the call.
func (c *Call) Use() { c.seat(func(s *live.Seat) { s.Main = c.word() }) }

// Held says that a phone call or another program has the microphone.
func (c *Call) Held(held bool) { c.seat(func(s *live.Seat) { s.Held = held }) }

// heldFor is how long the want of a line counts that sensors once felt.
const heldFor = 1500 * time.Millisecond

// Full says that frames of sensors are held back on this page from others because the line to them is full; say it for as long as
// it is so. Sound and sensors come before pictures, and sensors have connections of their own, of which the call would see
// nothing. Where all who receive are held up it is this page's own line, and every picture gives way; else those to these pages.
func (c *Call) Full(to []live.MemberID, all bool) {
	c.post(func(now time.Time) {
		if all {
			c.k.held = now
		}
		for _, id := range to {
			if p := c.k.pairs[id]; p != nil {
				p.held = now
			}
		}
	})
}

// held reports whether sensors want for the line a pair's pictures go through.
func (c *Call) held(p *pair, now time.Time) bool {
	return now.Sub(c.k.held) < heldFor || now.Sub(p.held) < heldFor
}

// Spotlight lets everybody see one page large ("": nobody); of staff.
func (c *Call) Spotlight(m live.MemberID) {
	c.seat(func(s *live.Seat) { _, closing := c.said(); s.Spotlight, s.Closing, s.At = m, closing, c.word() })
}

// Closing says when the visit ends for everybody, by the house's clock; 0 takes it back. Of staff. It only says so: the house
// ends the visit.
func (c *Call) Closing(at care.Stamp) {
	c.seat(func(s *live.Seat) { light, _ := c.said(); s.Closing, s.Spotlight, s.At = at, light, c.word() })
}

// word is an At that counts from now on, whatever anybody's clock says.
func (c *Call) word() care.Stamp {
	return max(c.k.view.Clock.House(c.o.Now()), c.room().Said()+1, c.k.seat.At+1)
}

// said is what staff said last: we, if the room does not show it yet, or whoever it was.
func (c *Call) said() (light live.MemberID, closing care.Stamp) {
	if c.k.seat.At > c.room().Said() {
		return c.k.seat.Spotlight, c.k.seat.Closing
	}
	return c.room().Spotlight(), c.room().Closing()
}

func (c *Call) seat(change func(*live.Seat)) {
	c.post(func(now time.Time) {
		change(&c.k.seat)
		c.follow(now)
	})
}

// Nudge asks somebody in the call for something, or everybody when to is "".
func (c *Call) Nudge(ctx context.Context, to live.MemberID, what string) error {
	return c.o.Live.Nudge(ctx, c.visit, live.Nudge{To: to, What: what})
}

// Caption shows everybody a line somebody typed.
func (c *Call) Caption(ctx context.Context, text string) error {
	return c.o.Live.Nudge(ctx, c.visit, live.Nudge{What: live.NudgeCaption, Text: text})
}

// SendFile offers a file to another page and brings it over once it is accepted. It returns when the other page has all of it,
// or with a fault that says why not ("call.file-…"). progress is told the bytes handed over; it may be nil.
func (c *Call) SendFile(ctx context.Context, to live.MemberID, f File, progress func(sent int64)) error {
	found := make(chan *pair, 1)
	c.post(func(time.Time) { found <- c.k.pairs[to] })
	select {
	case p := <-found:
		if p == nil {
			return errCut
		}
		return p.files.send(ctx, f, progress)
	case <-ctx.Done():
		return ctx.Err()
	case <-c.done:
		return errCut
	}
}
