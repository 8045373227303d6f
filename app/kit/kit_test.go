package kit_test

import (
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
)

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{"\u2068علي \"ב\" ג\u2069": "عב", "<b>Ann": "B", "🦉": "🦉", "\u2068\u2069": "", "Mira Solano": "MS", "Wren-23": "W", "élise de la tour": "ÉD", "": "", "  ": ""} {
		if got := kit.Initials(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}

// TestFreshIsNeverTheSame: two drawings of one button must not be taken for the same handler.
func TestFreshIsNeverTheSame(t *testing.T) {
	if kit.Fresh() == kit.Fresh() {
		t.Error("two handlers would be taken for one")
	}
}

func TestButtonSaysWhatItIs(t *testing.T) {
	on := true
	for name, c := range map[string]struct {
		got  app.UI
		want app.UI
	}{
		"word":   {kit.Button{Word: "Let in", Class: "primary"}.Draw(), app.Button().Type("button").Class("btn primary").Disabled(false)},
		"icon":   {kit.Button{Icon: "x", Label: "Close"}.Draw(), app.Button().Type("button").Class("btn only").Disabled(false).Aria("label", "Close")},
		"busy":   {kit.Button{Word: "Save", Busy: true}.Draw(), app.Button().Type("button").Class("btn").Disabled(true).Aria("busy", "true")},
		"toggle": {kit.Button{Word: "Mute", Pressed: &on}.Draw(), app.Button().Type("button").Class("btn").Disabled(false).Aria("pressed", "true")},
	} {
		if err := app.Match(c.want, c.got); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFieldTiesItsFaultToItself(t *testing.T) {
	f := kit.Field{ID: "name", Label: "Name", Fault: "Please give a name."}.Draw()
	if err := app.Match(app.Input().ID("name").Class("input").Type("text").Aria("invalid", "true").Aria("describedby", "name-fault").Value("").Placeholder("").Disabled(false).AutoComplete(false), f, 1); err != nil {
		t.Error(err)
	}
	if err := app.Match(app.P().ID("name-fault").Class("help bad").Role("alert"), f, 2); err != nil {
		t.Error(err)
	}
}
