package ecg

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawHeart is a heart of any pace, at any rate, with little noise, 20 s long.
func drawHeart(t *rapid.T, tb testing.TB) heart {
	rate := rapid.SampledFrom([]float64{100, 125, 130, 200, 250, 256, 360, 500, 512, 1000}).Draw(t, "rate")
	bpm := rapid.Float64Range(45, 170).Draw(t, "bpm")
	noise := rapid.Float64Range(0, 0.04).Draw(t, "noise")
	return MustHeart(tb, rate, 20, bpm, noise, rapid.Uint64().Draw(t, "seed"))
}

// wrong counts the peaks missed between from and to seconds, and the beats there that are near no peak.
func (h heart) wrong(found []Beat, from, to float64) (missed, extra int) {
	_, missed, _, _ = h.compare(found, from, to)
	for _, b := range found {
		if b.At >= from*h.rate && b.At <= to*h.rate && !slices.ContainsFunc(h.peaks, func(p float64) bool { return math.Abs(p-b.At) < 0.1*h.rate }) {
			extra++
		}
	}
	return missed, extra
}

// mustAgree checks that two runs found the same beats, given out at the same sample, moved by so many samples.
func mustAgree(t *rapid.T, got, want []Beat, moved int) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d beats, want %d", len(got), len(want))
	}
	for i := range got {
		if math.Abs(got[i].At-want[i].At-float64(moved)) > 1e-3 || got[i].Fed != want[i].Fed+int64(moved) || got[i].Late != want[i].Late {
			t.Fatalf("beat %d: %+v, want %+v moved by %d", i, got[i], want[i], moved)
		}
	}
}

// Unit, offset and polarity are nobody's business.
func TestPropertyUnit(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := drawHeart(rt, t)
		gain := math.Pow(10, rapid.Float64Range(-2, 2).Draw(rt, "gain")) * rapid.SampledFrom([]float64{1, -1}).Draw(rt, "polarity")
		offset := rapid.Float64Range(-20, 20).Draw(rt, "offset")
		v := make([]float64, len(h.samples))
		for i, x := range h.samples {
			v[i] = gain * (x + offset)
		}
		mustAgree(rt, run(t, h.rate, v), run(t, h.rate, h.samples), 0)
	})
}

// What stands still before a heart changes nothing of what is found of it once it is known: what is learned from the
// first noise of an electrode touching is mended by the next two beats.
func TestPropertyTimeShift(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := drawHeart(rt, t)
		wait := rapid.IntRange(0, int(5*h.rate)).Draw(rt, "wait")
		v := make([]float64, wait, wait+len(h.samples))
		for i := range v {
			v[i] = h.samples[0]
		}
		moved := heart{rate: h.rate}
		for _, p := range h.peaks {
			moved.peaks = append(moved.peaks, p+float64(wait))
		}
		found := run(t, h.rate, append(v, h.samples...))
		from := float64(wait)/h.rate + 4.5
		if missed, extra := moved.wrong(found, from, from+14.5); missed+extra > 0 {
			rt.Fatalf("%d missed, %d extra", missed, extra)
		}
	})
}

// The rate is only how finely the same heart is looked at.
func TestPropertyResampling(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		bpm, seed := rapid.Float64Range(45, 170).Draw(rt, "bpm"), rapid.Uint64().Draw(rt, "seed")
		for _, rate := range []float64{rapid.Float64Range(100, 200).Draw(rt, "coarse"), rapid.Float64Range(200, 1000).Draw(rt, "fine")} {
			h := MustHeart(t, rate, 15, bpm, 0, seed)
			found := run(t, rate, h.samples)
			missed, extra := h.wrong(found, 0.5, 14)
			if _, _, _, jitter := h.compare(found, 0.5, 14); missed+extra > 0 || jitter > 2 {
				rt.Fatalf("%.1f Hz: %d missed, %d extra, %.2f ms", rate, missed, extra, jitter)
			}
		}
	})
}

// A spike, a step, a swing, a new gain: two seconds later every beat is found again. A new gain is known from a spike by
// two beats of a height, the second of which may be two intervals away. Where the gain falls while the first levels are
// learned, those are of the larger beats, and one more may be missed until they are learned anew.
func TestPropertyTransient(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rate := rapid.SampledFrom([]float64{125, 200, 250, 360}).Draw(rt, "rate")
		bpm := rapid.Float64Range(50, 150).Draw(rt, "bpm")
		h := MustHeart(t, rate, 20, bpm, 0.005, rapid.Uint64().Draw(rt, "seed"))
		start, long := rapid.Float64Range(0, 12).Draw(rt, "start"), rapid.Float64Range(0, 0.3).Draw(rt, "long")
		high := math.Pow(10, rapid.Float64Range(0, 6).Draw(rt, "high")) * rapid.SampledFrom([]float64{1, -1}).Draw(rt, "way")
		from, to := int(start*rate), int((start+long)*rate)
		kind := rapid.SampledFrom([]string{"pulse", "step", "swing", "gain"}).Draw(rt, "kind")
		over := start + long
		for i := range h.samples {
			switch s := float64(i-from) / rate; {
			case kind == "pulse" && i >= from && i <= to, kind == "step" && i >= from:
				h.samples[i] += high
			case kind == "swing" && s > 0 && s < 0.5:
				h.samples[i] += high * math.Pow(math.Sin(2*math.Pi*s), 2)
				over = start + 0.5
			case kind == "gain" && i >= from:
				h.samples[i] *= min(max(high, 0.05), 20)
				over = start + 60/bpm
			}
		}
		found, spared := run(t, rate, h.samples), 0
		if kind == "gain" && high < 1 && start < learnMS/1000 {
			spared = 1
		}
		if missed, extra := h.wrong(found, over+2.1, 19); missed > spared || extra > 1 {
			rt.Fatalf("%s: %d missed, %d extra", kind, missed, extra)
		}
	})
}

// Where there is no heart there are no beats, once the start is over. In noise there may be one, and another with it, about
// once in a day of it: by chance anything looks like a heart for a moment.
func TestPropertySilence(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rate := rapid.SampledFrom([]float64{100, 125, 130, 200, 250, 360, 500}).Draw(rt, "rate")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 3))
		kind := rapid.SampledFrom([]string{"white", "brown", "flat", "rail", "hum"}).Draw(rt, "kind")
		slow, at := rapid.Float64Range(0.9, 0.9999).Draw(rt, "slow"), rapid.Float64Range(0, 2).Draw(rt, "rail")
		d, err := NewDetector(rate)
		if err != nil {
			rt.Fatal(err)
		}
		var out []Beat
		x := 0.0
		for i := range int(30 * rate) {
			switch kind {
			case "white":
				x = r.NormFloat64()
			case "brown":
				x = slow*x + r.NormFloat64()
			case "rail":
				x = 1000 * b2f(float64(i) > at*rate)
			case "hum":
				x = math.Sin(2*math.Pi*50*float64(i)/rate) + 0.01*r.NormFloat64()
			}
			out = d.Feed(x, out)
		}
		late := 0
		for _, b := range out {
			if b.At > 3*rate {
				late++
			}
		}
		chance := 0
		if kind == "white" || kind == "brown" || kind == "hum" {
			chance = 2
		}
		if late > chance {
			rt.Fatalf("%s: %d beats", kind, late)
		}
	})
}
