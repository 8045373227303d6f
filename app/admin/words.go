package admin

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/wordbook"
	"hearth/shared/api"
	"hearth/shared/care"
)

// wordsPage is where the label buttons of a project are chosen: + its id.
const wordsPage = api.AdminPage + "/words/"

// Words are the label buttons of a project: those everybody in it begins with.
type Words struct {
	app.Compo
	Env *frame.Env

	project care.ProjectID
	tree    tree
}

// OnMount reads the project out of the address.
func (p *Words) OnMount(ctx app.Context) {
	p.project = care.ProjectID(strings.Trim(strings.TrimPrefix(ctx.Page().URL().Path, wordsPage), "/"))
	run := errands(ctx)
	p.Env.LoadMe(ctx, func(app.Context) { p.tree.load(p.Env, run, nil) })
}

// Render draws the editor, once it is known whose words it is about.
func (p *Words) Render() app.UI {
	if p.project == "" {
		return app.Div().Body(p.Env.Staff("", places(placesPage), loading()))
	}
	return app.Div().Body(&wordbook.Editor{Env: p.Env, Project: func() care.ProjectID { return p.project }, Places: places(placesPage), About: p.name})
}

// name is what the project is called.
func (p *Words) name() string {
	for _, j := range p.tree.Projects {
		if j.ID == p.project {
			return j.Name
		}
	}
	return ""
}
