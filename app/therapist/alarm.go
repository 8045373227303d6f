package therapist

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/words"
)

// alarm says a limit that was passed, in words at once; the tone and the colour say it again.
func (l *Live) alarm() app.UI {
	a := l.sight.Alarm
	box := app.Div().ID("alarm").DataSet("alarm", string(a))
	if a == "" {
		return box
	}
	var more app.UI
	switch now := l.Env.Now(); {
	case now.Before(l.ui.quiet) && a == l.ui.quieted:
		more = app.Span().Class("small").Text(words.T("therapist.alarm.is-quiet", "time", elapsed(l.ui.quiet.Sub(now))))
	case !l.Env.Sound.Ready():
		more = app.Span().Class("row gap2 wrap").Body(app.Span().Class("small").Text(words.T("therapist.alarm.no-sound")), l.soundButton())
	default:
		more = kit.Button{ID: "quiet", Word: words.T("therapist.alarm.quiet"), Icon: "bell", Class: "line small", Press: l.quiet}.Draw()
	}
	return box.Body(app.Div().Class("note is-bad watch-alarm").Body(
		kit.Icon("warning"),
		app.Strong().Class("grow").Role("alert").Text(words.T("therapist.alarm."+string(a), "low", digits(l.limits.HeartLow), "high", digits(l.limits.HeartHigh))),
		more))
}

// muted says before any alarm that it would not be heard.
func (l *Live) muted() app.UI {
	box := app.Div().ID("mute")
	if !l.mute() || l.sight.Alarm != "" {
		return box
	}
	return box.Body(kit.Note(kit.Warn, "bell", app.Div().Class("row gap2 wrap").Body(
		app.Span().Class("grow").Text(words.T("therapist.alarm.mute")), l.soundButton())))
}

// mute reports whether an alarm would not be heard: limits are watched, and the browser waits for a touch.
func (l *Live) mute() bool {
	limits := l.limits.HeartLow > 0 || l.limits.HeartHigh > 0 || l.limits.LeadOff > 0
	return limits && l.wanted && l.streamed && !l.Env.Sound.Ready()
}

// soundButton is the touch a browser waits for. Any other on the page does as well.
func (l *Live) soundButton() app.UI {
	return kit.Button{ID: "sound-on", Word: words.T("therapist.alarm.sound-on"), Icon: "bell", Class: "line small", Press: func(ctx app.Context) {
		l.Env.Sound.Unlock()
		l.soon(ctx)
	}}.Draw()
}
