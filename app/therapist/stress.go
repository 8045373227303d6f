package therapist

import (
	"math"
	"strconv"
	"time"

	"hearth/app/sitting"
	"hearth/shared/api"
	"hearth/shared/stress"
	"hearth/shared/words"
)

// stressID is the tile of how far the heart is from this person's own rest.
const stressID = "stress"

// stressFigure decides that tile: the number where it may be shown, with a sign that there is doubt, else why not.
func stressFigure(r reading, streaming bool, rest *api.Baseline) figure {
	x := r.Strain
	f := figure{ID: stressID, Quantity: stressID, Line: "c5", Gate: x.State.Code()}
	if why := stressMissing(r, streaming, rest); why != "" {
		f.Value, f.Change = "–", why
		return f
	}
	f.Value, f.Data = signedTenth(x.Index), strconv.FormatFloat(x.Index, 'f', 2, 64)
	f.About, f.Arrow, f.Change = x.Marked, direction(x.Index), words.T("therapist.stress.spread")
	if x.Marked {
		f.Change = words.T("therapist.stress.mark." + doubtOf(x.Why).Code())
	} else if f.Arrow == "" {
		f.Change = words.T("therapist.like-rest")
	}
	return f
}

// stressMissing says why there is no number; "" when there is one.
func stressMissing(r reading, streaming bool, rest *api.Baseline) string {
	x := r.Strain
	if w := missing(r, streaming, stressID, 0); w != "" {
		return w
	}
	switch {
	case rest == nil:
		return words.T("therapist.no-rest")
	case sitting.Still(rest) == nil:
		if why := r.Refused.reason(rest); why != nil {
			return words.T("therapist.stress.rest." + why.Why.Code())
		}
		return words.T("therapist.stress.rest.none")
	case x.State == stress.Moving:
		return words.T("therapist.moving")
	case x.State == stress.Recovering:
		return words.T("therapist.stress.wait", "n", strconv.Itoa(seconds(x.Wait)))
	case x.Shown:
		return ""
	case x.Why&stress.NoHeart != 0 && r.Trend.Window < minuteOfBeats:
		return words.T("therapist.why.from", "n", strconv.Itoa(minuteOfBeats))
	case x.Why&stress.NoHeart != 0:
		if w := missing(r, streaming, sitting.MeanHR, math.NaN()); w != "" {
			return w
		}
	case x.Why&stress.PoorSignal != 0:
		return words.T("therapist.why.poor")
	case x.Why&stress.TooManyCorrected != 0:
		return words.T("therapist.stress.fixed")
	}
	return words.T("therapist.why.filling")
}

// minuteOfBeats is what the numbers are made from that are compared with rest.
const minuteOfBeats = 60

// doubts are the reasons a number is marked for, the one first that says most to whoever looks at a person.
var doubts = []stress.Why{stress.TorsoLight, stress.HeartSettles, stress.TorsoUnseen, stress.ManyCorrected, stress.FewParts, stress.RestUnseen}

func doubtOf(why stress.Why) stress.Why {
	for _, d := range doubts {
		if why&d != 0 {
			return d
		}
	}
	return stress.FewParts
}

// signedTenth writes a number with its sign: "+2.3", "−0.4", "0.0".
func signedTenth(v float64) string { return signedAs(v, 1) }

func signedAs(v float64, digits int) string {
	scale := math.Pow10(digits)
	n := math.Round(math.Abs(v) * scale)
	s := fixed(n/scale, digits)
	switch {
	case n == 0:
		return s
	case v < 0:
		return "−" + s
	}
	return "+" + s
}

// direction is an arrow for what a tenth can tell.
func direction(v float64) string {
	switch n := math.Round(v * 10); {
	case n > 0:
		return "arrow-up"
	case n < 0:
		return "arrow-down"
	}
	return ""
}

// seconds are whole ones, the one begun with them.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
