package hrv

import "math"

// Bands of the spectrum, Hz, lower end inclusive, upper exclusive (Task Force 1996, table 2).
const (
	vlfFrom = 0.0033
	lfFrom  = 0.04
	hfFrom  = 0.15
	hfTo    = 0.4
)

// Bands are powers in ms². A power without its method means nothing: say with every one whether Welch or Lomb made it.
type Bands struct {
	VLF, LF, HF float64
	LFPeak      float64 // Hz, where the density is highest
	HFPeak      float64
}

// Total is the power of the three bands, ms².
func (b Bands) Total() float64 { return b.VLF + b.LF + b.HF }

// Ratio is LF over HF. It is no balance of anything, whatever it is called: breathing decides it.
func (b Bands) Ratio() float64 { return b.LF / b.HF }

// LFNu and HFNu are shares of LF and HF together, per cent.
func (b Bands) LFNu() float64 { return 100 * b.LF / (b.LF + b.HF) }

// HFNu is what LFNu leaves of a hundred.
func (b Bands) HFNu() float64 { return 100 * b.HF / (b.LF + b.HF) }

func noBands() Bands {
	n := math.NaN()
	return Bands{n, n, n, n, n}
}

// bandsOf integrates a density (ms²/Hz) whose bin k is at k·step Hz.
func bandsOf(density []float64, step float64) Bands {
	var b Bands
	b.VLF, _ = band(density, step, vlfFrom, lfFrom)
	b.LF, b.LFPeak = band(density, step, lfFrom, hfFrom)
	b.HF, b.HFPeak = band(density, step, hfFrom, hfTo)
	return b
}

// band integrates by trapezoids over the bins with lo ≤ f < hi, and finds the highest.
func band(density []float64, step, lo, hi float64) (power, peak float64) {
	before, highest := math.NaN(), math.Inf(-1)
	peak = math.NaN()
	for i, p := range density {
		f := float64(i) * step
		if f < lo {
			continue
		}
		if f >= hi {
			break
		}
		if !math.IsNaN(before) {
			power += (before + p) / 2 * step
		}
		if p > highest {
			highest, peak = p, f
		}
		before = p
	}
	return power, peak
}
