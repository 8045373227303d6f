package admin

import (
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/words"
)

// Render draws the settings of a place.
func (p *Rules) Render() app.UI {
	main := []app.UI{head(words.T("rules.title"), p.name(), nil), app.P().Class("sr").Role("status").Text(p.done)}
	switch {
	case p.fault != nil:
		main = append(main, trouble(p.fault, p.read))
	case !p.known:
		main = append(main, loading())
	default:
		main = append(main, p.form()...)
	}
	parts := []app.UI{p.Env.Staff(words.T("rules.title"), places(settingsPage), main...)}
	if p.saving != nil {
		parts = append(parts, p.inFront(p.saving))
	}
	return app.Div().Body(parts...)
}

func (p *Rules) form() []app.UI {
	d := &p.draft
	return []app.UI{d.begin(), p.languages(), p.signIn(), p.sessions(), p.network(),
		app.Div().Class("row wrap gap2").Body(
			kit.Button{ID: "save", Word: words.T("rules.save"), Class: "primary", Busy: d.busy, Press: p.ask}.Draw(),
			kit.Link(words.T("about.title"), "document", aboutPage+address(p.site), "line"))}
}

// address is a place in addresses of pages.
func address(site care.SiteID) string {
	if site == "" {
		return ofHouse
	}
	return string(site)
}

func (p *Rules) languages() app.UI {
	d := &p.draft
	first := []kit.Choice{{Value: "", Word: p.around(words.T("rules.language.any"))}}
	var offered []app.UI
	for _, l := range words.Languages() {
		first = append(first, kit.Choice{Value: string(l), Word: l.Name()})
		offered = append(offered, kit.Check("offer-"+string(l), l.Name(), d.offered[string(l)], func(_ app.Context, on bool) { d.offered[string(l)] = on }))
	}
	parts := []app.UI{
		app.FieldSet().Class("field").Body(app.Legend().Class("label").Text(words.T("rules.offered")), app.Div().Class("row wrap gap3").Body(offered...),
			app.P().Class("help").Text(p.offeredHelp())),
		d.choice("first-language", words.T("rules.language"), first, d.language, set(&d.language)),
		app.P().Class("help").Text(words.T("rules.language.help"))}
	if p.site != "" {
		parts = append(parts, d.text(input{id: "slug", label: words.T("rules.slug"), help: words.T("rules.slug.help", "address", "/about/"+or(d.slug, "north-clinic")+"/"), hint: "north-clinic", most: 40}, &d.slug))
	}
	return kit.Card("globe", words.T("rules.languages"), nil, parts...)
}

// around is the word of a choice that leaves something to the place around.
func (p *Rules) around(house string) string {
	if p.site == "" {
		return house
	}
	return words.T("rules.as-house")
}

func (p *Rules) signIn() app.UI {
	d := &p.draft
	parts := []app.UI{app.P().Class("small dim").Text(words.T("rules.sign-in.about"))}
	if p.site == "" {
		parts = append(parts, kit.Switch("all-staff", words.T("rules.all-staff"), d.second, false, func(_ app.Context, on bool) { d.second = on }))
	}
	for _, role := range access.Roles() {
		choices := []kit.Choice{{Value: "", Word: p.standing(role)}}
		for _, l := range care.Levels() {
			if l != care.PasskeyLevel || p.is.Passkeys {
				choices = append(choices, kit.Choice{Value: string(l), Word: words.T("rules.level." + string(l))})
			}
		}
		level := d.levels[role]
		parts = append(parts, d.choice("level-"+string(role), roleWord(role), choices, level, func(_ app.Context, v string) { d.levels[role] = v }))
	}
	return kit.Card("lock", words.T("rules.sign-in"), nil, app.Div().Class("adm-grid").Body(parts[1:]...), parts[0])
}

// standing is what holds for a role where nothing is said here.
func (p *Rules) standing(role access.Role) string {
	level := care.PasswordOnly
	if role != access.Patient && p.is.Staff == care.SecondLevel {
		level = care.SecondLevel
	}
	if p.site != "" {
		for _, one := range p.is.House.SignIn {
			if one.Role == role && one.Level.Over(level) {
				level = one.Level
			}
		}
		return words.T("rules.as-house.is", "what", words.T("rules.level."+string(level)))
	}
	return words.T("rules.as-staff", "what", words.T("rules.level."+string(level)))
}

// Lengths somebody may choose, in minutes and in hours.
var (
	idleChoices = []int{15, 30, 60, 120, 240, 480}
	mostChoices = []int{1, 4, 8, 12, 24, 72, 168}
)

func (p *Rules) sessions() app.UI {
	d := &p.draft
	return kit.Card("clock", words.T("rules.sessions"), nil, app.P().Class("small dim").Text(words.T("rules.sessions.about")), app.Div().Class("adm-grid").Body(
		d.choice("idle", words.T("rules.idle"), p.lengths(idleChoices, d.idle, 1, "rules.idle.any"), d.idle, set(&d.idle)),
		d.choice("most", words.T("rules.most"), p.lengths(mostChoices, d.most, 60, "rules.most.any"), d.most, set(&d.most))))
}

func (p *Rules) lengths(list []int, chosen string, minutes int, any string) []kit.Choice {
	choices := []kit.Choice{{Value: "", Word: p.around(words.T(any))}}
	if n, err := strconv.Atoi(chosen); err == nil && n > 0 && !slices.Contains(list, n) {
		list = slices.Sorted(slices.Values(append(slices.Clone(list), n)))
	}
	for _, n := range list {
		all := n * minutes
		word := words.N("rules.minutes", all)
		switch {
		case all%(24*60) == 0:
			word = words.N("rules.days", all/(24*60))
		case all%60 == 0:
			word = words.N("rules.hours", all/60)
		}
		choices = append(choices, kit.Choice{Value: strconv.Itoa(n), Word: word})
	}
	return choices
}

func (p *Rules) network() app.UI {
	d := &p.draft
	d.order = append(d.order, "networks")
	help := app.P().ID("networks-help").Class("help").Text(words.T("rules.networks.help", "address", p.is.Address))
	if err := d.faults["networks"]; err != nil {
		help = app.P().ID("networks-help").Class("help bad").Role("alert").Text(frame.Say(err))
	}
	area := app.Textarea().ID("networks").Class("input mono").Rows(4).Spellcheck(false).Aria("describedby", "networks-help").Text(d.networks).
		OnInput(func(ctx app.Context, _ app.Event) {
			if d.networks = ctx.JSSrc().Get("value").String(); d.faults["networks"] == nil {
				ctx.PreventUpdate()
			}
			delete(d.faults, "networks")
		}, kit.Fresh())
	parts := []app.UI{app.P().Class("small dim").Text(words.T("rules.networks.about")),
		app.Div().Class("field").Body(app.Label().Class("label").For("networks").Text(words.T("rules.networks")), area, help)}
	if p.site != "" && len(p.is.House.Addresses) > 0 {
		parts = append(parts, app.P().Class("small").Text(words.T("rules.networks.house", "networks", strings.Join(p.is.House.Addresses, ", "))))
	}
	return kit.Card("shield", words.T("rules.networks.title"), nil, parts...)
}

// inFront says what saving does.
func (p *Rules) inFront(d *rulesDialog) app.UI {
	list := []app.UI{app.Li().Text(words.N("rules.preview.people", d.preview.People))}
	if d.preview.SetUp > 0 {
		list = append(list, app.Li().Text(words.N("rules.preview.set-up", d.preview.SetUp)))
	}
	if d.preview.Again > 0 {
		list = append(list, app.Li().Text(words.N("rules.preview.again", d.preview.Again)))
	}
	if d.preview.SetUp == 0 && d.preview.Again == 0 {
		list = append(list, app.Li().Text(words.T("rules.preview.nobody")))
	}
	if n := len(d.preview.Addresses); n > 0 {
		list = append(list, app.Li().Text(words.T("rules.preview.networks", "networks", strings.Join(d.preview.Addresses, ", "))))
	}
	body := []app.UI{kit.Slot(said(d.fault)), app.Ul().ID("effects").Class("stack gap2").Body(list...)}
	if !d.preview.Inside {
		body = append(body, kit.Note(kit.Warn, "warning", app.P().Text(words.T("rules.preview.outside", "address", p.is.Address)),
			kit.Check("shut-out", words.T("rules.preview.sure"), d.shutOut, func(_ app.Context, on bool) { d.shutOut = on })))
	}
	body = append(body, app.P().Class("small dim").Text(words.T("rules.preview.way")))
	return &kit.Dialog{Title: words.T("rules.preview"), Cancel: p.leave, Body: body, Acts: []app.UI{cancel(d.busy, p.leave),
		kit.Button{ID: "save-do", Word: words.T("app.save"), Class: "primary", Busy: d.busy, Disabled: !d.preview.Inside && !d.shutOut, Press: p.save}.Draw()}}
}

// ruled lists the places whose settings the reader may change, with the ways to them.
func ruled(env *frame.Env, t *tree) app.UI {
	var list []app.UI
	add := func(site care.SiteID, name string) {
		list = append(list, app.Li().Class("row wrap gap2").DataSet("place", address(site)).Body(app.Span().Class("grow strong").Text(name),
			app.A().Class("btn line small").ID("rules-"+address(site)).Href(rulesPage+address(site)).Aria("label", words.T("rules.title")+": "+name).Text(words.T("rules.title")),
			app.A().Class("btn line small").ID("about-"+address(site)).Href(aboutPage+address(site)).Aria("label", words.T("about.title")+": "+name).Text(words.T("about.title"))))
	}
	if env.May(access.ManageSignIn) {
		add("", words.T("rules.house"))
	}
	for _, s := range t.Sites {
		if s.Deleted == nil && env.MayAt(access.ManageSite, care.Place{Site: s.ID}) {
			add(s.ID, s.Name)
		}
	}
	if len(list) == 0 {
		return kit.Slot()
	}
	return kit.Card("lock", words.T("rules.places"), nil, app.P().Class("small dim").Text(words.T("rules.places.about")), app.Ul().Class("list").Body(list...))
}

// offeredHelp says what it means when no language is chosen.
func (p *Rules) offeredHelp() string {
	if p.site == "" {
		return words.T("rules.offered.house")
	}
	return words.T("rules.offered.help")
}
