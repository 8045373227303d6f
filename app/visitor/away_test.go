package visitor

import (
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/meeting"
	"hearth/app/remote/remotetest"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/wasm/media"
	"hearth/wasm/rtc"
)

// waits brings a guest into the waiting room.
func waits(v *remotetest.Visit, p *Page, c *clinic) {
	c.door()
	v.Act(has(both(), p))
	v.Press("come-in")
}

// pass lets time pass second by second, as the page sees it.
func pass(v *remotetest.Visit, d time.Duration) {
	for range d / time.Second {
		v.Later(time.Second)
	}
}

// TestWhatIsWrittenIsNeverLost: in the waiting room and in the call a line stays, marked, until the house has it.
func TestWhatIsWrittenIsNeverLost(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		waits(v, p, c)
		c.Away(true)
		p.draft = "Shall I wear the strap?"
		v.Send("write-send")
		v.Shows("Shall I wear the strap?", "not sent yet")
		v.Later(time.Minute)
		v.Shows("Shall I wear the strap?", "not sent yet")
		v.Spoken()
		c.Away(false)
		v.Later(time.Minute)
		v.Shows("Shall I wear the strap?")
		v.Hides("not sent yet")
		c.inside()
		v.Later(2 * time.Second)
		c.Away(true)
		v.Act(func(ctx app.Context) { p.call.Stage.Acts.Say(ctx, "I hear nothing.") })
		v.Later(10 * time.Second)
		if view := p.call.Stage.Seen(); len(view.Chat) != 2 || !view.Chat[1].Unsent {
			t.Errorf("the call shows %+v", view.Chat)
		}
		c.Away(false)
		v.Later(time.Minute)
		if len(c.lines) != 2 || c.lines[1].Text != "I hear nothing." {
			t.Errorf("the house has %+v", c.lines)
		}
		c.answers(api.AddLine, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Invalid, "visit.line", nil) })
		v.Act(func(ctx app.Context) { p.call.Stage.Acts.Say(ctx, "no") })
		v.Later(2 * time.Second)
		if view := p.call.Stage.Seen(); len(view.Chat) != 3 || !view.Chat[2].Failed || p.call.Stage.Acts.Again == nil {
			t.Errorf("a line that is refused: %+v", view.Chat)
		}
	})
}

// TestWhoeverLeavesIsToldUntilTheHouseKnows: staff let in nobody who is gone.
func TestWhoeverLeavesIsToldUntilTheHouseKnows(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		waits(v, p, c)
		c.Away(true)
		v.Press("leave")
		v.Press("leave-yes")
		v.Shows(`data-step="left"`)
		if !p.ended {
			t.Error("the camera is on")
		}
		v.Later(time.Minute)
		c.Away(false)
		v.Later(10 * time.Second)
		if c.at.State != care.LeftVisit {
			t.Errorf("the house thinks they are %s", c.at.State)
		}
		n := len(c.steps)
		v.Later(time.Minute)
		if len(c.steps) != n {
			t.Errorf("told %d times more", len(c.steps)-n)
		}
	})
}

// TestNobodyIsFilmedForNobody: where the line is gone for minutes the lights go out, and when it is back the page comes back
// by itself.
func TestNobodyIsFilmedForNobody(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		waits(v, p, c)
		c.inside()
		v.Later(2 * time.Second)
		p.way.was = true // there was a call
		c.Away(true)
		pass(v, lostAfter+10*time.Second)
		v.Shows(`data-step="lost"`, `id="again"`)
		if p.ended {
			t.Error("the camera is off already, and the line may come back any moment")
		}
		pass(v, lightsOut+2*time.Second)
		v.Shows(`data-step="lost"`, `id="again"`)
		if !p.ended || v.Document.Loaded != 0 {
			t.Errorf("the camera is on: %v; loaded anew %d times", !p.ended, v.Document.Loaded)
		}
		c.Away(false)
		v.Later(15 * time.Second)
		if v.Document.Loaded != 1 {
			t.Errorf("the line is back, and the page was loaded anew %d times", v.Document.Loaded)
		}
	})
}

// TestNoLineIsLostByLoadingAnew: a page that comes back tells first what was written meanwhile; it does not wait for ever.
func TestNoLineIsLostByLoadingAnew(t *testing.T) {
	for name, answers := range map[string]bool{"told": true, "never told": false} {
		come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
			waits(v, p, c)
			c.inside()
			v.Later(2 * time.Second)
			p.way.was = true // there was a call
			c.Away(true)
			v.Act(func(ctx app.Context) { p.call.Stage.Acts.Say(ctx, "Are you there?") })
			pass(v, lostAfter+lightsOut+12*time.Second)
			c.answers(api.AddLine, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Unavailable, "network", nil) })
			c.Away(false)
			for range 60 {
				if step, _ := p.way.Step(); !step.Alone() {
					break
				}
				v.Later(time.Second)
			}
			pass(v, 4*time.Second)
			if !p.ended || v.Document.Loaded != 0 {
				t.Fatalf("%s: lights out %v, loaded anew %d times before the line was told", name, p.ended, v.Document.Loaded)
			}
			if answers {
				c.answers(api.AddLine, func(a remotetest.Asked) (any, error) {
					var b api.LineBody
					a.Read(t, &b)
					c.lines = append(c.lines, api.Line{ID: b.ID, Mine: true, Text: b.Text, At: time.Now()})
					return c.lines[0], nil
				})
			}
			pass(v, writtenWithin)
			if v.Document.Loaded != 1 || answers != (len(c.lines) == 1) {
				t.Errorf("%s: loaded anew %d times, the house has %d lines", name, v.Document.Loaded, len(c.lines))
			}
		})
	}
}

// TestWhoeverIsMutedIsLoadedAnewMuted: a page may load itself anew, and nobody is heard who did not say so.
func TestWhoeverIsMutedIsLoadedAnewMuted(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		waits(v, p, c)
		v.Press("own-mic")
		v.Settle()
		again := &Page{Env: v.Env, Capture: media.Open, Player: media.OpenPlayer(), Make: media.ChromePhone}
		v.Act(again.OnMount)
		if m := again.own.State().Muted; m != (media.Muted{Mic: true}) {
			t.Errorf("loaded anew %+v", m)
		}
		v.Act(func(app.Context) { again.own.Mute(rtc.LineAudio, false) })
		v.Settle()
		if m := meeting.Muted(v.Document, string(p.guest)); m != (media.Muted{}) {
			t.Errorf("unmuted, and %+v is kept", m)
		}
		v.Act(func(app.Context) { again.OnDismount() })
	})
}

// TestEveryMinuteIsTold: when the page is put away, and at the end, to the last.
func TestEveryMinuteIsTold(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		told := 0
		c.answers(api.ReportMinutes, func(a remotetest.Asked) (any, error) {
			var b api.MinutesBody
			a.Read(t, &b)
			told += len(b.Minutes)
			return struct{}{}, nil
		})
		noticed := func(want int) {
			t.Helper()
			v.Act(func(app.Context) { p.minutes = append(p.minutes, care.Minute{Quality: 4}) })
			v.Later(2 * time.Second)
			if told != want {
				t.Errorf("%d minutes were told, want %d", told, want)
			}
		}
		waits(v, p, c)
		c.inside()
		noticed(0)
		noticed(2)
		noticed(2)
		v.Document.Hide(true)
		v.Settle()
		if told != 3 {
			t.Errorf("put away: %d minutes were told", told)
		}
		v.Document.Hide(false)
		v.Later(2 * time.Second)
		v.Press("leave")
		v.Press("leave-yes")
		noticed(4) // what the call noticed last comes when its connections are closed
	})
}

// TestAnotherVersionIsSaid: a page the house understands no more says what helps.
func TestAnotherVersionIsSaid(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		waits(v, p, c)
		c.Refuse(live.Refused{Code: live.CodeVersion, Final: true})
		v.Later(2 * time.Second)
		v.Shows(`data-step="trouble"`, "load the page anew")
		v.Spoken()
		v.Press("again")
		if v.Document.Loaded != 1 {
			t.Error("the page was not loaded anew")
		}
	})
}
