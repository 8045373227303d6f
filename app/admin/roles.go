package admin

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/words"
)

// Roles is the whole policy as a table: what each role may do, and how far. It is the table the house itself asks.
type Roles struct {
	app.Compo
	Env *frame.Env

	stops []func()
}

// OnMount asks who looks.
func (r *Roles) OnMount(ctx app.Context) {
	r.Env.Page.SetTitle(words.T("admin.matrix") + " · " + words.T("app.name"))
	r.Env.LoadMe(ctx, func(app.Context) {})
	r.stops = append(r.stops, r.Env.Follow(ctx, func(app.Context, remote.View) {}))
}

// OnDismount ends what OnMount began.
func (r *Roles) OnDismount() {
	for _, stop := range r.stops {
		stop()
	}
	r.stops = nil
}

// rightsInOrder are the actions of the table: those about a patient first, as pages explain them.
func rightsInOrder() []access.Action {
	all := access.OfPatient()
	for _, a := range access.Actions() {
		if !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	return all
}

// Render draws the table.
func (r *Roles) Render() app.UI {
	heads := []string{words.T("admin.matrix.right")}
	for _, role := range access.Roles() {
		heads = append(heads, roleWord(role))
	}
	var rows []app.UI
	for _, a := range rightsInOrder() {
		cells := []app.UI{kit.Head(words.T("rights.action." + string(a)))}
		for _, role := range access.Roles() {
			cells = append(cells, reachCell(role, access.Reach([]access.Role{role}, a)))
		}
		rows = append(rows, kit.Row(cells...).DataSet("action", string(a)))
	}
	return app.Div().Body(r.Env.Staff(words.T("admin.matrix"), places(peoplePage), crumbs(words.T("admin.people"), peoplePage), head(words.T("admin.matrix"), words.T("admin.matrix.about"), nil),
		kit.Fold(words.T("admin.matrix"), kit.Table("matrix", heads, rows...)).Class("adm-matrix").TabIndex(0)))
}

func reachCell(role access.Role, reach access.Scope) app.UI {
	if reach == access.Nothing {
		return kit.Missing(roleWord(role)).DataSet("reach", "")
	}
	return kit.Cell(roleWord(role), app.Text(reachWord(reach))).DataSet("reach", string(reach))
}

func reachWord(s access.Scope) string {
	if s == access.Nothing {
		return words.T("admin.reach.nothing")
	}
	return words.T("admin.reach." + string(s))
}
