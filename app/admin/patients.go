package admin

import (
	"context"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/live"
	"hearth/shared/words"
)

// Patients lists the records of patients, a part at a time: the house searches and filters, so ten thousand are as quick
// as ten. What is searched for may be a name, so it travels in no address.
type Patients struct {
	app.Compo
	Env *frame.Env

	query api.RecordQuery
	tree  tree
	list  list[api.Record]

	saving bool // the list as a file

	run   errand
	focus func(id string)
	stops []func()
}

// OnMount reads the places and the first part, and follows changes.
func (p *Patients) OnMount(ctx app.Context) {
	p.Env.Page.SetTitle(words.T("admin.patients") + " · " + words.T("app.name"))
	p.run, p.focus = errands(ctx), focusing(ctx, p.Env)
	p.Env.LoadMe(ctx, func(ctx app.Context) {
		p.tree.load(p.Env, p.run, nil)
		p.ask(0, true)
	})
	p.stops = append(p.stops,
		p.Env.Follow(ctx, func(app.Context, remote.View) {}),
		p.Env.Live.Listen(func(e live.Event) {
			if stirs(e) {
				ctx.Dispatch(func(app.Context) { p.ask(typing, false) })
			}
		}))
}

// OnDismount ends what OnMount began.
func (p *Patients) OnDismount() {
	p.list.stop()
	for _, stop := range p.stops {
		stop()
	}
	p.stops = nil
}

// ask asks for the list; anew is from its beginning, after another search.
func (p *Patients) ask(wait time.Duration, anew bool) {
	q, search := p.query, p.Env.API.ListRecords
	if q.Text != "" {
		search = p.Env.API.SearchRecords
	}
	p.list.read = func(ctx context.Context, after string) (rowsOf[api.Record], error) {
		q.After, q.Limit = after, part
		got, err := search(ctx, q)
		return rowsOf[api.Record]{got.Items, got.Next, got.Total}, err
	}
	p.list.again(p.Env, p.run, wait, anew)
}

// narrow changes what is asked for.
func (p *Patients) narrow(wait time.Duration, change func(*api.RecordQuery)) {
	change(&p.query)
	p.ask(wait, true)
}

// narrowed reports whether somebody may be hidden.
func (p *Patients) narrowed() bool {
	return p.query.Text != "" || p.query.Project != "" || p.query.Group != "" || p.query.State != ""
}

func (p *Patients) clear(app.Context) {
	p.query = api.RecordQuery{}
	p.ask(0, true)
	kit.Clear("search")
	p.focus("search")
}

// save gives the list that is shown, all its parts, as a file to keep. The house wants to know anew who asks.
func (p *Patients) save(app.Context) {
	if p.saving || p.Env.Files == nil {
		return
	}
	p.saving = true
	q := p.query
	q.After, q.Limit = "", 0
	p.run(func(ctx context.Context) func(app.Context) {
		got, err := p.Env.API.ExportRecords(ctx, q)
		return func(app.Context) {
			if p.saving = false; p.Env.SignedOut(err) {
				return
			}
			if p.list.fault = err; err == nil {
				p.Env.Files.Save(got.Name, got.Type, got.File)
			}
		}
	})
}

// mayWrite reports whether the reader makes patients anywhere.
func (p *Patients) mayWrite() bool { return p.Env.May(access.WritePatients) }
