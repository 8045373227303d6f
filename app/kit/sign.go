package kit

import (
	"strings"
	"unicode"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Tone is what a sign means; its colour comes third, after icon and word.
type Tone string

// The tones of kit.css.
const (
	Plain  Tone = ""
	Live   Tone = "is-live"
	Warn   Tone = "is-warn"
	Bad    Tone = "is-bad"
	Info   Tone = "is-info"
	Accent Tone = "is-accent"
)

// Chip is a state in an icon and a word.
func Chip(tone Tone, icon, word string) app.UI {
	return app.Span().Class("chip").Class(string(tone)).Body(Icon(icon), app.Text(word))
}

// Badge is a smaller chip, for a corner.
func Badge(tone Tone, icon, word string) app.UI {
	return app.Span().Class("badge").Class(string(tone)).Body(Icon(icon), app.Text(word))
}

// Presence is a person's initials with a dot when they are there; the word beside it says so too.
func Presence(name string, here bool) app.UI {
	e := app.Span().Class("presence").Aria("hidden", "true")
	if here {
		e = e.Class("on")
	}
	return e.Text(Initials(name))
}

// PresenceGone is a person's initials with a grey dot: they were there, and their page is closed now.
func PresenceGone(name string) app.UI {
	return app.Span().Class("presence gone").Aria("hidden", "true").Text(Initials(name))
}

// Initials shortens a name to two letters at most. Quotes, brackets and marks nobody sees are none; a name without any letter
// has the first sign one sees.
func Initials(name string) string {
	var out []rune
	for _, w := range strings.Fields(name) {
		if i := strings.IndexFunc(w, lettered); i >= 0 && len(out) < 2 {
			out = append(out, []rune(w[i:])[0])
		}
	}
	if i := strings.IndexFunc(name, seen); len(out) == 0 && i >= 0 {
		out = append(out, []rune(name[i:])[0])
	}
	return strings.ToUpper(string(out))
}

func lettered(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func seen(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }

// Note says something inside a page: what happened, then what helps.
func Note(tone Tone, icon string, body ...app.UI) app.UI {
	return app.Div().Class("note").Class(string(tone)).Body(Icon(icon), app.Div().Class("grow").Body(body...))
}

// Alert is a note a screen reader says at once.
func Alert(tone Tone, icon, text string) app.UI {
	return app.Div().Class("note").Class(string(tone)).Role("alert").Body(Icon(icon), app.Div().Class("grow").Text(text))
}

// Empty says what to do next where there is nothing yet.
func Empty(icon, title, help string, more ...app.UI) app.UI {
	parts := append([]app.UI{Icon(icon), app.H2().Text(title), app.P().Text(help)}, more...)
	return app.Div().Class("empty").Body(parts...)
}

// Card is a surface with a head.
func Card(icon, title string, head app.UI, body ...app.UI) app.UI {
	top := []app.UI{app.H2().Class("grow").Text(title)}
	if icon != "" {
		top = append([]app.UI{Icon(icon, "sm")}, top...)
	}
	if head != nil {
		top = append(top, head)
	}
	return app.Section().Class("card stack gap3").Aria("label", title).Body(
		append([]app.UI{app.Div().Class("card-head").Body(top...)}, body...)...)
}

// Slot is a place for parts that come and go, so that what stands behind them keeps its own place and the keyboard's
// focus. It draws nothing of itself.
func Slot(parts ...app.UI) app.UI { return app.Div().Class("slot").Body(parts...) }
