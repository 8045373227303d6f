package admin

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
	"hearth/wasm/zone"
)

// Visiting is the page of how visits go in a project: what guests are shown and told, whom they may call, when the door is
// open for callers.
//
// What browser tests may hold on to: #visiting-project, #visiting[data-version], #zone, #terms, #phone, #emergency, #naming,
// #relaying, #no-relay, #relay-fails, #survey, #reminders, #captions, #drop-in with #drop-in-address, #hour-add, #hour-{i}-{day,from,until,remove}, #notes, #save.
type Visiting struct {
	app.Compo
	Env *frame.Env

	desk
	tree    tree
	project care.ProjectID
	base    api.Visiting
	kinds   []string // of agreements
	draft   visiting
	copied  bool
	done    string
}

// visiting is the form.
type visiting struct {
	form
	zone, terms, phone, emergency, naming, relaying, notes string
	dropIn, survey, reminders, captions                    bool
	hours                                                  []care.Opening
	clash                                                  clash
}

// OnMount reads the places, and the settings of the first.
func (v *Visiting) OnMount(ctx app.Context) {
	v.open(ctx, v.Env, words.T("visiting.title"), func(ctx app.Context) {
		v.tree.load(v.Env, v.run, func(ctx app.Context) {
			if all := v.tree.projects(); v.project == "" && len(all) > 0 {
				v.project = all[0].ID
			}
			v.read(ctx)
		})
	})
}

func (v *Visiting) read(ctx app.Context) {
	p := v.project
	if p == "" {
		return
	}
	reads(&v.desk, v.Env, func(ctx context.Context) (api.Visiting, error) { return v.Env.API.Visiting(ctx, p) }, func(got api.Visiting) {
		if p != v.project {
			return
		}
		v.known, v.base, v.draft = true, got, visitingOf(got)
	}, v.read)
	v.run(func(ctx context.Context) func(app.Context) {
		list, err := v.Env.API.ListConsentTexts(ctx, p)
		return func(app.Context) {
			if err != nil || p != v.project {
				return
			}
			v.kinds = nil
			for _, t := range list.Items {
				if kind := string(t.Kind); len(v.kinds) == 0 || v.kinds[len(v.kinds)-1] != kind {
					v.kinds = append(v.kinds, kind)
				}
			}
		}
	})
}

func visitingOf(got api.Visiting) visiting {
	d := visiting{zone: got.Zone, terms: got.Terms, phone: got.Phone, emergency: got.Emergency, naming: string(got.Naming), relaying: string(got.Relaying), dropIn: got.DropIn, survey: got.Survey,
		reminders: got.Reminders, captions: got.Captions, hours: append([]care.Opening(nil), got.Hours...)}
	if got.Version == 0 && got.Zone == "UTC" {
		d.zone = zone.Here()
	}
	if d.relaying == "" { // of a house that is older than this page
		d.relaying = string(care.RelayOthers)
	}
	var lines []string
	for _, n := range got.Notes {
		lines = append(lines, noteTitle(n))
	}
	d.notes = strings.Join(lines, "\n")
	return d
}

// noteTitle is what a part of the notes is called.
func noteTitle(n care.NotePart) string {
	if n.Title == "" {
		return words.T("stage.note." + n.Key)
	}
	return n.Title
}

// noteParts reads the lines back: one that is called as before keeps its key, so that what was written stands under it.
func noteParts(text string, before []care.NotePart) (parts []care.NotePart) {
	parts = []care.NotePart{}
next:
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		for _, n := range append(before, care.DefaultNotes()...) {
			if noteTitle(n) == line {
				for _, p := range parts {
					if p.Key == n.Key {
						continue next
					}
				}
				parts = append(parts, n)
				continue next
			}
		}
		parts = append(parts, care.NotePart{Key: "p" + strings.ToLower(string(care.NewID[care.GroupID]())[:8]), Title: line})
	}
	return parts
}

// body is what the house is asked to keep.
func (v *Visiting) body() api.Visiting {
	d := &v.draft
	hours := d.hours
	if hours == nil {
		hours = []care.Opening{}
	}
	return api.Visiting{Zone: strings.TrimSpace(d.zone), Terms: d.terms, Emergency: strings.TrimSpace(d.emergency), Phone: strings.TrimSpace(d.phone), DropIn: d.dropIn, Hours: hours,
		Notes: noteParts(d.notes, v.base.Notes), Survey: d.survey, Reminders: d.reminders, Naming: care.Naming(d.naming), Relaying: care.Relaying(d.relaying), Captions: d.captions, Version: v.base.Version}
}

func (d *visiting) fields() []bound {
	return []bound{{"zone", words.T("agenda.zone.label"), &d.zone, nil}, {"terms", words.T("visiting.terms"), &d.terms, nil}, {"phone", words.T("visiting.phone"), &d.phone, nil},
		{"emergency", words.T("visiting.emergency"), &d.emergency, nil}, {"notes", words.T("visiting.notes"), &d.notes, nil}}
}

func visitingValues(got api.Visiting) []string {
	d := visitingOf(got)
	return []string{got.Zone, d.terms, d.phone, d.emergency, d.notes}
}

// save keeps it. Who comes too late sees what the other wrote, and decides.
func (v *Visiting) save(app.Context) {
	d, project := &v.draft, v.project
	if d.busy {
		return
	}
	d.busy, v.done = true, ""
	d.fresh()
	body := v.body()
	v.run(func(ctx context.Context) func(app.Context) {
		got, err := v.Env.API.PutVisiting(ctx, project, body)
		var now api.Visiting
		var gone error
		if fault.Is(err, fault.Conflict) {
			now, gone = v.Env.API.Visiting(ctx, project)
		}
		return func(app.Context) {
			d.busy = false
			switch {
			case v.Env.SignedOut(err) || project != v.project:
			case err == nil:
				v.base, v.draft, v.done = got, visitingOf(got), words.T("visiting.saved")
			case fault.Is(err, fault.Conflict) && gone == nil:
				d.clash = between(d.fields(), visitingValues(v.base), visitingValues(now))
				v.base = now
				d.wrong("", err)
				v.focus(whole)
			default:
				d.wrong(visitingField(err), err)
				v.focus(d.first())
			}
		}
	})
}

func visitingField(err error) string {
	return map[string]string{"visit.zone": "zone", "visiting.phone": "phone", "visiting.hours": "hour-add", "visiting.notes": "notes", "consent.kind": "terms"}[fault.Of(err).Code]
}

// Render draws the page.
func (v *Visiting) Render() app.UI {
	title := words.T("visiting.title")
	main := []app.UI{app.Nav().Class("crumbs").Aria("label", words.T("agenda.title")).Body(app.A().Href(VisitsPage).Body(kit.Icon("chevron-left", "sm turns"), app.Text(words.T("agenda.title")))),
		head(title, v.tree.project(v.project), nil), app.P().ID("said").Class("small").Role("status").Text(v.done)}
	if len(v.tree.projects()) > 1 {
		main = append(main, app.Div().Class("filters").Body(filter("visiting-project", words.T("admin.project"), v.tree.choices(), string(v.project), func(id string) {
			v.project, v.known, v.done = care.ProjectID(id), false, ""
			v.run(func(context.Context) func(app.Context) { return v.read })
		})))
	}
	switch {
	case v.fault != nil:
		main = append(main, trouble(v.fault, v.read))
	case !v.known:
		main = append(main, loading())
	default:
		main = append(main, v.draw()...)
	}
	return app.Div().Body(v.Env.Staff(title, places(VisitsPage), main...))
}

func (v *Visiting) draw() []app.UI {
	d := &v.draft
	parts := []app.UI{d.begin(), d.clash.Draw(),
		app.Div().ID("visiting").Class("adm-form").DataSet("version", v.base.Version).Body(v.general(), v.guests(), v.door(), v.after())}
	if v.Env.May(access.ManageVisiting) {
		parts = append(parts, app.Div().Class("row adm-acts").Body(kit.Button{ID: "save", Word: words.T("app.save"), Class: "primary", Busy: d.busy, Press: v.save}.Draw()))
	}
	return parts
}

func (v *Visiting) general() app.UI {
	d := &v.draft
	var names []app.UI
	for _, name := range zone.Names() {
		names = append(names, app.Option().Value(name))
	}
	return kit.Card("calendar", words.T("visiting.general"), nil,
		d.text(input{id: "zone", label: words.T("agenda.zone.label"), help: words.T("visiting.zone.help"), hint: "Europe/Berlin", most: 64}, &d.zone), app.DataList().ID("zones").Body(names...),
		d.text(input{id: "phone", label: words.T("visiting.phone"), help: words.T("visiting.phone.help"), kind: "tel", most: 24}, &d.phone),
		d.text(input{id: "emergency", label: words.T("visiting.emergency"), help: words.T("visiting.emergency.help"), kind: "tel", hint: "112", most: 24}, &d.emergency),
		kit.Check("reminders", words.T("visiting.reminders"), d.reminders, func(_ app.Context, on bool) { d.reminders = on }))
}

func (v *Visiting) guests() app.UI {
	d := &v.draft
	terms := []kit.Choice{{Word: words.T("visiting.terms.none")}}
	for _, k := range v.kinds {
		terms = append(terms, kit.Choice{Value: k, Word: k})
	}
	if d.terms != "" && len(v.kinds) == 0 {
		terms = append(terms, kit.Choice{Value: d.terms, Word: d.terms})
	}
	var naming []kit.Choice
	for _, n := range care.NamingWays() {
		naming = append(naming, kit.Choice{Value: string(n), Word: words.T("visiting.naming." + string(n))})
	}
	return kit.Card("people", words.T("visiting.guests"), nil,
		d.choice("terms", words.T("visiting.terms"), terms, d.terms, set(&d.terms)), app.P().Class("help").Text(words.T("visiting.terms.help")),
		d.choice("naming", words.T("visiting.naming"), naming, d.naming, set(&d.naming)),
		v.relaying(), kit.Check("captions", words.T("visiting.captions"), d.captions, func(_ app.Context, on bool) { d.captions = on }),
		app.P().Class("help").Text(words.T("visiting.captions.help")))
}

// relaying is which visits go through the relay by themselves.
func (v *Visiting) relaying() app.UI {
	d := &v.draft
	if v.base.NoRelay {
		return app.P().ID("no-relay").Class("help").Text(words.T("visiting.relaying.none"))
	}
	var ways []kit.Choice
	for _, r := range care.Relayings() {
		ways = append(ways, kit.Choice{Value: string(r), Word: words.T("visiting.relaying." + string(r))})
	}
	fails := kit.Slot()
	if v.base.RelayFails {
		fails = kit.Slot(app.Div().ID("relay-fails").Body(kit.Alert(kit.Warn, "warning", words.T("visiting.relaying.fails"))))
	}
	return app.Div().Class("stack gap2").Body(d.choice("relaying", words.T("visiting.relaying"), ways, d.relaying, set(&d.relaying)),
		app.P().Class("help").Text(words.T("visiting.relaying.help")), fails)
}

// door is when callers may come, and the address they come by.
func (v *Visiting) door() app.UI {
	d := &v.draft
	parts := []app.UI{kit.Switch("drop-in", words.T("visiting.drop-in"), d.dropIn, false, func(_ app.Context, on bool) { d.dropIn = on }),
		app.P().Class("help").Text(words.T("visiting.drop-in.help"))}
	if d.dropIn {
		at := v.address()
		word := words.T("visiting.copy")
		if v.copied {
			word = words.T("visiting.copied")
		}
		parts = append(parts, app.Div().Class("row wrap gap2").Body(app.Code().ID("drop-in-address").Class("grow mono device-code").Text(at),
			kit.Button{ID: "drop-in-copy", Word: word, Icon: "link", Class: "line small", Press: func(ctx app.Context) {
				ctx.Async(func() {
					err := v.Env.Page.Copy(ctx, at)
					ctx.Dispatch(func(app.Context) { v.copied = err == nil })
				})
			}}.Draw(),
			app.A().ID("drop-in-poster").Class("btn line small").Href(at+"/poster").Target("_blank").Body(kit.Icon("document", "sm"), app.Text(words.T("visiting.poster")))))
		var rows []app.UI
		for i := range d.hours {
			rows = append(rows, v.hour(i))
		}
		parts = append(parts, app.Div().Class("label").Text(words.T("visiting.hours")), app.Ul().Class("stack gap2").Body(rows...),
			app.Div().Body(kit.Button{ID: "hour-add", Word: words.T("visiting.hour.add"), Icon: "plus", Class: "line small", Press: func(app.Context) {
				d.hours = append(d.hours, nextHours(d.hours))
			}}.Draw()), d.said("hour-add"))
	}
	return kit.Card("home", words.T("visiting.door"), nil, parts...)
}

// nextHours are those of the day after the last.
func nextHours(list []care.Opening) care.Opening {
	if n := len(list); n > 0 {
		last := list[n-1]
		last.Day = (last.Day + 1) % 7
		return last
	}
	return care.Opening{Day: time.Monday, From: "09:00", Until: "12:00"}
}

func (v *Visiting) hour(i int) app.UI {
	d, n := &v.draft, strconv.Itoa(i)
	var days []kit.Choice
	for day := range 7 {
		days = append(days, kit.Choice{Value: strconv.Itoa(day), Word: words.T("post.weekday." + strconv.Itoa(day))})
	}
	clock := func(id, label string, value *string) app.UI {
		return kit.Field{ID: id, Label: label, Type: "time", Value: *value, Change: func(_ app.Context, s string) { *value = s }}.Draw()
	}
	return app.Li().Class("adm-relative").Body(
		kit.Select("hour-"+n+"-day", words.T("agenda.day"), days, strconv.Itoa(int(d.hours[i].Day)), func(_ app.Context, s string) {
			if day, err := strconv.Atoi(s); err == nil {
				d.hours[i].Day = time.Weekday(day)
			}
		}),
		clock("hour-"+n+"-from", words.T("visiting.from"), &d.hours[i].From), clock("hour-"+n+"-until", words.T("visiting.until"), &d.hours[i].Until),
		app.Div().Class("adm-end").Body(kit.Button{ID: "hour-" + n + "-remove", Word: words.T("visiting.hour.remove"), Class: "small", Press: func(app.Context) {
			d.hours = append(d.hours[:i:i], d.hours[i+1:]...)
		}}.Draw()))
}

func (v *Visiting) after() app.UI {
	d := &v.draft
	return kit.Card("edit", words.T("visiting.after"), nil,
		app.Div().Class("field").Body(app.Label().Class("label").For("notes").Text(words.T("visiting.notes")),
			app.Textarea().ID("notes").Class("input").Rows(5).Aria("describedby", "notes-help").Attr("value", kit.Typed("notes", d.notes)).
				OnInput(func(ctx app.Context, _ app.Event) { d.notes = kit.Heard(ctx); ctx.PreventUpdate() }, kit.Fresh()),
			app.P().ID("notes-help").Class("help").Text(words.T("visiting.notes.help")), d.said("notes")),
		kit.Check("survey", words.T("visiting.survey"), d.survey, func(_ app.Context, on bool) { d.survey = on }))
}

// said is what is wrong with a field that draws no words of its own.
func (f *form) said(id string) app.UI {
	if err := f.faults[id]; err != nil {
		return app.P().Class("help bad").Role("alert").Text(frame.Say(err))
	}
	return kit.Slot()
}

// address is where callers come in.
func (v *Visiting) address() string {
	u := app.Window().URL()
	return u.Scheme + "://" + u.Host + api.DropInPage + string(v.project)
}
