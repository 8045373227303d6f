package admin

import (
	"context"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// aboutPage is where the public pages of places are written: + a site's id, or ofHouse.
const aboutPage = api.AdminPage + "/about/"

// About writes the public pages of a site, or of the house: imprint, privacy notice, accessibility. What is saved is a new
// version; older ones stay.
type About struct {
	app.Compo
	desk
	Env *frame.Env

	site     care.SiteID
	tree     tree
	pages    api.PublicPages
	kind     care.PageKind
	language string
	draft    map[care.PageKind]map[string]*string // by kind and language
	form     form
	done     string
}

// OnMount reads the pages of the place the address names.
func (p *About) OnMount(ctx app.Context) {
	p.kind = care.Imprint
	p.site = placeOf(ctx.Page().URL().Path, aboutPage)
	p.open(ctx, p.Env, words.T("about.title"), func(ctx app.Context) {
		p.tree.load(p.Env, p.run, nil)
		p.read(ctx)
	})
}

// OnNav follows the address to another place.
func (p *About) OnNav(ctx app.Context) {
	if site := placeOf(ctx.Page().URL().Path, aboutPage); p.run != nil && site != p.site {
		p.site, p.known, p.done = site, false, ""
		p.read(ctx)
	}
}

func (p *About) read(app.Context) {
	site := p.site
	ask := func(ctx context.Context) (api.PublicPages, error) { return p.Env.API.ListPages(ctx, site) }
	reads(&p.desk, p.Env, ask, func(got api.PublicPages) {
		if site == p.site { // else another place is read next
			p.language = got.Language
			p.take(got)
		}
	}, p.read)
}

// take fills the fields with the newest versions.
func (p *About) take(got api.PublicPages) {
	p.pages, p.known, p.draft = got, true, map[care.PageKind]map[string]*string{}
	for _, kind := range care.PageKinds() {
		p.draft[kind] = map[string]*string{}
		for _, l := range care.Languages() {
			p.draft[kind][l] = new(string)
		}
		for _, one := range got.Items {
			if one.Kind == kind && one.Version == p.newest(kind) {
				*p.draft[kind][one.Language] = one.Text
			}
		}
	}
}

// newest is the version a page has, 0 when it is not written.
func (p *About) newest(kind care.PageKind) int {
	if i := slices.IndexFunc(p.pages.Items, func(one api.PublicPage) bool { return one.Kind == kind }); i >= 0 {
		return p.pages.Items[i].Version
	}
	return 0
}

// text is what is being written.
func (p *About) text() *string { return p.draft[p.kind][p.language] }

// begin fills an empty page with what it must say, to be filled in.
func (p *About) begin(app.Context) {
	*p.text() = words.T("about.start." + string(p.kind))
	kit.Write(p.field(p.language), *p.text())
	p.focus(p.field(p.language))
}

func (p *About) field(language string) string { return "words-" + string(p.kind) + "-" + language }

// body is the version that would be added: every language that has words.
func (p *About) body() api.AddPageBody {
	b := api.AddPageBody{Kind: p.kind, Version: p.newest(p.kind), Texts: []api.PageText{}}
	for _, l := range care.Languages() {
		if text := *p.draft[p.kind][l]; strings.TrimSpace(text) != "" {
			b.Texts = append(b.Texts, api.PageText{Language: l, Text: text})
		}
	}
	return b
}

// save adds the version.
func (p *About) save(app.Context) {
	if p.form.busy {
		return
	}
	p.form.fresh()
	p.form.busy, p.done = true, ""
	site, body := p.site, p.body()
	p.run(func(ctx context.Context) func(app.Context) {
		got, err := p.Env.API.AddPage(ctx, site, body)
		return func(app.Context) {
			p.form.busy = false
			if p.Env.SignedOut(err) {
				return
			}
			if err != nil {
				p.form.wrong("", err)
				p.focus(whole)
				return
			}
			drafts := p.draft
			p.take(got)
			for kind, texts := range drafts { // what was begun elsewhere stays
				if kind != body.Kind {
					p.draft[kind] = texts
				}
			}
			p.done = words.T("about.saved", "version", count(p.newest(body.Kind)))
			p.focus("save")
		}
	})
}
