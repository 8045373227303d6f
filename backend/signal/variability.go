package signal

import (
	"encoding/json"
	"flag"
	"fmt"

	"hearth/shared/hrv"
)

// lengths are the windows there are, in seconds; 0 is the whole series.
var lengths = map[string]float64{"all": 0, "30": 30, "60": 60, "120": 120, "300": 300}

// spectral is the least a spectrum is made of, in seconds.
const spectral = 100

// mostSpectral is the longest series a spectrum is made of in one piece, in hours: the price of Lomb's grows with its
// square, and two days take minutes already.
const mostSpectral = 48

// variability measures the intervals on standard input.
func variability(args []string, s Streams) int {
	flags := flag.NewFlagSet("hrv", flag.ContinueOnError)
	length := flags.String("window", "all", "seconds of a window, or all")
	correct := flags.Bool("correct", false, "mend wrong intervals first")
	if code, ok := s.parse(flags, args, 0); !ok {
		return code
	}
	seconds, ok := lengths[*length]
	if !ok {
		return s.wrongly("There is no window of %q: all, 30, 60, 120 and 300 seconds there are.", *length)
	}
	rr, err := readIntervals(s.In)
	if err != nil {
		return s.refuse(err)
	}
	if hours := total(rr) / 3.6e6; seconds == 0 && hours > mostSpectral {
		return s.refuse(fmt.Errorf("The intervals are %.0f hours long, and a spectrum is made of %d at most: please ask for windows, --window 300.", hours, mostSpectral))
	}
	out := json.NewEncoder(s.Out)
	out.SetIndent("", " ")
	if err := out.Encode(measure(rr, seconds, *correct)); err != nil {
		return s.refuse(fmt.Errorf("Nobody reads what is written here: %w", err))
	}
	return well
}

// measure makes the report of intervals.
func measure(rr []float64, seconds float64, correct bool) series {
	c := hrv.Correction{RR: rr, Fixed: make([]bool, len(rr))}
	out := series{Unit: "ms", Windows: []window{}}
	if correct {
		c = hrv.Correct(rr)
		out.Correction = mended(c)
	}
	out.Beats, out.Duration = len(c.RR), number64(total(c.RR)/1000)
	end := 0
	for i, w := range cut(c.RR, seconds) {
		name := "all"
		if seconds > 0 {
			name = fmt.Sprintf("%gs_%d", seconds, i)
		}
		end = w[1]
		part := c.Part(w[0], w[1])
		out.Windows = append(out.Windows, measured(name, w, part, correct))
	}
	out.Rest = len(c.RR) - end
	return out
}

// cut gives the first interval of each window and the one after its last: those that end within so many seconds of the
// end of the first. What does not fill a window is left over; 0 seconds is one window of all there is.
func cut(rr []float64, seconds float64) (out [][2]int) {
	if seconds == 0 {
		return [][2]int{{0, len(rr)}}
	}
	first, at := 0, 0.0
	for i := 1; i < len(rr); i++ {
		if at += rr[i]; at >= 1000*seconds {
			out = append(out, [2]int{first, i})
			first, at = i, 0
		}
	}
	return out
}

func total(rr []float64) (ms float64) {
	for _, v := range rr {
		ms += v
	}
	return ms
}

// measured measures a window.
func measured(name string, at [2]int, c hrv.Correction, correct bool) window {
	w := window{Window: name, First: at[0], End: at[1]}
	if correct {
		fixed := 0
		for _, f := range c.Fixed {
			if f {
				fixed++
			}
		}
		w.trust = trusted(float64(fixed) / float64(len(c.RR)))
		if w.Refused {
			return w
		}
	}
	w.Time = timed(c.Time())
	if total(c.RR) >= 1000*spectral {
		w.Welch, w.Lomb = powers(hrv.BandsOf(hrv.Cumulative(c.RR), c.RR)), powers(hrv.Lomb(c.RR))
	}
	return w
}

// trusted says what a share corrected means.
func trusted(share float64) *trust {
	return &trust{Share: number64(share), Warned: share > hrv.Warned, Refused: share > hrv.Refused}
}

// mended is what correction did.
func mended(c hrv.Correction) *correction {
	out := &correction{trust: trusted(c.Share), Index: map[string][]int{}, RR: c.RR, Fixed: []int{}}
	for _, k := range []hrv.Class{hrv.Missed, hrv.Extra, hrv.Ectopic, hrv.LongShort} {
		out.Index[k.String()] = []int{}
	}
	for i, k := range c.Class {
		if k != hrv.Normal {
			out.Index[k.String()] = append(out.Index[k.String()], i)
		}
	}
	for i, f := range c.Fixed {
		if f {
			out.Fixed = append(out.Fixed, i)
		}
	}
	return out
}
