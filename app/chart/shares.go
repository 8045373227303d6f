package chart

import (
	"math"

	"hearth/shared/telemetry"
)

// Share is one part of the frequency bar.
type Share struct {
	Percent  int     // whole, the three make 100
	X, Width float64 // in the unit of the wished width
}

// Shares is the bar of frequency shares, left to right.
type Shares struct {
	VLF, LF, HF Share
	Ratio       float64 // LF/HF
}

// spoilt are the reasons for which shares are not shown even where a number came along.
const spoilt = telemetry.Restless | telemetry.TooFixed | telemetry.TooPoor | telemetry.NoBeats | telemetry.NoContact

// SharesOf lays the bar out over a width. It says false, and the bar vanishes, when any share is not valid: nothing is
// ever put in its place.
func SharesOf(t telemetry.Trend, width float64) (Shares, bool) {
	parts := [3]float64{float64(t.VLF), float64(t.LF), float64(t.HF)}
	sum := 0.0
	for _, p := range parts {
		if !(p >= 0) || math.IsInf(p, 0) {
			return Shares{}, false
		}
		sum += p
	}
	if t.Why&spoilt != 0 || !(parts[1]+parts[2] > 0) || parts[2] == 0 || math.IsInf(sum, 0) {
		return Shares{}, false
	}
	var list [3]Share
	percents := hundred(parts, sum)
	x := 0.0
	for i, p := range parts {
		w := p / sum * width
		list[i] = Share{Percent: percents[i], X: x, Width: w}
		x += w
	}
	return Shares{VLF: list[0], LF: list[1], HF: list[2], Ratio: parts[1] / parts[2]}, true
}

// hundred rounds parts of a sum to whole per cents that make 100, by the largest remainder.
func hundred(parts [3]float64, sum float64) (percents [3]int) {
	var rest [3]float64
	left := 100
	for i, p := range parts {
		exact := p / sum * 100
		percents[i] = int(exact)
		rest[i] = exact - math.Floor(exact)
		left -= percents[i]
	}
	for ; left > 0; left-- {
		most := 0
		for i := range rest {
			if rest[i] > rest[most] {
				most = i
			}
		}
		percents[most]++
		rest[most] = -1
	}
	return percents
}
