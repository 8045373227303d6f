package therapist

import (
	"math"
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/app/sitting"
	"hearth/app/watch"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/stress"
	"hearth/shared/telemetry"
	"hearth/shared/words"
)

// restCard is the resting baseline: measured, being measured, or not yet.
func (l *Live) restCard() app.UI {
	r, b := l.sight.Reading, l.sight.Page.Baseline
	badge := kit.Badge(kit.Plain, "minus", words.T("therapist.rest.none"))
	body := []app.UI{app.P().Class("small dim").Text(words.T("therapist.rest.how"))}
	acts := []app.UI{kit.Button{ID: "rest-start", Word: words.T("therapist.rest.start"), Icon: "record", Class: "line small grow",
		Disabled: l.sight.State.Phase != watch.Streaming, Press: l.restStart}.Draw()}
	switch {
	case r.Measuring:
		badge = kit.Badge(kit.Accent, "record", words.T("therapist.rest.measuring"))
		body = []app.UI{
			app.P().Class("small num").ID("rest-seconds").DataSet("value", strconv.Itoa(r.Seconds)).Text(collected(r.Seconds)),
			app.Progress().Class("progress live").Aria("label", words.T("therapist.rest.measuring")).Max(stillNeeds).Value(min(int(r.Still/time.Second), stillNeeds)),
			app.P().Class("small num dim").ID("rest-still").DataSet("value", strconv.Itoa(int(r.Still/time.Second))).Text(stillWord(r))}
		acts = []app.UI{
			kit.Button{ID: "rest-stop", Word: words.T("therapist.rest.stop"), Icon: "check", Class: "line small grow", Press: l.restStop}.Draw(),
			kit.Button{ID: "rest-cancel", Word: words.T("app.cancel"), Class: "small", Press: l.restGiveUp}.Draw()}
	case b != nil:
		badge = kit.Badge(kit.Live, "check", words.T("therapist.rest.set"))
		body = []app.UI{app.P().Class("small dim").Text(l.restWhen(*b)), restTable(*b, r, l.sight.State.Wanted && l.streamed)}
		if sitting.Still(b) == nil {
			body = append(body, restRefused(r.Refused.reason(b)))
		}
		acts = []app.UI{
			kit.Button{ID: "rest-start", Word: words.T("therapist.rest.again"), Icon: "record", Class: "line small grow",
				Disabled: l.sight.State.Phase != watch.Streaming, Press: l.restStart}.Draw(),
			kit.Button{ID: "rest-clear", Word: words.T("therapist.rest.clear"), Class: "small", Press: func(app.Context) { l.ui.dialog = clearDialog }}.Draw()}
	}
	return app.Section().ID("rest").Class("card stack gap2").Aria("label", words.T("therapist.rest")).Body(
		app.Div().Class("card-head").Body(kit.Icon("heart", "sm"), app.H2().Class("grow").Text(words.T("therapist.rest")), badge),
		app.Div().Class("stack gap2").Body(body...),
		app.Div().Class("row gap2").Body(acts...))
}

// collected says how far a resting measurement is.
func collected(seconds int) string {
	if seconds < sitting.ShortestRest {
		return words.T("therapist.rest.seconds", "n", strconv.Itoa(seconds), "all", strconv.Itoa(sitting.ShortestRest))
	}
	return words.T("therapist.rest.enough", "time", minutes(time.Duration(seconds)*time.Second))
}

const stillNeeds = int(sitting.StillNeeds / time.Second)

// stillWord says how far a measurement is from what the distance from rest needs.
func stillWord(r reading) string {
	switch why := r.Lacks; {
	case why == nil:
		return words.T("therapist.still.enough")
	case why.Why == stress.TooShort:
		return words.T("therapist.still.too-short", "has", elapsed(r.Still), "needs", elapsed(sitting.StillNeeds))
	default:
		return words.T("therapist.still.lacks", "why", words.T("therapist.stress.rest."+why.Why.Code()))
	}
}

// restRefused says why a baseline that was set holds nothing to tell the distance from rest by.
func restRefused(why *stress.Refused) app.UI {
	code, has, needs := "none", "", elapsed(sitting.StillNeeds)
	if why != nil {
		code = why.Why.Code()
		switch why.Why {
		case stress.TooShort:
			has = elapsed(time.Duration(why.Has * float64(time.Second)))
		case stress.Moved:
			has, needs = fixed(why.Has, 2), fixed(why.Needs, 1)
		default:
			has, needs = strconv.Itoa(int(math.Round(100*why.Has))), strconv.Itoa(int(math.Round(100*why.Needs)))
		}
	}
	return app.P().ID("rest-refused").DataSet("why", code).Class("small row gap2").Body(
		kit.Icon("info", "xs"), app.Span().Text(words.T("therapist.refused."+code, "has", has, "needs", needs)))
}

func (l *Live) restWhen(b api.Baseline) string {
	return words.T("therapist.rest.when", "time", minutes(b.End.Sub(b.Start)), "at", l.axis(b.Start))
}

func (l *Live) axis(at care.Stamp) string {
	if l.desk == nil {
		return clock(at.Time())
	}
	return l.desk.axis(at)
}

// restTable holds rest against now.
func restTable(b api.Baseline, r reading, streaming bool) app.UI {
	head := func(key string) app.UI {
		return app.Th().Scope("col").Class("end").Text(words.T("therapist.rest." + key))
	}
	var rows []app.UI
	for _, q := range sitting.Quantities() {
		m, ok := b.Measures[q]
		if !ok {
			continue
		}
		now := "–"
		short := q == sitting.SDNN && r.Trend.Why&telemetry.Short != 0 // only windows of equal length compare
		if v := sitting.Of(r.Trend, q); !short && missing(r, streaming, q, v) == "" {
			if p, ok := sitting.Against(&b, q, v); ok {
				now = signed(p)
			}
		}
		rows = append(rows, app.Tr().Body(
			app.Td().Text(words.T("therapist.what."+q)),
			app.Td().Class("end nowrap").Text(strconv.Itoa(int(math.Round(m.Median)))+" ± "+strconv.Itoa(int(math.Round(m.Spread)))),
			app.Td().Class("end strong nowrap").Text(now)))
	}
	return app.Table().Class("table plain num").Body(
		app.THead().Body(app.Tr().Body(app.Th().Scope("col").Text(words.T("therapist.rest.median")), head("rest"), head("now"))),
		app.TBody().Body(rows...))
}
