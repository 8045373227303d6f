package admin

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/care"
	"hearth/shared/words"
)

// gameForm is the profile of a patient's game as it is typed.
type gameForm struct{ on, name, world string } // on: "game", or "" for none

func gameOf(g care.Game) gameForm {
	f := gameForm{name: g.Name, world: string(g.World)}
	if g.On {
		f.on = "game"
	}
	if f.world == "" {
		f.world = string(care.Worlds()[0])
	}
	return f
}

func (g *gameForm) game() care.Game {
	return care.Game{On: g.on != "", Name: g.name, World: care.World(g.world)}
}

// check finds what the house would refuse.
func (g *gameForm) check(f *form) {
	if _, err := g.game().Tidy(); err != nil {
		f.wrong("game-name", err)
	}
}

// draw draws the choice of a game, and what belongs to one when there is one.
func (g *gameForm) draw(f *form) []app.UI {
	parts := []app.UI{app.Div().Class("field").Body(app.Span().Class("label").Text(words.T("game.title")), kit.Segments(words.T("game.title"), gameChoices(), g.on, set(&g.on)))}
	if g.on != "" {
		parts = append(parts, app.Div().Class("adm-two").Body(
			f.text(input{id: "game-name", label: words.T("game.name"), help: words.T("game.name.help"), most: care.MaxFigure}, &g.name),
			f.choice("game-world", words.T("game.world"), worlds(), g.world, set(&g.world))))
	}
	return parts
}

func gameChoices() []kit.Choice {
	return []kit.Choice{{Word: words.T("game.none")}, {Value: "game", Word: words.T("game.with")}}
}

func worlds() (all []kit.Choice) {
	for _, w := range care.Worlds() {
		all = append(all, kit.Choice{Value: string(w), Word: words.T("game.world." + string(w))})
	}
	return all
}

// gameWords says a profile in a line.
func gameWords(g care.Game) string {
	switch {
	case !g.On:
		return words.T("game.none")
	case g.Name == "":
		return words.T("game.world." + string(g.World))
	}
	return g.Name + " · " + words.T("game.world."+string(g.World))
}
