package therapist

import (
	"math"
	"strconv"
	"strings"
	"time"

	"hearth/app/sitting"
	"hearth/app/watch"
	"hearth/shared/api"
	"hearth/shared/telemetry"
	"hearth/shared/words"
)

// figure is one of the large numbers: what it is, how it compares with rest, and why it is missing when it is.
type figure struct {
	ID, Quantity, Line, Unit string
	Value                    string // as written; "–" when there is none
	Data                     string // the plain number, "" when there is none
	Arrow, Change            string
	Dim                      bool   // shown, but not settled
	About                    bool   // shown, but mended in places, or in doubt
	Gate                     string // of the one that movement hides: what the torso does
}

// figures decides the four numbers of the heart, and how far it is from rest. A number that is not valid, or too old, is not shown, and the reason
// stands in its place.
func figures(r reading, streaming bool, rest *api.Baseline) []figure {
	list := []figure{
		{ID: "hr", Quantity: sitting.HR, Line: "c1", Unit: words.T("therapist.bpm")},
		{ID: "mean-hr", Quantity: sitting.MeanHR, Line: "c2", Unit: words.T("therapist.bpm")},
		{ID: "rmssd", Quantity: sitting.RMSSD, Line: "c3", Unit: "ms"},
		{ID: "sdnn", Quantity: sitting.SDNN, Line: "c4", Unit: "ms"},
	}
	for i := range list {
		list[i].fill(r, streaming, rest)
	}
	return append(list, stressFigure(r, streaming, rest))
}

func (f *figure) fill(r reading, streaming bool, rest *api.Baseline) {
	v := sitting.Of(r.Trend, f.Quantity)
	if why := missing(r, streaming, f.Quantity, v); why != "" {
		f.Value, f.Change, f.Unit = "–", why, ""
		return
	}
	n := int(math.Round(v))
	f.Value, f.Data = strconv.Itoa(n), strconv.FormatFloat(v, 'f', 1, 64)
	if r.Trend.Why&telemetry.Uncertain != 0 && f.Quantity != sitting.HR {
		f.About = true
	}
	short := f.Quantity == sitting.SDNN && r.Trend.Why&telemetry.Short != 0
	f.Dim = short || r.Trend.Why&doubt != 0
	if percent, ok := sitting.Against(rest, f.Quantity, v); ok && !short { // only windows of equal length compare
		f.Arrow, f.Change = change(percent)
		return
	}
	switch {
	case short:
		f.Change = words.T("therapist.over", "time", minutes(time.Duration(r.Trend.Window)*time.Second))
	case rest != nil:
		f.Change = words.T("therapist.rest-short")
	default:
		f.Change = words.T("therapist.no-rest")
	}
}

// doubt are the reasons for which a number that is still shown is not to be leaned on.
const doubt = telemetry.TooPoor | telemetry.NoContact | telemetry.NoBeats

// validFrom is how many seconds of beats a number needs before it is given out (see hrv.Values).
var validFrom = map[string]int{sitting.MeanHR: 30, sitting.RMSSD: 30, sitting.SDNN: 60}

// missing says why a number is not there; "" when it is.
func missing(r reading, streaming bool, quantity string, v float64) string {
	switch {
	case !streaming:
		return words.T("therapist.why.off")
	case !r.Any:
		return words.T("therapist.why.waiting")
	case r.Silent > watch.Silence:
		return words.T("therapist.no-signal", "n", strconv.Itoa(int(r.Silent.Seconds())))
	case !math.IsNaN(v):
		return ""
	}
	why := r.Trend.Why
	for _, reason := range []struct {
		bit telemetry.Reason
		key string
	}{
		{telemetry.NoContact, "contact"}, {telemetry.NoBeats, "beats"}, {telemetry.TooPoor, "poor"}, {telemetry.TooFixed, "fixed"}, {telemetry.NoIntervals, "intervals"},
	} {
		if why&reason.bit != 0 {
			return words.T("therapist.why." + reason.key)
		}
	}
	if from := validFrom[quantity]; int(r.Trend.Window) < from {
		return words.T("therapist.why.from", "n", strconv.Itoa(from))
	}
	return words.T("therapist.why.filling")
}

// change says a difference from rest: an arrow, and the per cent with its sign.
func change(percent float64) (arrow, text string) {
	n := int(math.Round(percent))
	switch {
	case n > 0:
		return "arrow-up", words.T("therapist.vs-rest", "n", "+"+strconv.Itoa(n))
	case n < 0:
		return "arrow-down", words.T("therapist.vs-rest", "n", "−"+strconv.Itoa(-n))
	}
	return "", words.T("therapist.like-rest")
}

// signed writes a change for a table.
func signed(percent float64) string {
	n := int(math.Round(percent))
	switch {
	case n > 0:
		return "+" + strconv.Itoa(n) + " %"
	case n < 0:
		return "−" + strconv.Itoa(-n) + " %"
	}
	return "0 %"
}

// whyNoShares says why there is no bar of frequency shares; the first that holds is the one that helps most.
func whyNoShares(r reading, streaming bool) string {
	if w := missing(r, streaming, sitting.HR, float64(r.Trend.HR)); w != "" {
		return w
	}
	why := r.Trend.Why
	switch {
	case why&telemetry.TooPoor != 0:
		return words.T("therapist.why.poor")
	case why&telemetry.TooFixed != 0:
		return words.T("therapist.why.fixed")
	case why&telemetry.NoIntervals != 0:
		return words.T("therapist.why.intervals")
	case why&telemetry.Restless != 0:
		return words.T("therapist.shares.restless")
	case why&telemetry.Short != 0 || int(r.Trend.Window) < validFrom[sitting.SDNN]: // a full window is always a beat or two short of 5 min
		return words.T("therapist.shares.filling", "time", minutes(time.Duration(r.Trend.Window)*time.Second))
	}
	return words.T("therapist.shares.none")
}

// inWords is a number that is there, with its unit and how it compares with rest.
func (f figure) inWords(comma string) string {
	s := strings.TrimSpace(f.Value + " " + f.Unit)
	if f.About {
		s = "≈ " + s
	}
	if strings.HasPrefix(f.Change, "×") { // one goes on with the other
		comma = " "
	}
	return s + comma + f.Change
}

// spoken is the sentence for screen readers: the numbers, or why there are none.
func spoken(list []figure, name string) string {
	say := func(f figure) string {
		if f.Data == "" {
			return whatIs(f.Quantity) + ": " + f.Change
		}
		return whatIs(f.Quantity) + ": " + f.inWords(", ")
	}
	s := name + ". "
	for _, f := range list {
		s += say(f) + ". "
	}
	return s
}
