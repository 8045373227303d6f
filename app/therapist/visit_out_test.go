package therapist

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/app/stage"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/wasm/media"
	"hearth/wasm/rtc"
	"hearth/wasm/sound"
)

// counted is a Maker that makes nothing, and counts how often it was asked.
type counted struct {
	rtc.None
	n atomic.Int64
}

func (c *counted) Make(s []live.ICEServer, h rtc.Handler) (rtc.Conn, error) {
	c.n.Add(1)
	return c.None.Make(s, h)
}

// inCall is a visit's page in a call, in a house that knows one visit.
type inCall struct {
	*remotetest.Visit
	page           *Visit
	is             *api.Visit
	awake          int // holds of the screen that were not released
	alarms         int
	direct, relays counted
}

// Hold, Held and Release are the screen's lock.
func (c *inCall) Hold()      { c.awake++ }
func (c *inCall) Held() bool { return c.awake > 0 }
func (c *inCall) Release()   { c.awake-- }

// Ready, Unlock and Play are the house's tones.
func (c *inCall) Ready() bool { return true }
func (c *inCall) Unlock()     {}
func (c *inCall) Play(t sound.Tone) {
	if t == sound.Alarm {
		c.alarms++
	}
}

// inVisit opens the page of a visit as a browser does and waits until it is in the call.
func inVisit(t *testing.T, is api.Visit, f func(*inCall)) {
	t.Helper()
	h := clinic()
	c := &inCall{is: &is}
	answer := func(remotetest.Asked) (any, error) { return *c.is, nil }
	for _, op := range []api.Operation{api.GetVisit, api.BeginVisit, api.EndVisit, api.GoOnVisit, api.DenyGuest} {
		h.Answer(op, answer)
	}
	h.Answer(api.GetVisitNotes, func(remotetest.Asked) (any, error) {
		return api.VisitNotes{Version: 1, Parts: []care.NoteText{{Key: "said"}}}, nil
	})
	h.Answer(api.ListLines, func(remotetest.Asked) (any, error) { return api.List[api.Line]{}, nil })
	h.Put(live.Snapshot{Room: live.VisitRoom(visitID), N: 1})
	remotetest.Inside(t, h, live.Therapist, func(e *frame.Env) app.Composer {
		e.Peers, e.Relay, e.Wake, e.Sound = &c.direct, &c.relays, c, c
		c.page = &Visit{Env: e, Capture: media.Open, Player: func() media.Player { return media.None{} }}
		return c.page
	}, func(t *testing.T, v *remotetest.Visit) {
		c.Visit = v
		v.Act(func(ctx app.Context) {
			c.page.id, c.page.step, c.page.lost, c.page.looks = visitID, opening, nil, map[care.GuestID]bool{}
			c.page.read(ctx)
		})
		c.pass(2)
		v.Shows(`data-step="in"`)
		f(c)
	})
}

// pass lets seconds pass as the page sees them.
func (c *inCall) pass(seconds int) {
	for range 2 * seconds {
		c.Later(500 * time.Millisecond)
	}
}

// last is a page that comes after every other: whoever meets it offers.
const last = live.MemberID("zzzzzzzzzzzzzzzzzzzzzzzzzy")

// sits puts a guest into the call.
func (c *inCall) sits() {
	c.House.Put(live.Snapshot{Room: live.VisitRoom(visitID), N: 2, Members: []live.Member{
		{ID: c.Env.Live.Member(), Person: c.House.Person, Portal: live.Therapist, State: live.Here, Since: remotetest.Now(), Seat: &live.Seat{In: true}},
		{ID: last, Person: live.PersonView{ID: "g", Name: "Wren-23"}, Guest: "guest", Portal: live.Visitor, State: live.Here, Since: remotetest.Now(), Seat: &live.Seat{In: true}}}})
	c.pass(3)
}

// TestWhoeverIsOutIsFilmedNoMore: taken out of the visit or of the call, camera and signals end, and the page says so.
func TestWhoeverIsOutIsFilmedNoMore(t *testing.T) {
	inVisit(t, booked(care.Therapy, wren), func(c *inCall) {
		c.House.Answer(api.GetVisit, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.NotFound, "not-found", nil) })
		c.House.Note(live.VisitRoom(visitID), live.DataNote{What: "visit"})
		c.pass(2)
		c.Shows(`id="visit-lost"`)
		if c.page.meeting != nil || c.page.live != nil || c.Env.Busy() || c.awake != 0 {
			t.Error("camera, signals or the wake lock go on")
		}
	})
	inVisit(t, booked(care.Therapy, wren), func(c *inCall) {
		c.House.Leave(live.VisitRoom(visitID), "unassigned")
		c.pass(1)
		if c.page.meeting == nil {
			t.Error("a room that is told anew takes a moment")
		}
		c.pass(5)
		c.Shows(`data-step="left"`, `id="put-out"`, "no longer in this call", `id="join-again"`)
		c.Spoken()
		if c.page.meeting != nil || c.page.live != nil || c.Env.Busy() || c.awake != 0 {
			t.Error("camera, signals or the wake lock go on")
		}
		c.House.Put(live.Snapshot{Room: live.VisitRoom(visitID), N: 1})
		c.Press("join-again")
		c.pass(2)
		c.Shows(`data-step="in"`)
		if c.awake != 1 || !c.Env.Busy() {
			t.Errorf("back in the call the screen is held %d times", c.awake)
		}
		c.Hides(`id="put-out"`)
	})
}

// TestAnEndNobodyHeardIsTakenBack: everybody is told five seconds before; where the house cannot be told, nothing ends.
func TestAnEndNobodyHeardIsTakenBack(t *testing.T) {
	inVisit(t, booked(care.Family, wren), func(c *inCall) {
		c.sits()
		c.House.Answer(api.EndVisit, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Internal, "internal", nil) })
		c.Press("call-end")
		c.Press("end-all")
		c.pass(3)
		closing := live.Seat{}
		for _, cmd := range c.House.Commands() {
			if cmd.Sit != nil {
				closing = *cmd.Sit
			}
		}
		if closing.Closing != 0 || closing.At == 0 {
			t.Errorf("everybody still reads that it ends: %+v", closing)
		}
		c.Shows(`id="visit-trouble"`)
	})
}

// TestGoingOnIsSaidOnceItIsSo: nobody hears that the visit goes on while the house may end it all the same.
func TestGoingOnIsSaidOnceItIsSo(t *testing.T) {
	inVisit(t, booked(care.Family, wren), func(c *inCall) {
		c.sits()
		ends := c.Env.Live.View().Clock.House(c.Env.Now()).Add(time.Hour)
		c.Act(func(app.Context) { c.page.meeting.Call().Closing(ends) })
		told := func() (seat live.Seat) {
			for _, cmd := range c.House.Commands() {
				if cmd.Sit != nil {
					seat = *cmd.Sit
				}
			}
			return seat
		}
		asked := 0
		goesOn := func(err error) {
			c.House.Answer(api.GoOnVisit, func(remotetest.Asked) (any, error) {
				asked++
				time.Sleep(time.Second) // of made-up time: the house thinks
				if told().Closing != ends {
					t.Errorf("the house has not answered, and everybody reads %+v", told())
				}
				return *c.is, err
			})
			c.Act(func(ctx app.Context) {
				c.page.close(ctx, false)
				c.page.close(ctx, false)
				if !c.page.known().GoingOn {
					t.Error("nobody sees that the house is asked")
				}
			})
			c.pass(2)
		}
		c.pass(2)
		goesOn(fault.New(fault.Internal, "internal", nil))
		if told().Closing != ends || c.page.known().GoingOn {
			t.Errorf("it ends all the same, and everybody reads %+v", told())
		}
		c.Shows(`id="visit-trouble"`)
		goesOn(nil)
		if told().Closing != 0 || asked != 2 {
			t.Errorf("asked %d times it goes on, and everybody reads %+v", asked, told())
		}
	})
}

// TestThroughTheRelayOrNotAtAll: neither the call nor the signals of such a visit go another way, from the beginning, or from
// the moment it is wished.
func TestThroughTheRelayOrNotAtAll(t *testing.T) {
	relayed := booked(care.Therapy, wren)
	relayed.Relay = true
	inVisit(t, relayed, func(c *inCall) {
		c.sits()
		if c.direct.n.Load() != 0 || c.relays.n.Load() == 0 {
			t.Errorf("%d connections were to go directly, %d through the relay", c.direct.n.Load(), c.relays.n.Load())
		}
		if c.page.live == nil || !c.page.live.relay {
			t.Error("the signals may go another way")
		}
	})
	inVisit(t, booked(care.Therapy, wren), func(c *inCall) {
		c.sits()
		direct := c.direct.n.Load()
		if direct == 0 || c.relays.n.Load() != 0 || c.page.live == nil || c.page.live.relay {
			t.Errorf("%d connections were to go directly, %d through the relay", direct, c.relays.n.Load())
		}
		c.is.Relay = true
		c.House.Note(live.VisitRoom(visitID), live.DataNote{What: "visit"})
		c.pass(3)
		direct = c.direct.n.Load()
		c.pass(10)
		if c.direct.n.Load() != direct || c.relays.n.Load() == 0 || c.page.live == nil || !c.page.live.relay {
			t.Errorf("since it is wished %d connections were to go directly, %d through the relay", c.direct.n.Load()-direct, c.relays.n.Load())
		}
	})
}

// TestSomebodyElseIsInvitedInTheMiddle: whoever is met from then on is met through the relay, and nobody is cut off: the call goes on.
func TestSomebodyElseIsInvitedInTheMiddle(t *testing.T) {
	is := booked(care.Therapy, wren)
	is.Guests[0].State = care.InCall
	inVisit(t, is, func(c *inCall) {
		c.sits()
		call := c.page.meeting
		c.is.Relay = true
		c.House.Note(live.VisitRoom(visitID), live.DataNote{What: "visit"})
		c.pass(3)
		direct := c.direct.n.Load()
		c.pass(10)
		if c.page.meeting != call || c.direct.n.Load() != direct || c.relays.n.Load() == 0 {
			t.Errorf("the same call is %v, %d connections were to go directly, %d through the relay", c.page.meeting == call, c.direct.n.Load()-direct, c.relays.n.Load())
		}
	})
}

// TestSignalsEndWithTheCall: who left receives nothing, and no alarm rings that nobody could hush. Whoever comes back receives
// again what they did; once the visit is over nobody does.
func TestSignalsEndWithTheCall(t *testing.T) {
	streams := func(c *inCall) *Live {
		l := c.page.live
		c.Act(func(ctx app.Context) {
			if !l.wanted {
				l.toggle(ctx)
			}
			l.streamed = true
		})
		c.pass(1)
		if !l.wanted {
			t.Error("the signals are not wanted")
		}
		return l
	}
	inVisit(t, booked(care.Therapy, wren), func(c *inCall) {
		was := streams(c)
		c.Act(c.page.leave)
		c.pass(30)
		if c.page.live != nil || was.desk != nil || c.Env.Busy() || c.alarms != 0 {
			t.Errorf("left: signals %v, busy %v, %d alarms", c.page.live != nil, c.Env.Busy(), c.alarms)
		}
		c.is.Relay = true
		c.House.Note(live.VisitRoom(visitID), live.DataNote{What: "visit"})
		c.pass(2)
		if c.page.live != nil {
			t.Error("who left receives signals")
		}
		c.Press("join-again")
		c.pass(2)
		if l := c.page.live; l == nil || l == was || !l.wanted {
			t.Error("back, and the signals are not")
		}
		streams(c)
		c.is.State = care.Ended
		c.House.Note(live.VisitRoom(visitID), live.DataNote{What: "visit"})
		c.pass(30)
		c.Shows(`data-step="over"`)
		w := wishOf(c.Document, "mira", wren)
		if c.page.live != nil || c.Env.Busy() || c.alarms != 0 || w.stands(c.Env.Now()) {
			t.Errorf("over: signals %v, busy %v, %d alarms", c.page.live != nil, c.Env.Busy(), c.alarms)
		}
	})
}

// TestAVisitIsNoNewsOfThePatient: who comes and goes, and what is written, is no reason to read the patient anew; what therapists may
// receive is.
func TestAVisitIsNoNewsOfThePatient(t *testing.T) {
	inVisit(t, booked(care.Therapy, wren), func(c *inCall) {
		read := func() int { return len(c.House.Asked(api.GetPatient)) }
		if c.page.live == nil {
			t.Fatal("no signals beside the call")
		}
		before := read()
		for _, what := range []string{"visit", "visits", "queue", "lines"} {
			for range 5 {
				c.House.Note(live.VisitRoom(visitID), live.DataNote{What: what})
			}
		}
		c.pass(2)
		if n := read() - before; n != 0 {
			t.Errorf("the patient was read %d times because of a visit", n)
		}
		c.House.Note(live.VisitRoom(visitID), live.DataNote{What: "permissions"})
		c.pass(1)
		if n := read() - before; n == 0 {
			t.Errorf("the patient was read %d times because of a permission", n)
		}
	})
}

// TestWhoeverJoinsAgainGoesOn: with the stage as it was, also when every connection begins anew; the next visit has its own.
func TestWhoeverJoinsAgainGoesOn(t *testing.T) {
	inVisit(t, booked(care.Therapy, wren), func(c *inCall) {
		was := c.page.stage
		c.Press("call-chat")
		c.Shows(`data-panel="chat"`)
		c.Act(c.page.leave)
		c.Press("join-again")
		c.pass(2)
		c.Shows(`data-panel="chat"`)
		c.is.Relay = true
		c.House.Note(live.VisitRoom(visitID), live.DataNote{What: "visit"})
		c.pass(2)
		if c.Shows(`data-panel="chat"`, `data-step="in"`); c.page.stage != was {
			t.Error("it is another stage")
		}
		c.Act(func(ctx app.Context) {
			c.page.shut()
			c.page.id, c.page.step = visitID, opening
			c.page.read(ctx)
		})
		c.pass(2)
		if c.Hides(`data-panel="chat"`); c.page.stage == was || c.page.stage == nil {
			t.Error("another visit goes on with what was half written in this one")
		}
	})
}

// TestWhoeverIsMutedComesBackMuted: after leaving, and where every connection begins anew, until the visit is over.
func TestWhoeverIsMutedComesBackMuted(t *testing.T) {
	inVisit(t, booked(care.Therapy, wren), func(c *inCall) {
		c.Act(func(app.Context) { c.page.own.Mute(rtc.LineAudio, true); c.page.own.Mute(rtc.LineCamera, true) })
		c.pass(1)
		c.Act(c.page.leave)
		c.Press("join-again")
		c.pass(2)
		if m := c.page.own.State().Muted; m != (media.Muted{Mic: true, Camera: true}) {
			t.Errorf("back in the call %+v", m)
		}
		c.Act(func(app.Context) { c.page.own.Mute(rtc.LineCamera, false) })
		was := c.page.own
		c.is.Relay = true
		c.House.Note(live.VisitRoom(visitID), live.DataNote{What: "visit"})
		c.pass(3)
		if m := c.page.own.State().Muted; c.page.own == was || m != (media.Muted{Mic: true}) {
			t.Errorf("through the relay %+v", m)
		}
		c.is.State = care.Ended
		c.House.Note(live.VisitRoom(visitID), live.DataNote{What: "visit"})
		c.pass(2)
		for key, kept := range c.Document.Drawer {
			if kept != "" && strings.Contains(key, "muted") {
				t.Errorf("the visit is over, and %s is kept", key)
			}
		}
	})
}

// TestWhoeverUnmutesIsHeard: with the device that comes once there is one again, and from the page on which they said so.
func TestWhoeverUnmutesIsHeard(t *testing.T) {
	inVisit(t, booked(care.Family, wren), func(c *inCall) {
		c.Act(func(app.Context) { c.page.own.Mute(rtc.LineAudio, true) }) // and its device is gone
		c.Press("call-mic")
		c.pass(1)
		if c.page.own.State().Muted.Mic {
			t.Error("the next device would be muted")
		}
		main := func() (at care.Stamp) {
			for _, cmd := range c.House.Commands() {
				if cmd.Sit != nil {
					at = cmd.Sit.Main
				}
			}
			return at
		}
		mine := live.Member{ID: c.Env.Live.Member(), Person: c.House.Person, Portal: live.Therapist, State: live.Here, Since: remotetest.Now(), Seat: &live.Seat{In: true}}
		other := mine
		other.ID = last
		c.House.Put(live.Snapshot{Room: live.VisitRoom(visitID), N: 2, Members: []live.Member{other, mine}})
		c.pass(2)
		if !c.page.meeting.State().Second || main() != 0 {
			t.Fatal("it is not the second page")
		}
		c.Press("call-mic")
		c.pass(1)
		if main() == 0 {
			t.Error("who unmuted here is heard elsewhere")
		}
	})
}

// TestTwoPagesOfNotes: a therapist writes on two devices, and neither takes the other's words away.
func TestTwoPagesOfNotes(t *testing.T) {
	inVisit(t, booked(care.Family, wren), func(c *inCall) {
		stored := api.VisitNotes{Version: 1, Parts: []care.NoteText{{Key: "said"}, {Key: "plan"}}}
		c.House.Answer(api.GetVisitNotes, func(remotetest.Asked) (any, error) { return stored, nil })
		c.House.Answer(api.PutVisitNotes, func(a remotetest.Asked) (any, error) {
			var b api.PutVisitNotesBody
			a.Read(t, &b)
			if b.Version != stored.Version {
				return nil, fault.New(fault.Conflict, "store.conflict", nil)
			}
			stored.Version, stored.Parts = stored.Version+1, b.Parts
			return stored, nil
		})
		c.Act(func(ctx app.Context) { c.page.readNotes(ctx) })
		c.Act(func(app.Context) { c.page.notes.Keep([]stage.Part{{Key: "said", Text: "Slept well."}}, c.Env.Now()) })
		stored.Version, stored.Parts = 5, []care.NoteText{{Key: "said", Text: "Came late."}, {Key: "plan", Text: "Walk."}}
		c.pass(20)
		if got := stored.Parts; got[0].Text != "Came late.\nSlept well." || got[1].Text != "Walk." || c.page.notes.Unsaved() {
			t.Errorf("the house has %+v", got)
		}
	})
}

// TestTheNotesOfTheVisitBefore: an answer that comes late is of its own visit's notes, and the last words are sent on leaving.
func TestTheNotesOfTheVisitBefore(t *testing.T) {
	const next = care.VisitID("nextaaaaaaaaaaaaaaaaaaaaaa")
	for name, lost := range map[string]error{"well": nil, "away": fault.New(fault.Unavailable, "network", nil)} {
		inVisit(t, booked(care.Family, wren), func(c *inCall) {
			c.House.Answer(api.GetVisitNotes, func(a remotetest.Asked) (any, error) {
				return map[string]api.VisitNotes{
					string(visitID): {Version: 7, Parts: []care.NoteText{{Key: "said"}}},
					string(next):    {Version: 2, Parts: []care.NoteText{{Key: "said", Text: "Of the next."}}},
				}[a.Names["visit"]], nil
			})
			c.House.Answer(api.PutVisitNotes, func(a remotetest.Asked) (any, error) {
				var b api.PutVisitNotesBody
				a.Read(t, &b)
				return api.VisitNotes{Version: b.Version + 1, Parts: b.Parts}, nil
			})
			write := func(text string) {
				c.Act(func(app.Context) { c.page.notes.Keep([]stage.Part{{Key: "said", Text: text}}, c.Env.Now()) })
			}
			leave := func(ctx app.Context, to care.VisitID) { // by the link of somebody who waits there
				c.page.shut()
				c.is.ID, c.page.id, c.page.step = to, to, opening
			}
			c.Act(func(ctx app.Context) { c.page.readNotes(ctx) })
			write("Slept well.")
			c.Act(func(ctx app.Context) {
				before := c.page.notes
				before.Due(c.Env.Now(), true) // it is on its way
				before.busy = true
				leave(ctx, next)
				c.page.came(ctx, *c.is, nil)
				c.page.saved(ctx, before, 8, lost) // and answered while the next one's are being read
			})
			c.pass(15)
			if n := c.page.notes; n.Version != 2 || len(n.Parts) != 1 || n.Parts[0].Text != "Of the next." || n.Unsaved() {
				t.Errorf("%s: the next visit's notes: %+v", name, n.Notes)
			}
			write("Of the next. And more.")
			c.Act(func(ctx app.Context) {
				leave(ctx, visitID)
				c.page.read(ctx)
			})
			var puts []string
			for _, a := range c.House.Asked(api.PutVisitNotes) {
				var b api.PutVisitNotesBody
				a.Read(t, &b)
				puts = append(puts, fmt.Sprint(a.Names["visit"], b.Version, b.Parts))
			}
			if want := string(next) + "2 [{said  Of the next. And more.}]"; !slices.Equal(puts, []string{want}) {
				t.Errorf("%s: saved %q, want %q", name, puts, want)
			}
		})
	}
}

// door is one somebody stands at.
type door struct{ frame.Door }

func (door) Stand(app.Context) {}
func (door) Bar(bool) app.UI   { return app.P().ID("knock") }
func (door) Front() app.UI     { return app.P().ID("knock-front") }

// TestWhoWaitsIsSeenAfterAVisit: while the outcome is said and notes are written the next patient waits.
func TestWhoWaitsIsSeenAfterAVisit(t *testing.T) {
	for name, end := range map[string]func(*inCall){
		"left": func(c *inCall) { c.Act(c.page.leave) },
		"over": func(c *inCall) { c.is.State = care.Ended; c.Act(c.page.read) },
		"lost": func(c *inCall) {
			c.Act(func(app.Context) { c.page.lost = fault.New(fault.NotFound, "not-found", nil) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			inVisit(t, booked(care.Therapy, wren), func(c *inCall) {
				c.page.Env.Door = door{}
				end(c)
				c.Settle()
				c.Hides(`id="stage"`)
				c.Shows(`id="knock"`, `id="knock-front"`)
			})
		})
	}
}
