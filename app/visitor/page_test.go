package visitor

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/wasm/media"
)

// clinic is a house where one guest comes to Mira. What the guest's place is, tests change as the house would.
type clinic struct {
	*remotetest.House
	mu    sync.Mutex // held while the house answers
	at    api.Attendance
	steps []api.StepBody
	lines []api.Line
	gone  *fault.Error
	awake int // holds of the screen that were not released
}

// Hold, Held and Release are the screen's lock.
func (c *clinic) Hold()      { c.awake++ }
func (c *clinic) Held() bool { return c.awake > 0 }
func (c *clinic) Release()   { c.awake-- }

func newClinic(t *testing.T) *clinic {
	c := &clinic{House: remotetest.New()}
	c.Person = live.PersonView{ID: "g", Name: "Wren-23"}
	now := time.Now()
	c.at = api.Attendance{Visit: "v", Guest: "", Kind: care.Therapy, Start: now.Add(5 * time.Minute), End: now.Add(50 * time.Minute), VisitIs: care.Open,
		Host: "Mira Solano", Place: "Park Clinic", As: care.AsPatient, Name: "Wren-23", State: care.Arrived, Phone: "+49 705 550100", Emergency: "112", Survey: true, Told: care.ToldHost}
	c.answers(api.GetMe, func(remotetest.Asked) (any, error) { return api.Me{ID: "g"}, nil })
	c.answers(api.ListAttendance, func(remotetest.Asked) (any, error) {
		if c.gone != nil {
			return nil, c.gone
		}
		return api.List[api.Attendance]{Items: []api.Attendance{c.at}}, nil
	})
	c.answers(api.GetAttendance, func(remotetest.Asked) (any, error) {
		if c.gone != nil {
			return nil, c.gone
		}
		return c.at, nil
	})
	c.answers(api.StepAttendance, func(a remotetest.Asked) (any, error) {
		var s api.StepBody
		a.Read(t, &s)
		c.steps = append(c.steps, s)
		if next, ok := c.at.State.After(s.Act); ok {
			c.at.State = next
		}
		return c.at, nil
	})
	c.answers(api.ListLines, func(remotetest.Asked) (any, error) { return api.List[api.Line]{Items: c.lines}, nil })
	c.answers(api.AddLine, func(a remotetest.Asked) (any, error) {
		var b api.LineBody
		a.Read(t, &b)
		l := api.Line{ID: b.ID, Name: "Wren-23", Mine: true, Text: b.Text, At: time.Now()}
		c.lines = append(c.lines, l)
		return l, nil
	})
	c.answers(api.AnswerVisit, func(remotetest.Asked) (any, error) { return struct{}{}, nil })
	return c
}

// answers is Answer, one question at a time.
func (c *clinic) answers(op api.Operation, f func(remotetest.Asked) (any, error)) {
	c.Answer(op, func(a remotetest.Asked) (any, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		return f(a)
	})
}

// door lets the guest's page stand at its door, or in the visit.
func (c *clinic) door() { c.Put(live.Snapshot{Room: "door/g", N: 1, Epoch: "e"}) }
func (c *clinic) inside() {
	c.at.State = care.Admitted
	c.Put(live.Snapshot{Room: "visit/v", N: 1, Epoch: "e"})
}

// come opens the page of a guest.
func come(t *testing.T, c func(*testing.T) *clinic, f func(*testing.T, *remotetest.Visit, *Page, *clinic)) {
	t.Helper()
	var p *Page
	var k *clinic
	h := remotetest.New()
	k = c(t)
	_ = h
	remotetest.Inside(t, k.House, live.Visitor, func(e *frame.Env) app.Composer {
		now := time.Now()
		k.at.Start, k.at.End = now.Add(5*time.Minute), now.Add(50*time.Minute)
		e.Wake = k
		p = &Page{Env: e, Capture: media.Open, Player: media.OpenPlayer(), Make: media.ChromePhone}
		return p
	}, func(t *testing.T, v *remotetest.Visit) { f(t, v, p, k) })
}

// both is a device where everything works.
func both() media.State {
	on := media.Status{Wanted: true, Live: true, On: true, Facing: media.Front}
	return media.State{Mic: on, Camera: on}
}

func has(s media.State, p *Page) func(app.Context) {
	return func(ctx app.Context) { p.check.Asking = false; p.captured(ctx, s) }
}

func TestWhereAllIsWellThePageGoesOnByItself(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		c.door()
		v.Act(has(both(), p))
		v.Shows(`data-step="checking"`, "Can we see and hear you", `id="come-in"`)
		v.Later(2 * time.Second)
		v.Shows(`id="passes"`, "All is well")
		v.Spoken()
		v.Later(6 * time.Second)
		v.Shows(`data-step="waiting"`, "Mira Solano knows you are here", "begins in 5 minutes", "Camera on", "Mic on", `id="leave"`, `id="tip"`)
		v.Spoken()
		if len(c.steps) < 2 || c.steps[0].Act != care.Check || c.steps[0].Ready == nil || c.steps[0].Ready.Camera != care.WorksWell {
			t.Errorf("the house was told %+v", c.steps)
		}
		if c.at.State != care.WaitingRoom {
			t.Errorf("the guest is %s", c.at.State)
		}
		if v.Document.Kept(p.readyKey()) == "" {
			t.Error("a reload would check again")
		}
	})
}

func TestWithoutACameraOneComesInAllTheSame(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		c.door()
		sound := both()
		sound.Camera = media.Status{Wanted: true, Fault: fault.New(fault.Unavailable, "media.camera-denied", nil)}
		v.Act(has(sound, p))
		v.Later(10 * time.Second)
		v.Shows(`data-step="checking"`, `data-what="camera"`, `data-how="denied"`, `data-repair="chrome-phone"`, "Come in with sound only", `id="repair-again"`)
		v.Spoken()
		v.Later(3 * time.Minute)
		v.Shows(`id="late"`, "+49 705 550100")
		v.Act(p.comeIn)
		v.Shows(`data-step="waiting"`, "Mic on")
		v.Hides("Camera on")
		v.Spoken()
	})
}

func TestAWindowOfAnotherProgramHasAWayOut(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		c.door()
		v.Later(2 * time.Second) // this build of the page captures nothing
		v.Shows(`data-repair="in-app"`, `id="link-again"`, "Come in and listen")
		v.Hides(`id="copy-link"`) // of an address that is nothing to anybody
		v.Spoken()
		p.Link = "https://clinic.example/i/the-link"
		v.Press("copy-link")
		v.Shows("https://clinic.example/i/the-link") // it cannot be copied, so it can be read
		v.Document.MayCopy = true
		v.Press("copy-link")
		v.Shows("Copied.")
		v.Spoken()
		if v.Document.Copied != p.Link {
			t.Errorf("copied %q", v.Document.Copied)
		}
	})
}

func TestMessagesAndQuestionsWhileWaiting(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		c.door()
		v.Act(has(both(), p))
		v.Act(p.comeIn)
		c.lines = append(c.lines, api.Line{ID: "l", Name: "Mira Solano", Text: "Just finishing a call.", At: time.Now()})
		c.at.Late = 10
		c.Note("door/g", live.DataNote{What: "visit"})
		v.Later(time.Second)
		v.Shows("Just finishing a call.", "about 10 minutes late", `id="lines"`)
		p.draft = "Shall I wear the strap?"
		v.Send("write-send")
		v.Shows("Shall I wear the strap?", ` data-mine`, "Sent.")
		if p.draft != "" {
			t.Error("what was sent is still being written")
		}
		v.Spoken()
	})
}

func TestLeavingIsAskedForAndHasAWayBack(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		c.door()
		v.Act(has(both(), p))
		v.Act(p.comeIn)
		v.Act(p.open("leave"))
		v.Spoken()
		v.Act(p.leave)
		v.Shows(`data-step="left"`, `id="come-back"`, "+49 705 550100")
		v.Spoken()
		if c.at.State != care.LeftVisit || !p.ended {
			t.Errorf("the house knows %s, and the camera is on: %v", c.at.State, !p.ended)
		}
	})
}

func TestBeingLetInAndTheEnd(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		c.door()
		v.Act(has(both(), p))
		v.Act(p.comeIn)
		v.Later(2 * time.Second)
		c.inside()
		v.Later(2 * time.Second)
		v.Shows(`data-step="called-in"`, "You will see Mira Solano in a moment")
		if !strings.Contains(v.Document.Title, "letting you in") {
			t.Errorf("the document is called %q", v.Document.Title)
		}
		v.Spoken()
		v.Later(20 * time.Second)
		v.Shows(`id="late"`, `id="again"`, `id="phone"`)
		sat := false
		for _, cmd := range c.Commands() {
			sat = sat || cmd.Sit != nil && cmd.Sit.In && cmd.Room == "visit/v"
		}
		if !sat {
			t.Error("let in, and the page sits nowhere")
		}
		c.at.VisitIs = care.Ended
		p.way.was = true // there was a call
		c.Note("visit/v", live.DataNote{What: "visit"})
		v.Later(2 * time.Second)
		v.Shows(`data-step="ended"`, "Thank you for coming", `id="survey"`)
		v.Spoken()
		p.notes.Stars = 5
		v.Act(p.sendSurvey)
		v.Act(p.sendSurvey)
		if n := len(c.Asked(api.AnswerVisit)); n != 1 {
			t.Errorf("told %d times how it was", n)
		}
		v.Shows("Thank you. That helps us.")
	})
}

func TestEveryEndIsKindAndHasANextStep(t *testing.T) {
	for name, change := range map[string]func(*clinic){
		"denied":     func(c *clinic) { c.at.State, c.at.Reason = care.Denied, "later" },
		"removed":    func(c *clinic) { c.at.State, c.at.Reason = care.Denied, "removed" },
		"strange":    func(c *clinic) { c.at.State, c.at.Reason = care.Denied, "no-such-reason" },
		"taken back": func(c *clinic) { c.at.State, c.at.Reason = care.Uninvited, "revoked" },
		"cancelled":  func(c *clinic) { c.at.VisitIs = care.Cancelled },
		"over":       func(c *clinic) { c.at.VisitIs = care.Ended },
		"left":       func(c *clinic) { c.at.State = care.LeftVisit },
		"signed out": func(c *clinic) { c.gone = fault.New(fault.SignedOut, "sign-in.needed", nil) },
	} {
		t.Run(name, func(t *testing.T) {
			come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
				v.Later(2 * time.Second)
				change(c)
				v.Act(p.load)
				v.Later(time.Second)
				step, _ := p.way.Step()
				if step.Patience() != 0 {
					t.Fatalf("%s is no end", step)
				}
				if name != "signed out" {
					v.Shows("+49 705 550100")
				}
				v.Hides("<video")
				v.Spoken()
				if !p.ended {
					t.Error("the camera is on")
				}
			})
		})
	}
}

func TestAHouseThatDoesNotAnswerIsSaid(t *testing.T) {
	come(t, func(t *testing.T) *clinic {
		c := newClinic(t)
		c.Away(true)
		c.gone = fault.New(fault.Unavailable, "network", nil)
		return c
	}, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		v.Later(10 * time.Second)
		v.Shows(`data-step="taking-over"`, ` data-late`, `id="again"`)
		v.Spoken()
		v.Later(15 * time.Second)
		v.Shows(`data-step="trouble"`, `id="again"`)
		v.Spoken()
		c.gone = nil
		c.Away(false)
		c.door()
		v.Act(p.load)
		v.Later(20 * time.Second)
		v.Shows(`data-step="checking"`)
	})
}

func TestHelpIsOneTapAway(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		c.door()
		v.Later(2 * time.Second)
		v.Shows(`id="help"`)
		body := ""
		for _, part := range p.helpBody() {
			body += app.HTMLString(part)
		}
		for _, want := range []string{`href="tel:112"`, `href="tel:+49705550100"`} {
			if !strings.Contains(body, want) {
				t.Errorf("no %s in %s", want, body)
			}
		}
	})
}
