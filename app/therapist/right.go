package therapist

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/chart"
	"hearth/app/kit"
	"hearth/app/sitting"
	"hearth/app/watch"
	"hearth/shared/care"
	"hearth/shared/telemetry"
	"hearth/shared/words"
)

// right is what explains the signals: rest, frequency shares, what was written, the limits.
func (l *Live) right() []app.UI {
	return []app.UI{l.restCard(), l.sharesCard(), l.labelList(), l.limitsCard()}
}

// sharesCard is the frequency shares, only where all three are valid.
func (l *Live) sharesCard() app.UI {
	const wide = 278
	r := l.sight.Reading
	streaming := l.sight.State.Wanted && l.streamed
	sh, ok := chart.SharesOf(r.Trend, wide)
	ok = ok && streaming && r.Any && r.Silent <= watch.Silence
	badge := kit.Badge(kit.Plain, "minus", words.T("therapist.shares.not"))
	body := []app.UI{app.P().ID("shares").DataSet("valid", "false").Class("small dim").Text(whyNoShares(r, streaming))}
	if ok {
		badge = kit.Badge(kit.Live, "check", words.T("therapist.shares.valid"))
		body = []app.UI{
			sharesBar(sh, wide),
			app.Div().ID("shares").DataSet("valid", "true").Class("row between small num").Body(
				shareKey("kx", "VLF", sh.VLF), shareKey("k4b", "LF", sh.LF), shareKey("k3b", "HF", sh.HF)),
			app.P().Class("tiny dim").Text(sharesNote(r.Trend, sh.Ratio)),
		}
	}
	if said, slow := breathing(r, streaming); said != "" {
		body = append(body, app.P().ID("breath").DataSet("slow", slow).Class("small").Text(said))
	}
	return app.Section().Class("card stack gap2").Aria("label", words.T("therapist.shares")).Body(
		app.Div().Class("card-head").Body(kit.Icon("wave", "sm"), app.H2().Class("grow").Text(words.T("therapist.shares")), badge),
		app.Div().Class("stack gap2").Body(body...))
}

// breathing says how fast the patient breathes, where the heart tells; "" where it does not. Slower than 9 a minute it swings
// the heart in the low frequencies, which somebody who reads the shares has to know.
func breathing(r reading, streaming bool) (said string, slow bool) {
	rate := float64(r.Trend.Breath)
	if !streaming || !r.Any || r.Silent > watch.Silence || !(rate > 0) {
		return "", false
	}
	slow = rate < slowBreath
	key := "therapist.breath"
	if slow {
		key = "therapist.breath.slow"
	}
	return words.T(key, "n", number(math.Round(rate))), slow
}

const slowBreath = 9 // 1/min, 0.15 Hz: where the low frequencies end

func shareKey(class, what string, s chart.Share) app.UI {
	return app.Span().Class("key").Body(app.Elem("i").Class(class), app.Text(what+" "), app.B().Text(strconv.Itoa(s.Percent)+" %"))
}

func sharesNote(t telemetry.Trend, ratio float64) string {
	return words.T("therapist.shares.note", "ratio", number(math.Round(ratio*10)/10),
		"time", minutes(min(5*time.Minute, time.Duration(t.Window)*time.Second)), "n", number(math.Round(float64(t.Corrected)*1000)/10))
}

// sharesBar is the bar itself: VLF hatched, because five minutes say little about it.
func sharesBar(sh chart.Shares, wide float64) app.UI {
	part := func(tag, class string) app.HTMLElem { return app.Elem(tag).XMLNS(svg).Class(class) }
	rect := func(class string, s chart.Share) app.UI {
		return part("rect", class).Attr("x", s.X).Attr("y", 0).Attr("width", s.Width).Attr("height", 28)
	}
	label := words.T("therapist.shares.label", "vlf", strconv.Itoa(sh.VLF.Percent), "lf", strconv.Itoa(sh.LF.Percent), "hf", strconv.Itoa(sh.HF.Percent))
	return part("svg", "shares").Attr("viewBox", "0 0 "+number2(wide)+" 28").Role("img").Aria("label", label).Body(
		part("defs", "").Body(part("pattern", "").ID("vlf-hatch").Attr("width", 5).Attr("height", 5).Attr("patternUnits", "userSpaceOnUse").Attr("patternTransform", "rotate(45)").Body(
			part("rect", "gapfill").Attr("width", 5).Attr("height", 5), part("path", "c6s").Attr("d", "M0 0V5"))),
		part("rect", "").Attr("x", sh.VLF.X).Attr("y", 0).Attr("width", sh.VLF.Width).Attr("height", 28).Attr("fill", "url(#vlf-hatch)"),
		rect("k4", sh.LF), rect("k3", sh.HF))
}

// number2 is a number for an attribute, which speaks no language.
func number2(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// labelList is everything written in this sitting, newest first.
func (l *Live) labelList() app.UI {
	p := l.sight.Page
	head := []app.UI{app.H2().Class("grow").Text(words.T("therapist.labels")), app.Span().Class("faint small num").Text(strconv.Itoa(len(p.Labels) + len(l.sight.Told)))}
	var unsent []app.UI
	if p.Pending > 0 {
		unsent = append(unsent, app.Span().ID("pending").DataSet("n", strconv.Itoa(p.Pending)).Title(words.T("therapist.unsent")).Body(
			app.Span().Class("sr").Text(words.T("therapist.unsent")+": "), kit.Badge(kit.Warn, "upload", strconv.Itoa(p.Pending))))
	}
	head = append(head, kit.Slot(unsent...), kit.Button{ID: "undo", Word: words.T("app.undo"), Icon: "undo", Class: "small", Disabled: len(p.Labels) == 0, Press: l.undoLast}.Draw())
	return app.Section().Class("card flush stack gap0 fill watch-list").Aria("label", words.T("therapist.labels")).Body(
		app.Div().Class("card-head pad-x").Body(head...), &labelRows{Live: l, Changes: l.sight.changes})
}

// labelRows is the list itself. A sitting may hold hundreds of labels, so it is only drawn anew when one of them changed,
// not at every look.
type labelRows struct {
	app.Compo
	Live    *Live
	Changes int
}

// Render draws the list.
func (r *labelRows) Render() app.UI {
	l := r.Live
	all := together(l.sight.Page.Labels, l.sight.Told)
	if len(all) == 0 {
		return app.P().Class("small dim pad").Text(words.T("therapist.labels.none"))
	}
	var rows []app.UI
	for _, e := range all {
		told := slices.ContainsFunc(l.sight.Told, func(o sitting.Entry) bool { return o.ID == e.ID })
		rows = append(rows, l.labelRow(e, told))
	}
	return app.Ul().ID("labels").Class("list tight scroll").TabIndex(0).Aria("label", words.T("therapist.labels")).Body(rows...)
}

// labelRow is one label. What only the tablet told can be read and not changed: the house, which keeps it, has to tell it first.
func (l *Live) labelRow(e sitting.Entry, told bool) app.UI {
	what := phrase(e.Label, l.vocabulary)
	text := []app.UI{app.Span().Class("cut").Title(what).Text(what)}
	if c := companyWord(e.Company); c != "" && e.Kind == care.Phase {
		text = append(text, app.Text(" "), app.Span().Class("faint tiny").Text(c))
	}
	switch {
	case told:
		text = append(text, app.Text(" "), kit.Badge(kit.Plain, "device", words.T("therapist.label.told")))
	case e.Fault != nil:
		text = append(text, app.Text(" "), kit.Badge(kit.Bad, "warning", words.T("therapist.label.refused")))
	case e.Pending:
		text = append(text, app.Text(" "), kit.Badge(kit.Warn, "upload", words.T("therapist.label.waiting")))
	}
	return app.Li().DataSet("id", string(e.ID)).DataSet("at", strconv.FormatInt(int64(e.At), 10)).DataSet("pending", strconv.FormatBool(e.Pending)).DataSet("told", strconv.FormatBool(told)).Body(
		app.Span().Class("num faint small").Text(l.axis(e.At)),
		app.Span().Class("grow watch-what").Body(text...),
		kit.Button{Icon: "edit", Label: words.T("therapist.edit", "what", what), Disabled: told, Press: func(app.Context) { l.edit(e) }}.Draw())
}

// limitsCard says when the page raises an alarm.
func (l *Live) limitsCard() app.UI {
	return app.Section().Class("card watch-limits").Aria("label", words.T("therapist.limits")).Body(
		app.Div().Class("row gap2").Body(kit.Icon("bell", "sm"), app.Span().ID("limits").Class("grow small num").Text(limitsWord(l.limits)),
			kit.Button{ID: "limits-edit", Icon: "edit", Label: words.T("therapist.limits.edit"), Disabled: l.read.limits, Press: l.openLimits}.Draw()))
}
