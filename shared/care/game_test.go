package care_test

import (
	"strings"
	"testing"

	"hearth/shared/care"
	"hearth/shared/fault"
)

func TestGame(t *testing.T) {
	for name, c := range map[string]struct {
		in   care.Game
		want care.Game
		code string
	}{
		"none":                  {care.Game{Name: "Pip", World: "moon"}, care.Game{}, ""},
		"usual":                 {care.Game{On: true}, care.Game{On: true, World: "hills"}, ""},
		"chosen":                {care.Game{On: true, Name: " Pip ", World: "snow"}, care.Game{On: true, Name: "Pip", World: "snow"}, ""},
		"no such world":         {care.Game{On: true, World: "moon"}, care.Game{}, "game.world"},
		"a name that is long":   {care.Game{On: true, Name: strings.Repeat("ä", care.MaxFigure+1)}, care.Game{}, "game.name"},
		"a name that turns":     {care.Game{On: true, Name: "a\u202eb"}, care.Game{}, "game.name"},
		"as long as may be":     {care.Game{On: true, Name: strings.Repeat("ä", care.MaxFigure)}, care.Game{On: true, Name: strings.Repeat("ä", care.MaxFigure), World: "hills"}, ""},
		"a line in the middle":  {care.Game{On: true, Name: "a\nb"}, care.Game{}, "game.name"},
		"a world in big letter": {care.Game{On: true, World: "Snow"}, care.Game{}, "game.world"},
	} {
		got, err := c.in.Tidy()
		if c.code == "" && (err != nil || got != c.want) || c.code != "" && fault.Of(err).Code != c.code {
			t.Errorf("%s: got %+v, %v, want %+v %s", name, got, err, c.want, c.code)
		}
	}
}
