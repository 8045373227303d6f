package admin

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// recordDialog is what stands in front of a record: its fields, who the patient is, a move, or a question.
type recordDialog struct {
	form
	kind dialogKind
	from string
	base api.Record // as it was read

	name, group, login, comes, language, theme string
	game                                       gameForm
	clash                                      clash

	contact contactForm
	card    api.ContactCard // as it was read

	project string     // to move to
	moved   *api.Moved // what would come of it
}

// Dialogs of a record.
const (
	editing    dialogKind = "edit"
	contacting dialogKind = "contact"
	moving     dialogKind = "move"
	deleting   dialogKind = "delete"
)

func (r *Record) ask(kind dialogKind, from string) func(app.Context) {
	return func(app.Context) {
		r.done = ""
		d := &recordDialog{kind: kind, from: from, base: r.rec}
		for i, v := range valuesOf(r.rec) {
			*d.fields(r)[i].value = v
		}
		if r.who != nil {
			d.card = *r.who
			d.contact.fill(d.card.Contact)
		}
		r.dialog = d
	}
}

// valuesOf are a record's values in the order of a dialog's fields.
func valuesOf(r api.Record) []string {
	g := gameOf(r.Game)
	return []string{r.Name, string(r.Group), r.Login, linkChoice(r.LinkOnly), r.Language, r.Theme, g.on, g.name, g.world}
}

func (d *recordDialog) fields(r *Record) []bound {
	word := func(list []kit.Choice) func(string) string {
		return func(v string) string {
			for _, c := range list {
				if c.Value == v {
					return c.Word
				}
			}
			return v
		}
	}
	return []bound{
		{"name", words.T("admin.pseudonym"), &d.name, nil}, {"group", words.T("admin.group"), &d.group, r.tree.groupWord},
		{"login", words.T("admin.login"), &d.login, nil}, {"comes", words.T("admin.comes"), &d.comes, func(v string) string { return comes(v == "link") }},
		{"patient-language", words.T("app.language"), &d.language, word(languages())}, {"patient-theme", words.T("app.theme"), &d.theme, word(themes())},
		{"game", words.T("game.title"), &d.game.on, word(gameChoices())}, {"game-name", words.T("game.name"), &d.game.name, nil}, {"game-world", words.T("game.world"), &d.game.world, word(worlds())}}
}

// patch is what was changed, against the record as it was read last.
func (d *recordDialog) patch() api.PatchRecordBody {
	p, was := api.PatchRecordBody{Version: d.base.Version}, valuesOf(d.base)
	changed := func(i int, v string) *string {
		if v = strings.TrimSpace(v); v == was[i] {
			return nil
		}
		return &v
	}
	p.Name, p.Language, p.Theme = changed(0, d.name), changed(4, d.language), changed(5, d.theme)
	if g := changed(1, d.group); g != nil {
		group := care.GroupID(*g)
		p.Group = &group
	}
	if changed(6, d.game.on) != nil || d.game.on != "" && (changed(7, d.game.name) != nil || changed(8, d.game.world) != nil) {
		game := d.game.game()
		p.Game = &game
	}
	link := d.comes == "link"
	if changed(3, d.comes) != nil {
		p.LinkOnly = &link
	}
	if login := changed(2, strings.ToLower(d.login)); login != nil && !link {
		p.Login = login
	}
	return p
}

func (r *Record) save(app.Context) {
	d := r.dialog
	if d == nil {
		return
	}
	d.clash = nil
	body := d.patch()
	r.change(d, "admin.saved", func(ctx context.Context) (api.Record, error) {
		return r.Env.API.ChangeRecord(ctx, api.PatchRecord, d.base.ID, body)
	})
}

// act does what a question asked about.
func (r *Record) act(app.Context) {
	d := r.dialog
	if d == nil {
		return
	}
	id, op, body, done := d.base.ID, api.PatchRecord, any(api.PatchRecordBody{Version: r.rec.Version, Disabled: &yes}), "admin.disabled"
	switch d.kind {
	case enabling:
		body, done = api.PatchRecordBody{Version: r.rec.Version, Disabled: &no}, "admin.enabled"
	case deleting:
		op, body, done = api.DeleteRecord, api.VersionBody{Version: r.rec.Version}, "admin.deleted"
		d.from = "restore"
	}
	r.change(d, done, func(ctx context.Context) (api.Record, error) { return r.Env.API.ChangeRecord(ctx, op, id, body) })
}

// restore brings a deleted patient back.
func (r *Record) restore(app.Context) {
	d := &recordDialog{kind: "restore", from: "edit", base: r.rec}
	r.dialog = nil
	r.run(func(ctx context.Context) func(app.Context) {
		rec, err := r.Env.API.ChangeRecord(ctx, api.RestoreRecord, d.base.ID, api.VersionBody{Version: d.base.Version})
		return func(ctx app.Context) {
			if r.Env.SignedOut(err) {
				return
			}
			if r.fault = err; err == nil {
				r.put(rec)
				r.done = words.T("admin.restored", "name", rec.Name)
				if rec.CalledOff {
					r.done = words.T("safe.restored", "name", rec.Name)
				}
				r.focus("edit")
			}
			r.read(ctx)
		}
	})
}

// move takes the patient to another project, or only asks what would come of it.
func (r *Record) move(try bool) func(app.Context) {
	return func(app.Context) {
		d := r.dialog
		if d == nil || d.busy || d.project == "" {
			return
		}
		d.busy = true
		d.fresh()
		body := api.MoveRecordBody{Version: d.base.Version, Project: care.ProjectID(d.project), Try: try}
		r.run(func(ctx context.Context) func(app.Context) {
			moved, err := r.Env.API.MoveRecord(ctx, d.base.ID, body)
			return func(ctx app.Context) {
				switch {
				case err == nil && try:
					d.busy, d.moved = false, &moved
				default:
					r.changed(ctx, d, "admin.moved", moved.Record, err)
				}
			}
		})
	}
}

// keep writes down who the patient is.
func (r *Record) keep(ctx app.Context) {
	d := r.dialog
	if d == nil || d.busy {
		return
	}
	d.fresh()
	if d.contact.check(&d.form, r.Env.Now()); len(d.faults) > 0 {
		r.focus(d.first())
		return
	}
	d.busy, d.clash = true, nil
	id, body := r.patient, api.ContactCard{Contact: d.contact.contact(), Version: d.card.Version}
	r.run(func(ctx context.Context) func(app.Context) {
		card, err := r.Env.API.PutContact(ctx, id, body)
		late := err
		if late != nil {
			if now, again := r.Env.API.GetContact(ctx, id); again == nil && now.Version != body.Version {
				card = now
			}
		}
		return func(ctx app.Context) { r.kept(ctx, d, card, late) }
	})
}

// kept takes the answer; when somebody else was first it shows what they wrote beside what was written here.
func (r *Record) kept(ctx app.Context, d *recordDialog, card api.ContactCard, err error) {
	d.busy = false
	switch {
	case r.Env.SignedOut(err):
	case err == nil:
		r.who, r.done = &card, words.T("admin.contact.saved")
		r.leave(ctx)
	case card.Version != 0:
		var theirs contactForm
		theirs.fill(card.Contact)
		d.clash = between(d.contact.fields(), contactValues(d.card.Contact), contactValues(card.Contact))
		if d.contact.sameFamily(d.card.Contact) { // only they changed it
			d.contact.relatives = theirs.relatives
		}
		if d.card = card; d.clash == nil {
			d.wrong("", err)
		}
		r.focus("theirs-all")
	default:
		d.wrong(contactField(err), err)
		r.focus(d.first())
	}
}

// writes reports whether the reader changes this record.
func (r *Record) writes() bool { return r.rec.Deleted == nil && r.may(access.WritePatients) }
