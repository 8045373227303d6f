package frame

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/words"
)

// Lost is the page for addresses that lead nowhere.
type Lost struct {
	app.Compo
	Env *Env
}

// Render says so, and where to go.
func (l *Lost) Render() app.UI {
	return app.Main().ID("main").Class("main").Body(
		app.H1().Class("sr").Text(words.T("app.name")),
		kit.Empty("search", words.T("app.not-found"), words.T("app.not-found.help"),
			kit.Button{Word: words.T("app.home"), Icon: "home", Class: "primary", Press: func(app.Context) { l.Env.Page.Go("/") }}.Draw()))
}
