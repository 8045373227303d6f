package admin

import (
	"context"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/shared/words"
)

// People lists those who work here, a part at a time, and makes, renames and disables them, signs them out, and gives and
// takes their roles. Patients have a page of their own.
type People struct {
	app.Compo
	Env *frame.Env

	query  api.PeopleQuery
	tree   tree
	list   list[api.Person]
	open   care.PersonID // whose row is opened
	dialog *personDialog // nil = none
	done   string        // what was done last, for a screen reader and a toast
	wires  wires         // of the person about to be signed out

	run   errand
	focus func(id string)
	stops []func()
}

// personDialog is what stands in front of the page.
type personDialog struct {
	kind     dialogKind
	person   api.Person // whom it is about, as last read
	draft    Draft
	name     string // being changed
	role, at string // about to be given
	ended    string // whom they care for no more, after a role was taken
	password string // handed out

	enrolment api.Enrolment // a code, handed out
	copied    bool
	busy      bool
	fault     error
	from      string // the element that opened it
}

type dialogKind string

const (
	creating  dialogKind = "create"
	renaming  dialogKind = "rename"
	disabling dialogKind = "disable"
	enabling  dialogKind = "enable"
	resetting dialogKind = "reset"
	granting  dialogKind = "roles"
	handed    dialogKind = "handed" // a password is shown, once
)

// OnMount reads the list and follows its changes.
func (p *People) OnMount(ctx app.Context) {
	p.Env.Page.SetTitle(words.T("admin.people") + " · " + words.T("app.name"))
	p.run, p.focus = errands(ctx), focusing(ctx, p.Env)
	p.query.Kind, p.query.Limit = care.OnlyStaff, part
	p.Env.LoadMe(ctx, func(ctx app.Context) {
		p.tree.load(p.Env, p.run, nil)
		p.ask(0, true)
	})
	p.stops = append(p.stops,
		p.Env.Follow(ctx, func(app.Context, remote.View) {}),
		p.Env.Live.Listen(func(e live.Event) {
			if stirs(e) {
				ctx.Dispatch(p.read)
			}
		}))
}

// OnDismount ends what OnMount began.
func (p *People) OnDismount() {
	p.list.stop()
	for _, stop := range p.stops {
		stop()
	}
	p.stops = nil
}

// ask asks for the list; anew is from its beginning, after another search.
func (p *People) ask(wait time.Duration, anew bool) {
	q := p.query
	p.list.read = func(ctx context.Context, after string) (rowsOf[api.Person], error) {
		q.After = after
		got, err := p.Env.API.SearchPeople(ctx, q)
		return rowsOf[api.Person]{got.Items, got.Next, got.Total}, err
	}
	p.list.then = p.refresh
	p.list.again(p.Env, p.run, wait, anew)
}

// read reads the part that is shown again.
func (p *People) read(app.Context) { p.ask(0, false) }

// narrow changes what is asked for.
func (p *People) narrow(wait time.Duration, change func(*api.PeopleQuery)) {
	change(&p.query)
	p.ask(wait, true)
}

// refresh shows the newest of the person an open dialog is about.
func (p *People) refresh() {
	if p.dialog == nil || p.dialog.person.ID == "" {
		return
	}
	if now, ok := p.find(p.dialog.person.ID); ok && now.Version >= p.dialog.person.Version {
		p.dialog.person = now
	}
}

func (p *People) find(id care.PersonID) (api.Person, bool) {
	for _, one := range p.list.items {
		if one.ID == id {
			return one, true
		}
	}
	return api.Person{}, false
}

// put takes one person as the house answered.
func (p *People) put(now api.Person) {
	for i, one := range p.list.items {
		if one.ID == now.ID && one.Version <= now.Version {
			p.list.items[i] = now
		}
	}
}

// about opens a dialog about somebody; from is the button, which has the keyboard again afterwards.
func (p *People) about(kind dialogKind, person api.Person, from string) func(app.Context) {
	return func(app.Context) {
		if now, ok := p.find(person.ID); ok {
			person = now
		}
		p.done = ""
		p.dialog = &personDialog{kind: kind, person: person, name: person.Name, from: from, role: string(access.Therapist)}
		if spots := p.tree.spots(p.Env, access.ManagePeople, false); len(spots) > 0 {
			p.dialog.draft.At, p.dialog.at = spots[0].Value, spots[0].Value
		}
		if kind == parting {
			p.wires = wires{env: p.Env, run: p.run, focus: func(string) {}, person: person.ID}
			p.wires.read()
		}
	}
}

// leave closes the dialog, but not while the house is being asked.
func (p *People) leave(app.Context) {
	if p.dialog == nil || p.dialog.busy {
		return
	}
	from := p.dialog.from
	p.dialog = nil
	p.focus(from)
}

// create asks the house to make the person of the draft.
func (p *People) create(app.Context) {
	d := p.dialog
	if d == nil || d.busy {
		return
	}
	if !d.draft.Check() {
		p.point(d)
		return
	}
	d.busy, d.fault = true, nil
	body := d.draft.Body()
	p.run(func(ctx context.Context) func(app.Context) {
		made, err := p.Env.API.CreatePerson(ctx, body)
		return func(ctx app.Context) { p.made(ctx, d, made, err) }
	})
}

// point moves the keyboard to the first field with a fault.
func (p *People) point(d *personDialog) {
	switch first := d.draft.First(); first {
	case "":
	case "roles":
		p.focus("role-" + string(access.Roles()[0]))
	default:
		p.focus(first)
	}
}

func (p *People) made(ctx app.Context, d *personDialog, made api.HandedOut, err error) {
	d.busy = false
	if p.Env.SignedOut(err) {
		return
	}
	if err != nil {
		d.draft.Refused(err)
		p.point(d)
		return
	}
	p.put(made.Person)
	p.hand(d, made)
	p.read(ctx)
}

// hand shows a password, once. It goes from the page with the dialog.
func (p *People) hand(d *personDialog, h api.HandedOut) {
	p.dialog = &personDialog{kind: handed, person: h.Person, password: h.Password, from: d.from}
	p.focus("copy")
}

// change renames, disables or enables somebody.
func (p *People) change(body api.PatchPersonBody, done string) func(app.Context) {
	return func(app.Context) {
		d := p.dialog
		if d == nil || d.busy {
			return
		}
		if body.Name != nil {
			if d.fault = care.ValidateName(*body.Name); d.fault != nil {
				p.focus("rename-name")
				return
			}
		}
		d.busy, d.fault = true, nil
		body.Version = d.person.Version
		p.run(func(ctx context.Context) func(app.Context) {
			now, err := p.Env.API.PatchPerson(ctx, d.person.ID, body)
			return func(ctx app.Context) { p.changed(ctx, d, now, done, err) }
		})
	}
}

// changed takes the answer. When somebody else was first the newest is read and shown in the dialog, which says so and
// stays: what was meant may not be meant any more.
func (p *People) changed(ctx app.Context, d *personDialog, now api.Person, done string, err error) {
	d.busy = false
	if p.Env.SignedOut(err) {
		return
	}
	if err != nil {
		if d.fault = err; fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) {
			p.read(ctx)
		}
		return
	}
	p.put(now)
	p.done = words.T(done, "name", now.Name)
	p.leave(ctx)
	p.read(ctx)
}

// reset hands out a new password.
func (p *People) reset(app.Context) {
	d := p.dialog
	if d == nil || d.busy {
		return
	}
	d.busy, d.fault = true, nil
	p.run(func(ctx context.Context) func(app.Context) {
		handed, err := p.Env.API.ResetPassword(ctx, d.person.ID)
		return func(ctx app.Context) { p.handed(ctx, d, handed, err) }
	})
}

func (p *People) handed(ctx app.Context, d *personDialog, h api.HandedOut, err error) {
	d.busy = false
	switch {
	case p.Env.SignedOut(err):
	case err != nil:
		d.fault = err
	default:
		p.put(h.Person)
		p.hand(d, h)
		p.read(ctx)
	}
}

// copy puts the password where it can be pasted.
func (p *People) copy(app.Context) {
	d := p.dialog
	p.run(func(ctx context.Context) func(app.Context) {
		err := p.Env.Page.Copy(ctx, d.password)
		return func(app.Context) { d.copied, d.fault = err == nil, copyFault(err) }
	})
}

func copyFault(err error) error {
	if err == nil {
		return nil
	}
	return fault.New(fault.Unavailable, "admin.copy", err)
}
