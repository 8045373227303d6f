package care

import (
	"slices"
	"strings"

	"hearth/shared/fault"
)

// World is where a patient's game takes place.
type World string

// Worlds lists every world, the usual one first.
func Worlds() []World { return []World{"hills", "coast", "forest", "snow"} }

// Game is the profile of a patient's game: whether there is one, what the figure is called and where it lives. It holds nothing
// that is earned: what a patient earns is the house's to count, never a form's to say.
type Game struct {
	On    bool   `json:"on"`
	Name  string `json:"name,omitempty" maxLength:"60"`  // of the figure; empty: the patient chooses it
	World World  `json:"world,omitempty" maxLength:"12"` // empty: the usual one
}

// MaxFigure is how many characters the name of a figure may have.
const MaxFigure = 15

// Tidy is the profile as it is kept. Without a game there is neither a name nor a world. Faults: "game.name", "game.world".
func (g Game) Tidy() (Game, error) {
	if !g.On {
		return Game{}, nil
	}
	if g.Name = strings.TrimSpace(g.Name); !Readable(g.Name, MaxFigure) {
		return g, fault.New(fault.Invalid, "game.name", nil)
	}
	if g.World == "" {
		g.World = Worlds()[0]
	}
	if !slices.Contains(Worlds(), g.World) {
		return g, fault.New(fault.Invalid, "game.world", nil)
	}
	return g, nil
}
