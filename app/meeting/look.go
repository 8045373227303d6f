package meeting

import (
	"math"
	"strings"
	"time"

	"hearth/app/call"
	"hearth/app/stage"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/words"
	"hearth/wasm/media"
	"hearth/wasm/rtc"
)

// Known is what a page knows of a visit besides the call.
type Known struct {
	As      map[care.GuestID]care.Invited
	Names   map[care.GuestID]string // where the page has a better word than the house
	Me      string
	Chat    []stage.Line
	Files   []stage.File
	May     []stage.Offer
	Staff   []stage.Choice
	Trouble string
	Near    bool // another guest may be in the same room
	GoingOn bool // the house is asked whether the visit goes on

	Captioners []stage.Captioner // services that write captions, for staff

	// These are the Meeting's own.
	Caption stage.Caption
	Tap     stage.Tap
	Wrong   string
	Clinic  bool          // this page is one of the clinic's people: whom they put into the light counts here, too
	House   care.Stamp    // now
	Offset  time.Duration // house = page + Offset
}

// Look makes what the stage shows.
func Look(me live.MemberID, s call.State, has media.State, at places, k Known) stage.View {
	for i := range k.Chat {
		if l := &k.Chat[i]; l.Name == "" && l.Guest != "" {
			l.Name = words.Isolate(k.called(l.Guest))
		}
	}
	v := stage.View{
		Me:      own(me, s, has, k),
		Full:    s.Full && !s.In,
		Second:  s.Second,
		Near:    k.Near,
		Closing: closing(s.Closing, k.House), GoingOn: k.GoingOn,
		Tap: k.Tap, Caption: k.Caption, Writers: k.Captioners, Chat: k.Chat, Files: k.Files, May: k.May, Staff: k.Staff, Trouble: k.Trouble, Wrong: k.Wrong,
	}
	if has.CanBlur {
		if v.Blur = stage.Off; has.Blur {
			v.Blur = stage.On
		}
	}
	for _, p := range s.People {
		if place, ok := at[p.Member]; ok && !p.AtDoor {
			v.Others = append(v.Others, other(p, place, k))
		}
	}
	return v
}

// called is what a guest is called here: nobody is without any name.
func (k Known) called(g care.GuestID) string {
	if name := k.Names[g]; name != "" || k.As[g] == "" {
		return name
	}
	return stage.Word("as." + string(k.As[g]))
}

// own is this page: what it sends is what its device says, not what was told.
func own(me live.MemberID, s call.State, has media.State, k Known) stage.Person {
	p := stage.Person{Seat: s.Seat, ID: me, Name: words.Isolate(k.Me), State: stage.Here, Mirror: has.Camera.Facing != media.Rear}
	p.Mic, p.Camera, p.Screen = has.Mic.Live && has.Mic.On && !s.Second, has.Camera.Live && has.Camera.On, has.Screen.Live
	p.Picture = p.Camera && !has.Camera.Held
	if k.Clinic {
		p.As = care.AsStaff
	}
	return p
}

// other is somebody else.
func other(a call.Person, place int, k Known) stage.Person {
	p := stage.Person{Seat: a.Seat, ID: a.Member, Guest: a.Guest, Name: words.Isolate(a.Person.Name), Place: place, Why: a.Why, Phrase: a.Phrase}
	p.Quality, p.Talks, p.Thin, p.Blind = int(a.Word), a.Talks, a.Paused, a.Dark
	if p.As = k.As[a.Guest]; a.Staff {
		p.As = care.AsStaff
	}
	if name := k.called(a.Guest); a.Guest != "" && (k.Names[a.Guest] != "" || p.Name == "") {
		p.Name = words.Isolate(name)
	}
	switch a.Conn.Way {
	case rtc.WayUnknown:
	case rtc.WayDirect:
		p.Way = "direct"
	default:
		p.Way = "relay"
	}
	p.State, p.Side = standing(a), string(a.Trouble)
	if p.State == stage.Away && !a.Until.IsZero() {
		p.Since = a.Until.Add(-call.Grace)
	}
	p.Picture = a.Tracks[rtc.LineCamera] != nil && a.Seat.Camera && !a.Paused && p.State == stage.Here
	p.Screen = a.Seat.Screen && a.Tracks[rtc.LineScreen] != nil
	return p
}

// standing is how the connection with somebody stands. One that holds needs no house.
func standing(a call.Person) stage.State {
	switch a.Conn.State {
	case rtc.StateConnected:
		if a.Trouble == call.Both {
			return stage.Mending
		}
		return stage.Here
	case rtc.StateReconnecting:
		if a.Presence != live.Here {
			return stage.Away
		}
		return stage.Mending
	}
	if a.Presence != live.Here {
		return stage.Away
	}
	return stage.Joining
}

// closing is how many seconds there are until the end.
func closing(at, now care.Stamp) int {
	if at == 0 || at <= now {
		return 0
	}
	return int(math.Ceil(at.Sub(now).Seconds()))
}

// places gives everybody a place on the stage for as long as they are there: nobody's picture jumps because somebody left.
type places map[live.MemberID]int

// give finds a place, the lowest that is free; without one somebody is heard and not seen.
func (p places) give(who live.MemberID) {
	if _, has := p[who]; has {
		return
	}
	taken := map[int]bool{}
	for _, n := range p {
		taken[n] = true
	}
	for n := 1; n < stage.Places; n++ {
		if !taken[n] {
			p[who] = n
			return
		}
	}
}

// keep lets go of those who are gone, and returns the places that are free now.
func (p places) keep(here map[live.MemberID]bool) (free []int) {
	for who, n := range p {
		if !here[who] {
			delete(p, who)
			free = append(free, n)
		}
	}
	return free
}

// Minute is what a call noticed, as the visit's report has it. Of a minute that was cut short, what was missing of it counts and
// not what never was.
func Minute(c call.Minute) care.Minute {
	m := care.Minute{
		At: c.At, Quality: int(c.Word), Sound: 60 - min(max(c.Seconds-c.Sound, 0), 60), Picture: min(c.Picture, 60), Kbps: max(c.Kbps, 0),
		RTT: int(c.RoundTrip / time.Millisecond), Lost: min(int(math.Round(c.Loss*1000)), 1000), Breaks: min(c.Breaks, 60),
	}
	switch {
	case c.Way == rtc.WayDirect:
		m.Way = "direct"
	case strings.HasPrefix(string(c.Way), "relay"):
		m.Way = "relay"
	}
	return m
}
