package check

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/app/remote"
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

	report  Report
	fault   error // the house answered, and refused
	copied  bool
	refused bool // the browser did not copy

	end  context.CancelFunc
	stop func()
}

// OnMount follows the house, so that notices stand here too.
func (p *Page) OnMount(ctx app.Context) {
	p.Env.Page.SetTitle(words.T("check.title") + " · " + words.T("app.name"))
	p.stop = p.Env.Follow(ctx, func(app.Context, remote.View) {})
	p.Env.LoadMe(ctx, func(app.Context) {})
}

// OnDismount ends what runs.
func (p *Page) OnDismount() {
	p.stop()
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
	p.report, p.fault, p.copied, p.refused = begin(p.Env.Now(), at.Scheme, at.Host), nil, false, false
	run, end := context.WithCancel(context.Background())
	p.end = end
	room := live.SiteRoom(p.Env.Me().Site)
	if patient := p.Env.Me().Patient; patient != "" {
		room = live.PatientRoom(patient)
	}
	r := p.report
	go func() {
		defer end()
		fault := check(run, p.Env, room, r, func(r Report) { ctx.Dispatch(func(app.Context) { p.report = r }) })
		ctx.Dispatch(func(app.Context) { p.fault = fault })
	}()
}

// check goes through all steps and shows each change. The error is the house's refusal.
func check(ctx context.Context, e *frame.Env, room live.RoomID, r Report, show func(Report)) (refusal error) {
	tell := func() { shown := r; shown.Steps = slices.Clone(r.Steps); show(shown) }
	step := func(i int, do func(context.Context) (time.Duration, error)) (err error) {
		r.Steps[i].State = Running
		tell()
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		if r.Steps[i].Took, err = do(ctx); err != nil {
			r.Steps[i].State = Fails
		} else {
			r.Steps[i].State = Works
		}
		return err
	}
	err := step(0, func(ctx context.Context) (time.Duration, error) {
		began := time.Now()
		servers, err := e.Live.Relay(ctx, room)
		took := time.Since(began)
		r.relays(servers)
		return took, err
	})
	if err != nil && ctx.Err() == nil && !errors.Is(err, context.DeadlineExceeded) {
		refusal = err
	}
	for i := 1; i < len(r.Steps); i++ {
		_ = step(i, func(ctx context.Context) (time.Duration, error) {
			took, err := rtc.Loop(ctx, e.Relay, []live.ICEServer{r.Steps[i].server})
			return took / 2, err // to the relay and back once
		})
	}
	r.Done = true
	tell()
	return refusal
}

func (p *Page) copy(ctx app.Context) {
	text := p.report.Text()
	ctx.Async(func() {
		c, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		err := p.Env.Page.Copy(c, text)
		ctx.Dispatch(func(app.Context) { p.copied, p.refused = err == nil, err != nil })
	})
}

// Render draws it.
func (p *Page) Render() app.UI {
	verdict := ""
	if len(p.report.Steps) > 0 {
		verdict = p.report.Verdict()
	}
	start := words.T("check.start")
	if verdict != "" {
		start = words.T("check.again")
	}
	return app.Div().Class("page-check").Body(
		frame.Skip(),
		app.Main().ID("main").Class("main").TabIndex(-1).Body(
			p.Env.Notices(),
			app.Div().Body(app.A().ID("back").Class("btn line small").Href(p.Back).Body(kit.Icon("chevron-left"), app.Text(words.T("check.back")))),
			app.Header().Class("stack gap2").Body(app.H1().Text(words.T("check.title")), app.P().Class("dim").Text(words.T("check.about"))),
			app.Div().ID("check").DataSet("verdict", verdict).Class("stack gap4").Body(
				app.Div().Body(kit.Button{ID: "start", Word: start, Icon: "refresh", Class: "primary", Busy: p.running(), Press: p.start}.Draw()),
				kit.Slot(p.steps()...),
				app.Div().Role("status").Body(p.verdict(verdict)),
				kit.Slot(p.after()...))))
}

func (p *Page) steps() []app.UI {
	if len(p.report.Steps) == 0 {
		return nil
	}
	var rows []app.UI
	for _, s := range p.report.Steps {
		tone, icon := kit.Info, "clock"
		switch s.State {
		case Works:
			tone, icon = kit.Live, "check"
		case Fails:
			tone, icon = kit.Warn, "warning"
		}
		rows = append(rows, app.Li().Class("item row gap3 wrap").DataSet("step", s.Kind).DataSet("state", string(s.State)).Body(
			app.Div().Class("grow").Body(app.P().Text(words.T("check."+s.Kind)), app.P().Class("small dim mono").Text(s.At())),
			kit.Chip(tone, icon, s.Says())))
	}
	return []app.UI{app.Ul().Class("card flush").Body(rows...)}
}

// verdict is the whole in a sentence.
func (p *Page) verdict(is string) app.UI {
	switch {
	case p.fault != nil:
		return kit.Note(kit.Warn, "warning", app.Text(frame.Say(p.fault)))
	case is == "none":
		return kit.Note(kit.Info, "info", app.Text(words.T("check.none")))
	case is == "good":
		return kit.Note(kit.Live, "check", app.Text(words.T("check.good")))
	case is == "fair", is == "poor", is == "bad":
		return kit.Note(kit.Warn, "warning", app.Text(words.T("check."+is)))
	}
	return app.Text("")
}

// after is what to do with a finished report.
func (p *Page) after() (parts []app.UI) {
	if !p.report.Done {
		return nil
	}
	if asks := p.report.Asks(); len(asks) > 0 {
		var items []app.UI
		for _, ask := range asks {
			items = append(items, app.Li().Text(ask))
		}
		parts = append(parts, kit.Card("shield", words.T("check.ask"), nil, app.Ul().ID("asks").Class("stack gap2").Body(items...)))
	}
	copied := app.Span().Role("status").ID("copied").Class("small dim")
	if p.copied {
		copied = copied.Text(words.T("check.copied"))
	}
	parts = append(parts, app.Div().Class("row gap3 wrap").Body(
		kit.Button{ID: "copy", Word: words.T("check.copy"), Icon: "document", Class: "line", Press: p.copy}.Draw(), copied))
	if p.refused {
		parts = append(parts, kit.Note(kit.Info, "info", app.P().Text(words.T("check.copy.refused")),
			app.Pre().ID("text").Class("mono small").TabIndex(0).Aria("label", words.T("check.title")).Text(p.report.Text())))
	}
	return parts
}
