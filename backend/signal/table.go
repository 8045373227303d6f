package signal

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"

	"hearth/shared/ecg/score"
)

// report prints, for every rule, each recording and each database; then the databases once more, all rules in a line.
func report(w io.Writer, all []result) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, legend)
	groups := group(all)
	for i, rule := range rules {
		from := "from the first sample"
		if rule.Skip > 0 {
			from = fmt.Sprintf("from %g s on", rule.Skip)
		}
		fmt.Fprintf(out, "\nWithin %g ms, %s\n", rule.Window, from)
		fmt.Fprintf(out, "%-10s %-14s %7s %6s %6s %8s %8s %8s %7s %6s %6s %6s %5s %5s %5s %6s\n",
			"db", "record", "beats", "FN", "FP", "Se", "PPV", "F1", "bias", "jitA", "jitR", "rrE", "p50", "p95", "max", "s/h")
		for _, r := range all {
			line(out, r.db, r.name, r.tallies[i], pace([]result{r}))
		}
		for _, g := range groups {
			t := g.tallies(i)
			line(out, g.name, "gross", score.Pool(t), pace(g.all))
			fmt.Fprintf(out, "%-10s %-14s %29s %8s %8s %8s\n", g.name, "mean", "", number(score.Mean(t, score.Tally.Se), 3),
				number(score.Mean(t, score.Tally.PPV), 3), number(score.Mean(t, score.Tally.F1), 3))
		}
	}
	summary(out, groups)
	return out.Flush()
}

const legend = `Se, PPV, F1: per cent. bias: median of found minus R peak; jitA, jitR: mean distance from annotation and R peak without
it; rrE: mean error of intervals; p50, p95, max: delay from the R peak until the packet of 16 samples with which it was
given out; all in ms. s/h: seconds the detector takes for an hour of signal. gross: every beat counts the same; mean:
every record does.
`

// bunch is the recordings of a database.
type bunch struct {
	name string
	all  []result
}

// group sorts recordings by database, in the order they come, and adds one of all where there are several.
func group(all []result) (out []bunch) {
	for _, r := range all {
		i := slices.IndexFunc(out, func(b bunch) bool { return b.name == r.db })
		if i < 0 {
			i = len(out)
			out = append(out, bunch{name: r.db})
		}
		out[i].all = append(out[i].all, r)
	}
	if len(out) > 1 {
		out = append(out, bunch{"ALL", all})
	}
	return out
}

// tallies are those by one rule.
func (b bunch) tallies(rule int) (out []score.Tally) {
	for _, r := range b.all {
		out = append(out, r.tallies[rule])
	}
	return out
}

func line(w io.Writer, db, name string, t score.Tally, pace float64) {
	fmt.Fprintf(w, "%-10s %-14s %7d %6d %6d %8s %8s %8s %7s %6s %6s %6s %5s %5s %5s %6s\n", db, name, t.Beats(), t.FN, t.FP,
		number(t.Se(), 3), number(t.PPV(), 3), number(t.F1(), 3), number(t.Bias, 1), number(t.JitA(), 2), number(t.JitR(), 2), number(t.RRE(), 2),
		number(score.Median(t.Delay), 0), number(t.Late(.95), 0), number(t.Late(1), 0), number(pace, 3))
}

// summary is a line a database.
func summary(w io.Writer, groups []bunch) {
	fmt.Fprintf(w, "\nIn short: F1 by rule, the worst record's F1 of the first, and the rest by the first\n")
	fmt.Fprintf(w, "%-10s", "db")
	for _, r := range rules {
		fmt.Fprintf(w, " %12s", fmt.Sprintf("%g ms %g s", r.Window, r.Skip))
	}
	fmt.Fprintf(w, " %8s %8s %8s %-14s %7s %6s %6s %5s %5s %5s %6s\n", "Se", "PPV", "worst", "", "bias", "jitR", "rrE", "p50", "p95", "max", "s/h")
	for _, g := range groups {
		fmt.Fprintf(w, "%-10s", g.name)
		for i := range rules {
			fmt.Fprintf(w, " %12s", number(score.Pool(g.tallies(i)).F1(), 3))
		}
		each := g.tallies(0)
		t, low, name := score.Pool(each), math.NaN(), ""
		if i := score.Worst(each); i >= 0 {
			low, name = each[i].F1(), g.all[i].name
		}
		fmt.Fprintf(w, " %8s %8s %8s %-14s %7s %6s %6s %5s %5s %5s %6s\n", number(t.Se(), 3), number(t.PPV(), 3), number(low, 3), name, number(t.Bias, 1),
			number(t.JitR(), 2), number(t.RRE(), 2), number(score.Median(t.Delay), 0), number(t.Late(.95), 0), number(t.Late(1), 0), number(pace(g.all), 3))
	}
}

// pace is the seconds the detector took for an hour of signal.
func pace(all []result) float64 {
	busy, hours := 0.0, 0.0
	for _, r := range all {
		busy, hours = busy+r.busy.Seconds(), hours+r.hours
	}
	return busy / hours
}

// number writes v with so many decimals, and a line where there is none.
func number(v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "-"
	}
	return fmt.Sprintf("%.*f", decimals, v)
}
