package therapist

import (
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/chart"
	"hearth/app/kit"
	"hearth/app/sitting"
	"hearth/app/watch"
	"hearth/shared/words"
)

// middle is what needs attention, and the signals on one clock: the numbers, the ECG with movement, the last minutes.
func (l *Live) middle() []app.UI {
	return []app.UI{l.notes(), l.tiles(), l.ecg(), l.trend()}
}

func (l *Live) tiles() app.UI {
	var list []app.UI
	for _, f := range l.figures() {
		list = append(list, kit.Number{ID: f.ID, What: words.T("therapist.what." + f.Quantity), Line: f.Line, Value: f.Value, Data: f.Data,
			Unit: f.Unit, Arrow: f.Arrow, Change: f.Change, Dim: f.Dim, About: f.About, Gate: f.Gate,
			Explain: func(app.Context) { l.ui.dialog, l.ui.about = aboutDialog, f.ID }, Asks: words.T("therapist.about", "what", whatIs(f.Quantity))}.Draw())
	}
	return app.Div().Class("tiles watch-tiles").Body(list...)
}

// ecg is the sweeping strip, with the state of what measures in its head.
func (l *Live) ecg() app.UI {
	return app.Figure().Class("chart watch-ecg").Body(
		app.FigCaption().Class("chart-head").Body(
			app.H2().Class("h3").Text(words.T("therapist.ecg")),
			app.Span().Class("legend").Body(
				app.Span().Body(peak(), app.Text(words.T("therapist.beat"))),
				app.Span().Class("nowrap").Text(l.ecgFacts())),
			app.Span().Class("push row gap2").Body(l.chips()...)),
		app.Canvas().ID(ecgCanvas).Class("watch-canvas").Role("img").Aria("label", words.T("therapist.ecg.label")),
		l.over())
}

// over covers the strip with words once nothing is received any more: what is left of it is the past, and shall not look
// like somebody's heart at this moment.
func (l *Live) over() app.UI {
	box := app.Div().ID("over").Class("watch-over")
	drawn := l.desk != nil && l.desk.strip.Head() != 0
	if st := l.stance(); drawn && !st.On {
		return box.DataSet("phase", st.Phase).Body(
			app.Span().Class("strong").Text(words.T("therapist.watch."+st.Phase)), app.Span().Class("small").Text(words.T("therapist.ecg.over")))
	}
	if s, ok := heart(l.sight.State.Sensors); ok && bare(s.Sensor) && l.stance().On {
		return box.DataSet("phase", "beats-only").Body(
			app.Span().Class("strong").Text(words.T("therapist.beats-only")), app.Span().Class("small").Text(words.T("therapist.beats-only.help")))
	}
	return box.Hidden(true)
}

// peak is the sign of a heartbeat as the strip draws it.
func peak() app.UI {
	return app.Elem("svg").XMLNS(svg).Class("swatch").Attr("viewBox", "0 0 20 12").Attr("aria-hidden", "true").Body(
		app.Elem("path").XMLNS(svg).Class("kpeak").Attr("d", "M10 11L5 3h10z"))
}

const svg = "http://www.w3.org/2000/svg"

func (l *Live) ecgFacts() string {
	facts := "mV"
	s, ok := heart(l.sight.State.Sensors)
	if ok && bare(s.Sensor) {
		return ""
	}
	if ok && s.Rate > 0 {
		facts += " · " + number(s.Rate) + " Hz"
	}
	return facts + " · " + number(0.5) + "–40 Hz"
}

// heart finds the sensor of the heart: of several one that streams, with a curve if there is one.
func heart(list []watch.Sensor) (best watch.Sensor, ok bool) {
	most := -1
	for _, s := range list {
		if s.Signal != "ecg" {
			continue
		}
		rank := 0
		if s.State == "streaming" {
			rank += 2
		}
		if !bare(s.Sensor) {
			rank++
		}
		if rank > most {
			best, ok, most = s, true, rank
		}
	}
	return best, ok
}

// chips say how good the signal is, where it comes from, and how long the battery lasts.
func (l *Live) chips() []app.UI {
	s, ok := heart(l.sight.State.Sensors)
	if !ok || l.sight.State.Phase == watch.Idle {
		return nil
	}
	name := s.Name
	if name == "" {
		name = words.T("therapist.sensor.demo")
	}
	r := l.sight.Reading
	quality := app.Span().ID("quality")
	switch {
	case s.State != "streaming":
		quality = quality.DataSet("quality", s.State).Body(kit.Chip(stateTone(s.State), "chest", words.T("therapist.sensor."+s.State)))
	case r.Any && r.Silent <= watch.Silence:
		key, tone, icon := qualityOf(r.Trend.Quality)
		quality = quality.DataSet("quality", key).DataSet("flaws", strings.Join(flaws(r.Trend), " ")).Body(kit.Chip(tone, icon, qualityWord(r.Trend)))
	case r.Any:
		quality = quality.DataSet("quality", "none").Body(kit.Chip(kit.Bad, "warning", words.T("therapist.no-signal", "n", strconv.Itoa(int(r.Silent.Seconds())))))
	}
	return []app.UI{quality, app.Span().Class("chip watch-wide").Body(kit.Icon("chest"), app.Text(name)), batteryChip(s.Battery)}
}

// trend is the last minutes: heart rate with its mean, and variability, with gaps, rest and labels.
func (l *Live) trend() app.UI {
	legend := []struct{ line, key string }{{"c1", "hr"}, {"c2", "mean"}, {"c3", "rmssd"}, {"c4", "sdnn"}}
	if sitting.Still(l.sight.Page.Baseline) != nil {
		legend = append(legend, struct{ line, key string }{"c5", "stress"})
	}
	var keys []app.UI
	for _, k := range legend {
		keys = append(keys, app.Span().Body(kit.Swatch(k.line), app.Text(words.T("therapist.legend."+k.key))))
	}
	keys = append(keys, app.Span().Body(app.Elem("svg").XMLNS(svg).Class("swatch").Attr("viewBox", "0 0 20 12").Attr("aria-hidden", "true").Body(
		app.Elem("rect").XMLNS(svg).Class("b1").Attr("width", 20).Attr("height", 12)), app.Text(words.T("therapist.legend.rest"))))
	return app.Figure().Class("chart watch-trend").Body(
		app.FigCaption().Class("chart-head").Body(
			app.H2().Class("h3").Text(words.T("therapist.trend", "n", strconv.Itoa(int(l.ui.window.Minutes())))),
			app.Span().Class("legend watch-wide").Body(keys...),
			l.filled(),
			app.Span().Class("push watch-span").Body(kit.Segments(words.T("therapist.trend.span"), spans(), strconv.Itoa(int(l.ui.window.Minutes())), func(_ app.Context, v string) {
				if n, err := strconv.Atoi(v); err == nil {
					l.show(time.Duration(n) * time.Minute)
				}
			}))),
		app.Canvas().ID(trendCanvas).Class("watch-canvas").Role("img").Aria("label", l.trendLabel()))
}

// filled says of the dim, finely dashed pieces of the curves that they were made known later.
func (l *Live) filled() app.UI {
	n := l.sight.Facts.Filled
	return app.Span().ID("filled").DataSet("n", n).DataSet("of", l.sight.Facts.Moments).Class("legend").Hidden(n == 0).Body(app.Span().Body(
		app.Elem("svg").XMLNS(svg).Class("swatch").Attr("viewBox", "0 0 20 12").Attr("aria-hidden", "true").Body(
			app.Elem("path").XMLNS(svg).Class("c1 kfilled").Attr("d", "M0 6H20")),
		app.Text(words.T("therapist.legend.filled"))))
}

func spans() (all []kit.Choice) {
	for _, d := range []time.Duration{chart.TwoMinutes, chart.TenMinutes, chart.ThirtyMinutes} {
		n := strconv.Itoa(int(d.Minutes()))
		all = append(all, kit.Choice{Value: n, Word: n + " min"})
	}
	return all
}

// trendLabel says what the picture holds, in steps that change rarely.
func (l *Live) trendLabel() string {
	f := l.sight.Facts
	if !(f.LowestHR > 0) {
		return words.T("therapist.trend.empty")
	}
	ten := func(v float64, up int) string { return strconv.Itoa((int(v)/10 + up) * 10) }
	return words.T("therapist.trend.label", "low", ten(f.LowestHR, 0), "high", ten(f.HighestHR, 1), "gaps", strconv.Itoa(f.Gaps))
}
