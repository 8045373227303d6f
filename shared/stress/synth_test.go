package stress

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"hearth/shared/care"
)

const noon = care.Stamp(1_780_000_000_000_000)

// person is a synthetic heart that answers to movement and to nothing else, unless told so: a quick answer of some seconds,
// one of half a minute, and a slow one that stays for minutes after long activity; meanwhile it varies less.
type person struct {
	r                                  *rand.Rand
	rate, breath, breathHz, slow, gain float64 // 1/min, ms, Hz, ms, 1/min per m/s²
	quick, main, late                  float64 // 1/min, answers
	drift                              float64 // ms, wanders
	at                                 float64 // s, of the last beat
	lived                              float64 // s
	rr                                 []float64
	ends                               []float64
}

func newPerson(r *rand.Rand) *person {
	in := func(a, b float64) float64 { return a + r.Float64()*(b-a) }
	return &person{r: r, rate: in(58, 88), breath: in(12, 45), breathHz: in(0.18, 0.3), slow: in(15, 35), gain: in(7, 14)}
}

// second lets a second pass with a torso that moves so much and a heart driven so much faster by something else.
func (p *person) second(end, energy, driven float64) {
	p.answer(energy)
	for p.at < end {
		p.drift += -p.drift/60 + 0.9*p.r.NormFloat64()
		more := p.quick + p.main + p.late + driven
		vagal := math.Exp(-more / 25)
		rr := 60000/(p.rate+more) + p.drift + vagal*(p.breath*math.Sin(2*math.Pi*p.breathHz*p.at)+p.slow*math.Sin(2*math.Pi*0.1*p.at)+4*p.r.NormFloat64())
		p.at += rr / 1000
		p.rr, p.ends = append(p.rr, rr), append(p.ends, p.at)
	}
}

// answer lets a second of movement work on the heart.
func (p *person) answer(energy float64) {
	answer := p.gain * min(energy, 6)
	toward := func(v *float64, goal, up, down float64) {
		tau := up
		if goal < *v {
			tau = down
		}
		*v += (goal - *v) * (1 - math.Exp(-1/tau))
	}
	toward(&p.quick, 0.3*answer, 2, 6)
	toward(&p.main, 0.7*answer, 20, 40)
	toward(&p.late, 0.2*answer, 120, 200)
}

// numbers are those of the minute that ends at a second.
func (p *person) numbers(end float64) Numbers {
	from := len(p.ends)
	for from > 0 && p.ends[from-1] > end-60 {
		from--
	}
	to := len(p.ends)
	for to > from && p.ends[to-1] > end {
		to--
	}
	return numbersOf(p.rr[from:to], stamp(end))
}

func stamp(s float64) care.Stamp { return noon.Add(time.Duration(s * 1e9)) }

// numbersOf measures intervals in ms.
func numbersOf(rr []float64, at care.Stamp) Numbers {
	n := Numbers{At: at, HR: math.NaN(), Quality: 1}
	k := float64(len(rr))
	least, most, bins := math.Inf(1), 0.0, map[int]int{}
	for _, v := range rr {
		n.MeanNN += v / k
		least, most = min(least, v), max(most, v)
		bins[int(v/50)]++
	}
	for i, v := range rr {
		n.SDNN += (v - n.MeanNN) * (v - n.MeanNN) / (k - 1)
		if i > 0 {
			n.RMSSD += (v - rr[i-1]) * (v - rr[i-1]) / (k - 1)
		}
	}
	n.SDNN, n.RMSSD = math.Sqrt(n.SDNN), math.Sqrt(n.RMSSD)
	mode, height := 0, 0
	for b, c := range bins {
		if c > height || c == height && b < mode {
			mode, height = b, c
		}
	}
	n.SI = 100 * float64(height) / k / (2 * (float64(mode)*50 + 25) / 1000 * (most - least) / 1000)
	if len(rr) >= 5 {
		n.HR = 60000 / median(append([]float64(nil), rr[len(rr)-5:]...))
	}
	return n
}

// day is a course of torso energies, one a second, and of what else drives the heart.
type day struct {
	r      *rand.Rand
	energy []float64
	driven []float64
}

func (d *day) add(what string, seconds int, driven float64) *day {
	pace := 2 + 2*d.r.Float64()
	for i := range seconds {
		e := 0.06 + 0.12*d.r.Float64()
		switch what {
		case "walk":
			e = pace * (0.8 + 0.4*d.r.Float64())
		case "light":
			e = 0.6 + 0.8*d.r.Float64()
		case "jump":
			if i%4 < 1+d.r.IntN(2) {
				e = 5 + 6*d.r.Float64()
			}
		}
		d.energy, d.driven = append(d.energy, e), append(d.driven, driven)
	}
	return d
}

// mustRest measures five quiet minutes of a person, with a torso sensor.
func mustRest(t testing.TB, p *person) Baseline {
	t.Helper()
	var rest Rest
	quiet := (&day{r: p.r}).add("rest", 300, 0)
	for s, e := range quiet.energy {
		end := p.begin() + float64(s+1)
		p.second(end, e, 0)
		rest.Torso(stamp(end-1), e)
		rest.Numbers(p.numbers(end))
	}
	p.skip(300)
	b, err := rest.Baseline()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (p *person) begin() float64 { return p.lived }

func (p *person) skip(s float64) { p.lived += s }

// live lets a person live through a day under watch.
func live(p *person, w *Watch, d *day, see func(second int, x Explanation)) {
	for s, e := range d.energy {
		end := p.begin() + float64(s+1)
		p.second(end, e, d.driven[s])
		w.Torso(stamp(end-1), e)
		see(s, w.Numbers(p.numbers(end)))
	}
	p.skip(float64(len(d.energy)))
}
