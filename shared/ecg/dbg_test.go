package ecg

import (
	"os"
	"testing"
)

func TestDbg(t *testing.T) {
	for _, r := range MustRecords(t) {
		if r.name != os.Getenv("REC") {
			continue
		}
		d, _ := NewDetector(r.rate)
		var out []Beat
		dbg = func(c candidate, what string) {
			if c.at > int64(12*360) && c.at < int64(17*360) {
				t.Logf("cand %.3f h %.2f slope %.2f like %.2f usual %.2f sig %.2f noise %.2f base %.2f betw %.2f %s", float64(c.at)/r.rate, c.height, c.slope, c.like, c.usual, d.levels.signal.median(), d.levels.noise.median(), d.levels.base(), d.between(), what)
			}
		}
		for _, v := range r.samples[:50*360] {
			out = d.Feed(v, out)
		}
		for _, b := range r.beats {
			if b.at > 12*360 && b.at < 17*360 {
				t.Logf("ref %.3f", b.at/r.rate)
			}
		}
		for _, b := range out {
			if b.At > 12*360 && b.At < 17*360 {
				t.Logf("det %.3f %v", b.At/r.rate, b.Late)
			}
		}
	}
}
