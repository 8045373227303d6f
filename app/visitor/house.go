package visitor

import (
	"context"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// load reads how far the guest is. One asking at a time; what changes meanwhile is asked for again.
func (p *Page) load(ctx app.Context) {
	if p.loading || p.ended && p.known {
		p.stale = true
		return
	}
	p.loading, p.stale = true, false
	visit := p.att.Visit
	aside(p.page, func(c context.Context) {
		att, err := p.read(c, visit)
		p.page.Dispatch(func(ctx app.Context) { p.read1(ctx, att, err) })
	})
}

// read asks for the own place in the visit; which visit it is, the list of the guest's own says.
func (p *Page) read(ctx context.Context, visit care.VisitID) (api.Attendance, error) {
	if visit != "" {
		return p.Env.API.Attendance(ctx, visit)
	}
	list, err := p.Env.API.Attendances(ctx)
	if err != nil {
		return api.Attendance{}, err
	}
	for _, one := range list.Items {
		if one.Guest == p.guest {
			return one, nil
		}
	}
	return api.Attendance{}, fault.New(fault.NotFound, "not-found", nil)
}

func (p *Page) read1(ctx app.Context, att api.Attendance, err error) {
	p.loading = false
	p.trouble = ""
	switch {
	case err == nil:
		p.stands(att)
		p.known, p.out = true, ""
		p.openChat()
	case strange(err):
		p.out = fault.Of(err).Code
	default:
		p.trouble = frame.Say(err)
	}
	p.see(ctx)
	if p.stale && !p.ended {
		p.load(ctx)
	}
}

// strange reports whether the house knows this guest no more.
func strange(err error) bool {
	return fault.Is(err, fault.SignedOut) || fault.Is(err, fault.NotFound) || fault.Is(err, fault.Gone)
}

// report tells the queue of the staff what works, whenever that changed, and that the guest waits.
func (p *Page) report(ctx app.Context) {
	step, _ := p.way.Step()
	if p.telling || p.now().Sub(p.toldAt) < tellAgain || !p.known {
		return
	}
	if p.way.Left() {
		if !p.wentOut {
			p.tell(ctx, api.StepBody{Act: care.Leave}, func() { p.wentOut = true })
		}
		return
	}
	if p.ended || step != Checking && step != WaitRoom {
		return
	}
	ready := p.readiness()
	switch {
	case p.check.Done() && ready != p.told:
		p.tell(ctx, api.StepBody{Act: care.Check, Ready: &ready}, func() { p.told = ready })
	case step == WaitRoom && (p.att.State == care.Arrived || p.att.State == care.Checked):
		p.tell(ctx, api.StepBody{Act: care.Wait}, func() {})
	}
}

// tellAgain is how long what did not arrive waits before it is told again.
const tellAgain = 2 * time.Second

// tell does one step of the guest. What did not arrive is told again by the next tick.
func (p *Page) tell(ctx app.Context, step api.StepBody, done func()) {
	p.telling = true
	visit := p.att.Visit
	aside(p.page, func(c context.Context) {
		att, err := p.Env.API.StepAttendance(c, visit, step)
		p.page.Dispatch(func(ctx app.Context) {
			p.telling = false
			switch {
			case err == nil:
				done()
				p.stands(att)
			case strange(err) && step.Act == care.Leave: // there is nobody to be out any more
				done()
			default:
				p.toldAt = p.now()
			}
			p.see(ctx)
		})
	})
}

// leave takes the guest out at once, and tells the house as soon as it can be told.
func (p *Page) leave(ctx app.Context) {
	p.front = ""
	before, _ := p.way.Step()
	p.way.Leave(p.facts(), p.now())
	if now, _ := p.way.Step(); now != before {
		p.toldAt = time.Time{}
		p.entered(ctx, before, now)
		p.report(ctx)
	}
}

// comeBack goes to the porch, which knows how to knock again.
func (p *Page) comeBack(app.Context) { p.Env.Page.Reload() }

func (p *Page) reload(app.Context) { p.Env.Page.Reload() }

// sendSurvey says how it was, once.
func (p *Page) sendSurvey(ctx app.Context) {
	s := &p.notes
	if s.Busy || s.Sent || s.Stars == 0 {
		return
	}
	s.Busy, s.Fault = true, ""
	visit, body := p.att.Visit, api.AnswerBody{Stars: s.Stars, Wrong: s.Wrong, Text: s.Text}
	aside(p.page, func(c context.Context) {
		err := p.Env.API.AnswerVisit(c, visit, body)
		p.page.Dispatch(func(app.Context) {
			s.Busy, s.Sent, s.Fault = false, err == nil, frame.Say(err)
		})
	})
}

func (p *Page) survey() app.UI { return p.notes.Draw() }

// askCode asks for the digits that let in a second device of this guest.
func (p *Page) askCode(ctx app.Context) {
	p.front, p.code, p.nocode = "device", "", ""
	visit := p.att.Visit
	aside(p.page, func(c context.Context) {
		made, err := p.Env.API.MakeDeviceCode(c, visit)
		p.page.Dispatch(func(app.Context) {
			p.code = made.Code
			if err != nil {
				p.code, p.nocode = "", frame.Say(err)
			}
		})
	})
}
