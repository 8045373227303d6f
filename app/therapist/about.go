package therapist

import (
	"math"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/app/sitting"
	"hearth/app/watch"
	"hearth/shared/motion"
	"hearth/shared/stress"
	"hearth/shared/telemetry"
	"hearth/shared/words"
)

// aboutBody explains one of the large numbers: what it is, of which time, from when on, and what it is worth at this moment.
func (l *Live) aboutBody() []app.UI {
	var f figure
	for _, f = range l.figures() {
		if f.ID == l.ui.about {
			break
		}
	}
	r := l.sight.Reading
	list := []app.UI{app.P().Text(words.T("therapist.about." + f.Quantity)), l.aboutFacts(f, r)}
	if f.ID == stressID && r.Any {
		list = append(list, l.aboutStress(f, r.Strain)...)
	}
	return []app.UI{app.Div().ID("about").DataSet("about", f.ID).Class("stack gap3").TabIndex(-1).Attr("autofocus", true).Body(list...)}
}

// whatIs names a number in full.
func whatIs(quantity string) string {
	if quantity == stressID {
		return words.T("therapist.chart.stress")
	}
	return words.T("therapist.what." + quantity)
}

// aboutFacts are what every number has.
func (l *Live) aboutFacts(f figure, r reading) app.UI {
	var rows []app.UI
	row := func(key, text string) {
		rows = append(rows, app.Dt().Text(words.T("therapist.fact."+key)), app.Dd().Text(text))
	}
	row("now", nowOf(f))
	row("over", words.T("therapist.over."+f.Quantity))
	row("from", words.T("therapist.from."+f.Quantity))
	corrected, quality := "–", "–"
	if l.sight.State.Wanted && l.streamed && r.Any && r.Silent <= watch.Silence {
		if c := float64(r.Trend.Corrected); !math.IsNaN(c) {
			corrected = words.T("therapist.share", "n", number(math.Round(c*1000)/10))
		}
		quality = qualityWord(r.Trend) + ", " + strconv.Itoa(int(r.Trend.Quality)) + " %"
	}
	row("corrected", corrected)
	row("quality", quality)
	return app.Dl().Class("facts small").Body(rows...)
}

// nowOf is a number with its unit and how it compares with rest, or why it is not there.
func nowOf(f figure) string {
	if f.Data == "" {
		return f.Change
	}
	return f.inWords(" · ")
}

// aboutStress is what the distance from rest is made of, what the torso says to it, and how the heart came back.
func (l *Live) aboutStress(f figure, x stress.Explanation) []app.UI {
	list := []app.UI{app.P().ID("about-gate").Class("small").Text(gateWord(x))}
	for _, why := range x.Why.Reasons() {
		if told := aside(why, x.Shown); told != "" {
			list = append(list, app.P().Class("small dim").Text(told))
		}
	}
	if sitting.Still(l.sight.Page.Baseline) == nil {
		return list
	}
	list = append(list, partsTable(x, f.Data != ""))
	if x.State != stress.Moving { // else there is nothing to come back from yet
		list = append(list, app.P().ID("about-recovery").Class("small").Text(recoveryWord(x.Recovery)))
	}
	return list
}

// aside says a reason the torso has no part in.
func aside(why stress.Why, shown bool) string {
	switch why {
	case stress.FewParts:
		if !shown {
			return ""
		}
	case stress.ManyCorrected, stress.RestUnseen:
	default: // said by the number's own line, or by the gate
		return ""
	}
	return words.T("therapist.stress.why." + why.Code())
}

// gateWord says what the torso does and what follows.
func gateWord(x stress.Explanation) string {
	return words.T("therapist.gate."+x.State.Code(), "minute", metres(x.Torso), "burst", metres(x.Burst), "n", strconv.Itoa(seconds(x.Wait)),
		"quiet", metres(motion.QuietBelow), "most", metres(motion.LightBelow))
}

// metres writes an energy in m/s².
func metres(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return fixed(v, 1)
}

func recoveryWord(r stress.Recovery) string {
	switch {
	case r.From == 0:
		return words.T("therapist.recovery.none")
	case r.Done:
		return words.T("therapist.recovery.done", "time", minutes(r.Took))
	}
	return words.T("therapist.recovery.open", "time", minutes(r.Took))
}

// partDigits are how finely each quantity is written.
var partDigits = map[stress.Quantity]int{stress.SqrtSI: 1, stress.LnRMSSD: 2}

// partsTable holds the numbers now against rest. What they give is only written while it may be shown.
func partsTable(x stress.Explanation, shown bool) app.UI {
	write := func(v float64, digits int, sign bool) string {
		switch {
		case math.IsNaN(v):
			return "–"
		case sign:
			return signedAs(v, digits)
		}
		return fixed(v, digits)
	}
	var rows []app.UI
	for _, p := range x.Parts {
		digits := partDigits[p.Quantity]
		rest, z, weight, gives := "–", "–", "–", "–"
		if !math.IsNaN(p.Median) {
			rest = fixed(p.Median, digits) + " ± " + fixed(p.Scale, digits)
		}
		if shown && !math.IsNaN(p.Z) {
			z, weight, gives = write(p.Z, 1, true), strconv.Itoa(int(math.Round(100*p.Weight)))+" %", write(p.Gives, 2, true)
		}
		rows = append(rows, app.Tr().DataSet("part", string(p.Quantity)).Body(
			app.Th().Scope("row").Text(words.T("therapist.part."+string(p.Quantity))),
			cell(write(p.Value, digits, false)), cell(rest), cell(z), cell(weight), cell(gives)))
	}
	sum := "–"
	if shown {
		sum = signedAs(x.Index, 2)
	}
	rows = append(rows, app.Tr().Class("strong").Body(app.Th().Scope("row").ColSpan(5).Text(words.T("therapist.part.sum")), cell(sum)))
	var heads []app.UI
	for _, key := range []string{"part", "now", "rest", "steps", "weight", "gives"} {
		head := app.Th().Scope("col").Text(words.T("therapist.parts." + key))
		if key != "part" {
			head = head.Class("end")
		}
		heads = append(heads, head)
	}
	return app.Div().Class("about-parts").TabIndex(0).Role("region").Aria("label", words.T("therapist.parts")).Body(
		app.Table().ID("about-parts").Class("table plain num small").Body(app.THead().Body(app.Tr().Body(heads...)), app.TBody().Body(rows...)))
}

func cell(text string) app.UI { return app.Td().Class("end nowrap").Text(text) }

// flaws are what spoils the signal, as words in the catalogues.
func flaws(t telemetry.Trend) (codes []string) {
	for i, code := range []string{"flat", "rail", "noise", "baseline", "dispute", "movement"} {
		if t.Flaws&(1<<i) != 0 {
			codes = append(codes, code)
		}
	}
	return codes
}

// mostCauses is how many causes a chip has room for.
const mostCauses = 2

// qualityWord says how good the signal is, and where it is not good what spoils it.
func qualityWord(t telemetry.Trend) string {
	key, tone, _ := qualityOf(t.Quality)
	said := words.T("therapist.quality." + key)
	if tone == kit.Live {
		return said
	}
	for i, code := range flaws(t) {
		if i == mostCauses {
			break
		}
		said += []string{" · ", ", "}[i] + words.T("therapist.flaw."+code)
	}
	return said
}
