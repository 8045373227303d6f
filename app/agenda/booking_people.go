package agenda

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/invited"
	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// people are those who may be invited, each with a tick.
func (b *booking) people(f *front) app.UI {
	if b.Patient == "" && b.Kind != care.Meeting {
		return kit.Slot()
	}
	var list []app.UI
	for _, as := range care.InvitedAs() {
		for _, c := range b.Chairs {
			if c.As == as && b.Fits(c) {
				list = append(list, b.chairOf(c))
			}
		}
	}
	note := app.UI(app.Text(""))
	if b.alone != nil {
		note = kit.Note(kit.Warn, "warning", app.Text(words.T("agenda.alone")))
	}
	return kit.Slot(app.FieldSet().Class("agenda-people").Body(app.Legend().Class("label").Text(words.T("agenda.people")), note,
		app.Ul().Body(list...)), b.hostChoice(f))
}

func (b *booking) hostChoice(f *front) app.UI {
	may := api.HostsOf(b.Kind, b.staff)
	if len(b.staff) < 2 || len(may) == 0 {
		return kit.Slot()
	}
	var choices []kit.Choice
	for _, s := range may {
		choices = append(choices, kit.Choice{Value: string(s.ID), Word: s.Name})
	}
	return kit.Slot(kit.Select("host", words.T("agenda.host.label"), choices, string(b.Host), func(_ app.Context, v string) { b.Host = care.PersonID(v) }))
}

func (b *booking) chairOf(c *Chair) app.UI {
	label := c.Label
	switch {
	case c.As == care.AsInterpreter:
		label = words.T("agenda.as.interpreter")
	case c.As == care.AsRelative:
		label += ", " + invited.Relation(c.Relation)
	case c.As == care.AsPatient:
		label += ", " + words.T("agenda.as.patient")
	}
	parts := []app.UI{kit.Check("invite-"+c.Key, label, c.On, func(_ app.Context, on bool) {
		c.On = on
		delete(b.faults, "")
	})}
	if c.On {
		parts = append(parts, b.chairMore(c)...)
	}
	return app.Li().DataSet("key", c.Key).Body(parts...)
}

// chairMore is what can be said of somebody who is invited.
func (b *booking) chairMore(c *Chair) []app.UI {
	var parts []app.UI
	if !c.Reach && c.As != care.AsInterpreter {
		parts = append(parts, app.P().Class("help bad").Body(kit.Icon("warning", "xs"), app.Text(words.T("agenda.unreached"))))
	}
	if c.As == care.AsInterpreter {
		parts = append(parts, app.Div().Class("adm-two").Body(
			kit.Field{ID: "interpreter-mobile", Label: words.T("agenda.mobile"), Type: "tel", Value: c.Address.Mobile, MaxLength: 40, Fault: frame.Say(b.faults["interpreter-mobile"]),
				Change: b.writes("interpreter-mobile", &c.Address.Mobile)}.Draw(),
			kit.Field{ID: "interpreter-mail", Label: words.T("agenda.mail"), Type: "email", Value: c.Address.Mail, MaxLength: 254, Change: b.writes("interpreter-mobile", &c.Address.Mail)}.Draw()))
	}
	languages := []kit.Choice{{Word: words.T("agenda.language.own")}}
	for _, l := range words.Languages() {
		languages = append(languages, kit.Choice{Value: string(l), Word: l.Name()})
	}
	zones := ""
	if else_ := b.Elsewhere(c.Zone); else_ != "" && !b.Now {
		zones = words.T("agenda.elsewhere", "time", else_, "city", City(c.Zone))
	}
	return append(parts, app.Details().Class("agenda-more").Body(app.Summary().Class("small").Text(words.T("agenda.person.more")),
		app.Div().Class("adm-two").Body(
			kit.Select("language-"+c.Key, words.T("app.language"), languages, c.Language, func(_ app.Context, v string) { c.Language = v }),
			kit.Field{ID: "shown-" + c.Key, Label: words.T("agenda.shown"), Value: c.Name, MaxLength: 40, Change: b.writes("", &c.Name)}.Draw(),
			zoneField("zone-"+c.Key, words.T("agenda.zone.theirs"), c.Zone, zones, func(_ app.Context, v string) { c.Zone = v }))))
}

func (b *booking) writes(field string, value *string) func(app.Context, string) {
	return func(ctx app.Context, v string) {
		if *value = v; b.faults[field] == nil {
			ctx.PreventUpdate()
		}
		delete(b.faults, field)
	}
}
