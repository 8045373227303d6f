package admin

import (
	"context"

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

// People lists, creates and disables people.
type People struct {
	app.Compo
	Env *frame.Env

	roster  Roster
	known   bool // the list was read
	fault   error
	reading reading
	open    care.PersonID // whose row is opened
	limit   int           // rows shown
	dialog  *personDialog // nil = none
	done    string        // what was done last, for a screen reader and a toast

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
	handed    dialogKind = "handed" // a password is shown, once
)

// rows are how many people are shown before somebody asks for more.
const rows = 100

// OnMount reads the list and follows its changes.
func (p *People) OnMount(ctx app.Context) {
	p.Env.Page.SetTitle(words.T("admin.people") + " · " + words.T("app.name"))
	p.run, p.focus, p.limit = errands(ctx), focusing(ctx, p.Env), rows
	p.Env.LoadMe(ctx, p.read)
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
	for _, stop := range p.stops {
		stop()
	}
	p.stops = nil
}

// read reads the whole list.
func (p *People) read(app.Context) {
	if !p.reading.begin() {
		return
	}
	p.run(func(ctx context.Context) func(app.Context) {
		list, err := all(ctx, p.Env.API.ListPeople)
		return func(ctx app.Context) { p.took(ctx, list, err) }
	})
}

func (p *People) took(ctx app.Context, list []api.Person, err error) {
	again := p.reading.end()
	if p.Env.SignedOut(err) {
		return
	}
	if p.fault = err; err == nil {
		p.known = true
		p.roster.Read(list)
		p.refresh()
	}
	if again {
		p.read(ctx)
	}
}

// refresh shows the newest of the person an open dialog is about.
func (p *People) refresh() {
	if p.dialog == nil || p.dialog.person.ID == "" {
		return
	}
	if now, ok := p.roster.Find(p.dialog.person.ID); ok {
		p.dialog.person = now
	}
}

// ask opens a dialog about somebody; from is the button, which has the keyboard again afterwards.
func (p *People) ask(kind dialogKind, person api.Person, from string) func(app.Context) {
	return func(app.Context) {
		if now, ok := p.roster.Find(person.ID); ok {
			person = now
		}
		p.done = ""
		p.dialog = &personDialog{kind: kind, person: person, name: person.Name, from: from}
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
	p.roster.Put(made.Person)
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
	p.roster.Put(now)
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
		p.roster.Put(h.Person)
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
