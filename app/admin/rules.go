package admin

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// rulesPage is where the settings of places are: + a site's id, or ofHouse.
const rulesPage = api.AdminPage + "/settings/"

// ofHouse stands for the house in addresses of pages about places.
const ofHouse = "house"

// Rules are the settings of a site, or of the house: languages, who must prove what to sign in, how long sessions last, from
// which networks staff work. What saving would do is said before it is done.
type Rules struct {
	app.Compo
	desk
	Env *frame.Env

	site   care.SiteID // "" is the house
	tree   tree
	is     api.SettingsAnswer
	draft  rulesDraft
	saving *rulesDialog // nil: none
	done   string
}

// rulesDraft is the form.
type rulesDraft struct {
	form
	slug, language, idle, most, networks string
	offered                              map[string]bool
	levels                               map[access.Role]string
	second                               bool // of the house: all staff need a second step
}

// rulesDialog says what saving does, before it is done.
type rulesDialog struct {
	preview api.SettingsPreview
	shutOut bool // it is meant so
	busy    bool
	fault   error
}

// OnMount reads the place the address names.
func (p *Rules) OnMount(ctx app.Context) {
	p.site = placeOf(ctx.Page().URL().Path, rulesPage)
	p.open(ctx, p.Env, words.T("rules.title"), func(ctx app.Context) {
		p.tree.load(p.Env, p.run, nil)
		p.read(ctx)
	})
}

// OnNav follows the address to another place.
func (p *Rules) OnNav(ctx app.Context) {
	if site := placeOf(ctx.Page().URL().Path, rulesPage); p.run != nil && site != p.site {
		p.site, p.known, p.saving, p.done = site, false, nil, ""
		p.read(ctx)
	}
}

// placeOf reads the site out of a page's address; what is no identity is the house.
func placeOf(path, page string) care.SiteID {
	id := care.SiteID(strings.Trim(strings.TrimPrefix(path, page), "/"))
	if !care.ValidID(id) {
		return ""
	}
	return id
}

func (p *Rules) read(app.Context) {
	site := p.site
	ask := func(ctx context.Context) (api.SettingsAnswer, error) { return p.Env.API.GetSettings(ctx, site) }
	reads(&p.desk, p.Env, ask, func(got api.SettingsAnswer) {
		if site == p.site { // else another place is read next
			p.take(got)
		}
	}, p.read)
}

// take fills the form with what is kept.
func (p *Rules) take(got api.SettingsAnswer) {
	p.is, p.known, p.fault = got, true, nil
	d := rulesDraft{slug: got.Slug, language: got.Language, idle: number(got.IdleMinutes), most: number(got.MostHours), networks: strings.Join(got.Addresses, "\n"),
		offered: map[string]bool{}, levels: map[access.Role]string{}, second: got.Staff == care.SecondLevel}
	for _, l := range got.Languages {
		d.offered[l] = true
	}
	for _, one := range got.SignIn {
		d.levels[one.Role] = string(one.Level)
	}
	p.draft = d
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// body is what the form asks for.
func (p *Rules) body() api.PutSettingsBody {
	d := p.draft
	b := api.PutSettingsBody{SiteSettings: api.SiteSettings{Slug: strings.TrimSpace(d.slug), Languages: []string{}, Language: d.language, SignIn: []api.RoleLevel{},
		Addresses: []string{}, Version: p.is.Version}}
	b.IdleMinutes, _ = strconv.Atoi(d.idle)
	b.MostHours, _ = strconv.Atoi(d.most)
	for _, l := range care.Languages() {
		if d.offered[l] {
			b.Languages = append(b.Languages, l)
		}
	}
	for _, role := range access.Roles() {
		if l := d.levels[role]; l != "" {
			b.SignIn = append(b.SignIn, api.RoleLevel{Role: role, Level: care.Level(l)})
		}
	}
	if text := strings.TrimSpace(d.networks); text != "" {
		b.Addresses = strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == ',' || r == ';' || r == ' ' || r == '\t' || r == '\r' })
	}
	if was := p.is.Staff == care.SecondLevel; p.site == "" && was != d.second {
		b.Staff = care.PasswordOnly
		if d.second {
			b.Staff = care.SecondLevel
		}
	}
	return b
}

// ask asks the house what saving would do, and says so.
func (p *Rules) ask(app.Context) {
	d := &p.draft
	if d.busy {
		return
	}
	d.fresh()
	d.busy, p.done = true, ""
	site, body := p.site, p.body()
	p.run(func(ctx context.Context) func(app.Context) {
		got, err := p.Env.API.PreviewSettings(ctx, site, body)
		return func(app.Context) {
			d.busy = false
			if p.Env.SignedOut(err) {
				return
			}
			if err != nil {
				d.wrong(d.field(err), err)
				p.focus(d.first())
				return
			}
			p.saving = &rulesDialog{preview: got}
		}
	})
}

// field is the one a fault is about; "" is the whole.
func (d *rulesDraft) field(err error) string {
	switch code := fault.Of(err).Code; {
	case strings.HasPrefix(code, "settings.network"):
		return "networks"
	case strings.HasPrefix(code, "settings.slug"):
		return "slug"
	case code == "settings.languages":
		return "first-language"
	case code == "settings.session":
		return "idle"
	}
	return ""
}

func (p *Rules) leave(app.Context) {
	if p.saving == nil || p.saving.busy {
		return
	}
	p.saving = nil
	p.focus("save")
}

// save keeps the settings. The house may want to know anew who asks.
func (p *Rules) save(app.Context) {
	d := p.saving
	if d == nil || d.busy {
		return
	}
	d.busy, d.fault = true, nil
	site, body := p.site, p.body()
	body.ShutOut = d.shutOut
	p.run(func(ctx context.Context) func(app.Context) {
		got, err := p.Env.API.PutSettings(ctx, site, body)
		return func(ctx app.Context) {
			d.busy = false
			if p.Env.SignedOut(err) {
				return
			}
			if d.fault = err; err != nil {
				return
			}
			p.take(got)
			kit.Write("networks", p.draft.networks)
			kit.Write("slug", p.draft.slug)
			p.done = words.T("rules.saved")
			p.leave(ctx)
		}
	})
}

// name is what the place is called.
func (p *Rules) name() string { return placeName(&p.tree, p.site) }

func placeName(t *tree, site care.SiteID) string {
	if site == "" {
		return words.T("rules.house")
	}
	if i := slices.IndexFunc(t.Sites, func(s api.Site) bool { return s.ID == site }); i >= 0 {
		return t.Sites[i].Name
	}
	return ""
}
