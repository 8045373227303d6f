package admin

import (
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// Render draws the record.
func (r *Record) Render() app.UI {
	main := []app.UI{crumbs(words.T("admin.patients"), patientsPage)}
	switch {
	case r.safe.proof != nil:
		main = append(main, head(words.T("safe.done"), words.T("safe.done.about"), nil), r.safe.proven())
	case r.known:
		main = append(main, r.page()...)
	case r.fault == nil && r.patient != "":
		main = append(main, loading())
	case r.patient == "" || fault.Is(r.fault, fault.NotFound):
		main = append(main, kit.Empty("search", words.T("admin.record.none"), words.T("admin.record.none.help")))
	default:
		main = append(main, trouble(r.fault, r.read))
	}
	parts := []app.UI{r.Env.Staff(words.T("admin.patient"), places(patientsPage), main...), r.code.draw(r.Env, r.focus, "code"),
		r.agreed.inFront(), r.safe.inFront(r.rec.Name)}
	switch {
	case r.dialog != nil:
		parts = append(parts, r.inFront(r.dialog))
	case r.ward.dialog != nil:
		parts = append(parts, r.ward.inFront(r.ward.dialog))
	}
	return app.Div().Body(parts...)
}

func (r *Record) page() []app.UI {
	parts := []app.UI{
		app.Header().Class("row gap3 wrap").Body(app.Div().Class("grow").Body(app.H1().Text(r.rec.Name), app.P().Class("dim small").Text(strings.Join(spoken([]string{r.tree.project(r.rec.Project), r.tree.group(r.rec.Group)}), " · "))), recordBadge(r.rec)),
		app.P().Class("sr").Role("status").Text(r.done)}
	if r.fault != nil {
		parts = append(parts, trouble(r.fault, r.read))
	}
	if r.rec.Deleted != nil {
		return append(parts, r.gone(), r.safe.after(r.rec.Held))
	}
	cards := []app.UI{r.facts()}
	if r.may(access.ManageCare) {
		cards = append(cards, r.ward.card(r.patient))
	}
	if r.may(access.ReadContacts) {
		cards = append(cards, r.contactCard())
	}
	if r.may(access.ReadConsents) {
		cards = append(cards, r.agreed.card(r.may(access.WriteConsents), r.may(access.ManageProject)))
	}
	if r.may(access.ManagePeople) && !r.rec.LinkOnly {
		cards = append(cards, r.wires.card())
	}
	if r.protects() {
		cards = append(cards, r.safe.card(r.rec.Held, r.may(access.ExportPatient), r.may(access.ErasePatient), r.may(access.ReadAudit)))
	}
	if r.may(access.ReadRights) {
		cards = append(cards, r.why.card(&r.tree, func(app.Context) { r.why.show(r.Env, r.run, r.focus, r.patient) }))
	}
	return append(parts, r.acts(), app.Div().Class("adm-record").ID("record").DataSet("patient", string(r.patient)).DataSet("state", recordState(r.rec)).DataSet("version", r.rec.Version).Body(cards...))
}

// gone says that the patient is deleted, and offers to bring them back.
func (r *Record) gone() app.UI {
	parts := []app.UI{app.Span().Class("grow").Text(words.T("admin.gone", "day", day(*r.rec.Deleted)))}
	if waits := r.safe.plan != nil && r.safe.plan.State == care.ErasureWaiting; r.may(access.WritePatients) && !waits {
		parts = append(parts, kit.Button{ID: "restore", Word: words.T("app.undo"), Icon: "undo", Class: "accent small", Press: r.restore}.Draw())
	}
	return app.Div().ID("record").DataSet("patient", string(r.patient)).DataSet("state", recordState(r.rec)).Class("toast").Role("status").Body(parts...)
}

func (r *Record) acts() app.UI {
	if !r.writes() {
		return app.Text("")
	}
	act := func(id string, kind dialogKind, word, icon, class string) app.UI {
		return kit.Button{ID: id, Word: words.T(word), Icon: icon, Class: class, Press: r.ask(kind, id)}.Draw()
	}
	parts := []app.UI{act("edit", editing, "admin.edit", "edit", "line small")}
	if !r.rec.LinkOnly && r.may(access.EnrolPeople) && !r.rec.Disabled {
		parts = append(parts, kit.Button{ID: "code", Word: words.T("admin.enrol"), Icon: "lock", Class: "line small", Busy: r.code.busy,
			Press: func(app.Context) { r.code.issue(r.Env, r.run, r.focus, r.rec.Person) }}.Draw())
	}
	if len(r.elsewhere()) > 0 {
		parts = append(parts, act("move", moving, "admin.move", "arrow-right", "line small"))
	}
	if r.rec.Disabled {
		parts = append(parts, act("enable", enabling, "admin.enable", "check", "line small"))
	} else {
		parts = append(parts, act("disable", disabling, "admin.disable", "pause", "line small"))
	}
	parts = append(parts, act("delete", deleting, "admin.delete", "trash", "danger-line small"))
	return app.Div().Body(said(r.code.fault), app.Div().Class("row gap2 wrap").Role("group").Aria("label", r.rec.Name).Body(parts...))
}

// elsewhere are the other projects the patient could be taken to.
func (r *Record) elsewhere() (all []kit.Choice) {
	for _, p := range r.tree.writable(r.Env, access.WritePatients) {
		if p.ID != r.rec.Project {
			all = append(all, kit.Choice{Value: string(p.ID), Word: r.tree.name(p)})
		}
	}
	return all
}

// pairs draws what is known as words with their values; empty ones are left out.
func pairs(list ...string) app.UI {
	var parts []app.UI
	for i := 0; i+1 < len(list); i += 2 {
		if list[i+1] != "" {
			parts = append(parts, app.Dt().Text(list[i]), app.Dd().Text(list[i+1]))
		}
	}
	return app.Dl().Class("facts").Body(parts...)
}

func (r *Record) facts() app.UI {
	return kit.Card("document", words.T("admin.record"), nil, pairs(
		words.T("admin.project"), r.tree.project(r.rec.Project), words.T("admin.group"), orDash(r.tree.group(r.rec.Group)),
		words.T("admin.comes"), comes(r.rec.LinkOnly), words.T("admin.login"), r.rec.Login,
		words.T("app.language"), words.Language(r.rec.Language).Name(), words.T("game.title"), gameWords(r.rec.Game), words.T("admin.created"), day(r.rec.Created)))
}

func (r *Record) contactCard() app.UI {
	if r.who == nil {
		return kit.Card("lock", words.T("admin.contact"), nil, app.P().Class("small dim").Text(words.T("admin.contact.hidden")), app.Div().Body(
			kit.Button{ID: "contact-show", Word: words.T("admin.contact.show"), Icon: "eye", Class: "line small", Busy: r.asking, Press: r.show}.Draw()))
	}
	c := r.who.Contact
	parts := []app.UI{pairs(words.T("admin.contact.name"), c.Name, words.T("admin.contact.birth"), birthday(c.Birth), words.T("admin.contact.mobile"), c.Mobile,
		words.T("admin.contact.mail"), c.Mail, words.T("admin.contact.note"), c.Note)}
	if c.Empty() {
		parts = []app.UI{app.P().Class("dim").Text(words.T("admin.contact.nothing"))}
	}
	for i, k := range c.Relatives {
		parts = append(parts, app.P().DataSet("relative", i).Body(app.Span().Class("strong").Text(k.Name), app.Text(" · "+
			strings.Join(spoken([]string{words.T("admin.relation." + string(k.Relation)), k.Mobile, k.Mail, words.Language(k.Language).Name()}), " · "))))
	}
	var edit app.UI
	if r.may(access.WriteContacts) {
		edit = kit.Button{ID: "contact-edit", Word: words.T("admin.edit"), Icon: "edit", Class: "line small", Press: r.ask(contacting, "contact-edit"),
			Label: words.T("admin.act.label", "act", words.T("admin.edit"), "name", words.T("admin.contact"))}.Draw()
	}
	return app.Div().ID("contact").TabIndex(-1).Body(kit.Card("lock", words.T("admin.contact"), edit, parts...))
}

func (r *Record) inFront(d *recordDialog) app.UI {
	dialog := &kit.Dialog{Title: words.T("admin."+string(d.kind)+".title", "name", r.rec.Name), Cancel: r.leave}
	whole := d.begin()
	do := kit.Button{ID: "save", Word: words.T("app.save"), Class: "primary", Busy: d.busy, Press: r.save}
	switch d.kind {
	case editing:
		dialog.Body = append([]app.UI{whole, d.clash.Draw()}, r.editFields(d)...)
	case contacting:
		do.Press = r.keep
		dialog.Body = append([]app.UI{whole, d.clash.Draw()}, append(d.contact.draw(&d.form), d.contact.family(&d.form, r.focus)...)...)
	case moving:
		do = kit.Button{ID: "move-do", Word: words.T("admin.move"), Class: "primary", Disabled: d.moved == nil, Busy: d.busy, Press: r.move(false)}
		dialog.Body = []app.UI{whole, r.moveBody(d)}
	default:
		class := "danger"
		if d.kind == enabling {
			class = "primary"
		}
		do = kit.Button{ID: string(d.kind) + "-do", Word: words.T("admin." + string(d.kind)), Class: class, Busy: d.busy, Press: r.act}
		key := "admin." + string(d.kind) + ".what"
		if d.kind == deleting {
			key = "admin.delete.patient"
		}
		dialog.Body = []app.UI{whole, app.P().Text(words.T(key))}
	}
	dialog.Acts = []app.UI{cancel(d.busy, r.leave), do.Draw()}
	return dialog
}

func (r *Record) editFields(d *recordDialog) []app.UI {
	groups := append([]kit.Choice{{Word: words.T("admin.group.none")}}, r.tree.groups(r.rec.Project)...)
	parts := []app.UI{
		d.text(input{id: "name", label: words.T("admin.pseudonym"), most: 80, enter: r.save}, &d.name),
		app.Div().Class("field").Body(app.Span().Class("label").Text(words.T("admin.comes")), kit.Segments(words.T("admin.comes"),
			[]kit.Choice{{Value: "account", Word: words.T("admin.comes.account")}, {Value: "link", Word: words.T("admin.comes.link")}}, d.comes, set(&d.comes)))}
	if d.comes != "link" {
		parts = append(parts, d.text(input{id: "login", label: words.T("admin.login"), help: words.T("admin.patient.login"), hint: care.LoginOf(d.name), most: 64, enter: r.save}, &d.login))
	}
	return append(parts, app.Div().Class("adm-two").Body(
		d.choice("group", words.T("admin.group"), groups, d.group, set(&d.group)),
		d.choice("patient-language", words.T("app.language"), languages(), d.language, set(&d.language)),
		d.choice("patient-theme", words.T("app.theme"), themes(), d.theme, set(&d.theme))), kit.Slot(d.game.draw(&d.form)...))
}

// moveBody asks where to, and says what comes of it before it is done.
func (r *Record) moveBody(d *recordDialog) app.UI {
	choices := append([]kit.Choice{{Word: words.T("admin.move.where")}}, r.elsewhere()...)
	parts := []app.UI{d.choice("move-project", words.T("admin.project"), choices, d.project, func(ctx app.Context, v string) {
		d.project, d.moved = v, nil
		r.move(true)(ctx)
	})}
	switch {
	case d.moved == nil:
		parts = append(parts, app.P().Class("help").Text(words.T("admin.move.help")))
	case len(d.moved.Ended) > 0:
		parts = append(parts, kit.Note(kit.Warn, "warning", app.P().ID("move-ended").Text(words.T("admin.move.ended", "names", names(d.moved.Ended)))), app.P().Class("small").Text(words.T("admin.move.what")))
	default:
		parts = append(parts, kit.Note(kit.Info, "info", app.P().Text(words.T("admin.move.same"))), app.P().Class("small").Text(words.T("admin.move.what")))
	}
	return app.Div().Class("stack gap3").Body(parts...)
}

// birthday writes a day as the page's language does.
func birthday(s string) string {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t.Format(layout())
	}
	return s
}
