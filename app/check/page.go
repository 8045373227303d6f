package check

import (
	"context"
	"errors"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/shared/live"
	"hearth/shared/words"
	"hearth/wasm/rtc"
)

// patience is how long one step may take. Browsers give up on a silent relay after about as long.
const patience = 10 * time.Second

// Page is the page.
type Page struct {
	app.Compo
	Env  *frame.Env
	Back string // where the reader came from

	report Report
	fault  error  // the house answered, and refused
	copied string // what came of copying, in words

	end context.CancelFunc
}

// OnMount asks who is signed in.
func (p *Page) OnMount(ctx app.Context) {
	p.Env.Page.SetTitle(say("title") + " · " + words.T("app.name"))
	p.Env.LoadMe(ctx, func(app.Context) {})
}

// OnDismount ends what runs.
func (p *Page) OnDismount() {
	if p.end != nil {
		p.end()
	}
}

func (p *Page) running() bool { return len(p.report.Steps) > 0 && !p.report.Done }

// start checks one thing after the other: side by side they would hold more relays than one page may have.
func (p *Page) start(ctx app.Context) {
	if p.running() {
		return
	}
	at := app.Window().URL()
	p.report, p.fault, p.copied = begin(p.Env.Now(), at.Scheme, at.Host), nil, ""
	room := live.SiteRoom(p.Env.Me().Site)
	if patient := p.Env.Me().Patient; patient != "" {
		room = live.PatientRoom(patient)
	}
	run := &run{env: p.Env, room: room, report: p.report, show: func(r Report, refusal error) {
		ctx.Dispatch(func(app.Context) { p.report, p.fault = r, refusal })
	}}
	c, end := context.WithCancel(context.Background())
	p.end = end
	go run.all(c)
}

// run is a check that runs. It belongs to its goroutine, and what it shows is a copy.
type run struct {
	env     *frame.Env
	room    live.RoomID
	report  Report
	refusal error // the house's
	show    func(Report, error)
}

func (r *run) all(ctx context.Context) {
	for i := 0; i < len(r.report.Steps); i++ { // the first brings the others
		r.tell(i, Running)
		state := Works
		if r.step(ctx, i) != nil {
			state = Fails
		}
		r.tell(i, state)
	}
	r.report.Done = true
	r.show(r.report, r.refusal)
}

func (r *run) tell(i int, s State) {
	r.report.Steps = append([]Step(nil), r.report.Steps...)
	r.report.Steps[i].State = s
	r.show(r.report, nil)
}

// step does a step. The live socket is good when the house answers over it, which it does with the ways to the relay.
func (r *run) step(ctx context.Context, i int) (err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var took time.Duration
	if i > 0 {
		took, err = rtc.Loop(ctx, r.env.Relay, r.report.Steps[i].servers)
		took /= 2 // to the relay and back once
	} else {
		var servers []live.ICEServer
		began := time.Now()
		servers, err = r.env.Live.Relay(ctx, r.room)
		took = time.Since(began)
		r.report.relays(servers)
		if ctx.Err() == nil && !errors.Is(err, context.DeadlineExceeded) {
			r.refusal = err
		}
	}
	r.report.Steps[i].Took = took
	return err
}

func (p *Page) copy(ctx app.Context) {
	text := p.report.Text()
	ctx.Async(func() {
		err := p.Env.Page.Copy(ctx, text)
		ctx.Dispatch(func(app.Context) {
			key := "copied"
			if err != nil {
				key = "copy.refused"
			}
			p.copied = say(key)
		})
	})
}
