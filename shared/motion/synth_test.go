package motion

import (
	"math"
	"math/rand/v2"

	"hearth/shared/care"
)

const noon = care.Stamp(1_780_000_000_000_000)

// act is what a synthetic person does for a while, on the person's own axis of seconds.
type act struct {
	what     string // "rest", "raise", "wash", "walk", "jump", "lean", "stand"
	at, long float64
}

// person has a body whose accelerations are known at every instant.
type person struct {
	acts                              []act
	arm, lift, raise                  float64 // m, rad, s
	rub, rubHz, stepHz, step, flightS float64 // m, 1/s, 1/s, m/s², s
	hand                              Place   // that is raised
}

func newPerson(r *rand.Rand, acts ...act) *person {
	in := func(a, b float64) float64 { return a + r.Float64()*(b-a) }
	return &person{
		acts: acts, arm: in(0.45, 0.7), lift: in(0.9, 2.2), raise: in(0.6, 1.3), rub: in(0.02, 0.04), rubHz: in(1.6, 2.8),
		stepHz: in(1.6, 2.2), step: in(2.6, 4), flightS: in(0.2, 0.5), hand: Left + Place(r.IntN(2)),
	}
}

// acc is what a sensor in a place, its axes along the body's, feels at t: the world's acceleration and gravity, turned
// with the body part.
func (p *person) acc(place Place, t float64) Vector {
	breath := 0.02 * math.Sin(2*math.Pi*0.25*t)
	v, tilt := Vector{0, 0, Gravity}, breath
	for _, a := range p.acts {
		x := t - a.at
		if x < 0 || x >= a.long {
			continue
		}
		switch a.what {
		case "raise":
			if place == p.hand {
				p.swing(&v, &tilt)(lifted(x/p.raise, p.lift, p.raise))
			} else if place == Torso {
				v[0] += 0.1 * math.Sin(2*math.Pi*x)
			}
		case "wash":
			w := 2 * math.Pi * p.rubHz
			if place == Torso {
				v[1] += 0.1 * math.Sin(w*x)
				continue
			}
			phase := math.Pi * float64(place)
			v[0] -= p.rub * w * w * math.Sin(w*x+phase)
			tilt += 0.12 * math.Sin(w*x+phase+0.5)
		case "walk":
			w := 2 * math.Pi * p.stepHz
			v[2] += p.step * (math.Sin(w*x) + 0.4*math.Sin(2*w*x+1))
			v[1] += 0.3 * p.step * math.Sin(w/2*x)
			if place != Torso {
				th := 0.35
				s, c := math.Sincos(w/2*x + math.Pi*float64(place))
				p.swing(&v, &tilt)(th*s, th*w/2*c, -th*w*w/4*s)
			}
		case "lean": // the trunk turns about the hips, arms and all
			th, d, dd := lifted(x/1.2, p.lift/2, 1.2)
			v[0] += 0.4 * (dd*math.Cos(th) - d*d*math.Sin(th))
			tilt += th
		case "stand": // up by 0.4 m in about a second and a half
			long := 0.5 + p.raise
			_, _, dd := lifted(x/long, 0.4, long)
			v[2] += dd
			tilt += 0.3 * math.Sin(math.Pi*min(1, x/long))
		case "jump":
			up := p.leap(x)
			v[2] += up
			if place != Torso {
				v[0] += 0.15 * up * math.Sin(3*x)
			}
		}
	}
	s, c := math.Sincos(tilt)
	return Vector{c*v[0] - s*v[2], v[1], s*v[0] + c*v[2]}
}

// swing adds what a hand on an arm feels at an angle with its first two derivatives.
func (p *person) swing(v *Vector, tilt *float64) func(th, d, dd float64) {
	return func(th, d, dd float64) {
		s, c := math.Sincos(th)
		v[0] += p.arm * (dd*c - d*d*s)
		v[2] += p.arm * (dd*s + d*d*c)
		*tilt += th
	}
}

// lifted is an angle on the way to its end, with the least jerk (Flash & Hogan 1985), with its derivatives.
func lifted(u, end, long float64) (th, d, dd float64) {
	if u >= 1 {
		return end, 0, 0
	}
	th = end * (10*u*u*u - 15*u*u*u*u + 6*u*u*u*u*u)
	d = end / long * (30*u*u - 60*u*u*u + 30*u*u*u*u)
	dd = end / long / long * (60*u - 180*u*u + 120*u*u*u)
	return th, d, dd
}

// leap is the upward acceleration of a jump: down, off, in the air, and landing.
func (p *person) leap(x float64) float64 {
	const down, off, land = 0.3, 0.3, 0.2
	half := func(x, long, area float64) float64 { return area * math.Pi / (2 * long) * math.Sin(math.Pi*x/long) }
	v := Gravity * p.flightS / 2
	switch {
	case x < down:
		return -half(x, down, 1)
	case x < down+off:
		return half(x-down, off, v+1)
	case x < down+off+p.flightS:
		return -Gravity
	case x < down+off+p.flightS+land:
		return half(x-down-off-p.flightS, land, v)
	}
	return 0
}

// device is a sensor on a person.
type device struct {
	place   Place
	rate    float64
	packet  int
	drift   float64 // parts per million its clock is fast
	loss    float64 // share of packets
	noise   float64 // m/s²
	step    float64 // m/s² of one count; 0 for none
	mount   [3]Vector
	spinner bool // has a gyroscope
}

func newDevice(r *rand.Rand, place Place) device {
	d := device{place: place, rate: 128, packet: 16, drift: 50, loss: 0.05, noise: 0.03, mount: rotation(r)}
	if place == Torso {
		d.rate, d.packet, d.drift, d.step = 52, 8, -50, 0.01
	}
	return d
}

// rotation is a random one (Shoemake 1992).
func rotation(r *rand.Rand) [3]Vector {
	u, v, w := r.Float64(), 2*math.Pi*r.Float64(), 2*math.Pi*r.Float64()
	a, b := math.Sqrt(1-u), math.Sqrt(u)
	x, y, z, q := a*math.Sin(v), a*math.Cos(v), b*math.Sin(w), b*math.Cos(w)
	return [3]Vector{
		{1 - 2*(y*y+z*z), 2 * (x*y - z*q), 2 * (x*z + y*q)},
		{2 * (x*y + z*q), 1 - 2*(x*x+z*z), 2 * (y*z - x*q)},
		{2 * (x*z - y*q), 2 * (y*z + x*q), 1 - 2*(x*x+y*y)},
	}
}

var upright = [3]Vector{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}

func turned(m [3]Vector, v Vector) (out Vector) {
	for i := range m {
		out[i] = m[i][0]*v[0] + m[i][1]*v[1] + m[i][2]*v[2]
	}
	return out
}

// arrival is a block and where it comes from.
type arrival struct {
	place Place
	block Block
	end   float64 // s
}

// record is the blocks of a device over some seconds, lost ones left out.
func (d device) record(r *rand.Rand, p *person, long float64) (list []arrival) {
	period := 1 / d.rate / (1 + d.drift*1e-6)
	for i := 0; float64(i+d.packet)*period < long; i += d.packet {
		b := Block{Start: noon + care.Stamp(math.Round(float64(i)*period*1e6)), Period: period * 1e9}
		for k := range d.packet {
			v := p.acc(d.place, float64(i+k)*period)
			for a := range v {
				v[a] += d.noise * r.NormFloat64()
			}
			v = turned(d.mount, v)
			for a := range v {
				if d.step > 0 {
					v[a] = d.step * math.Round(v[a]/d.step)
				}
			}
			s := Sample{Acc: v, Turn: NoVector()}
			if d.spinner {
				s.Turn = Vector{0.3, 0, 0.4}
			}
			b.Samples = append(b.Samples, s)
		}
		if d.loss == 0 || r.Float64() >= d.loss {
			list = append(list, arrival{d.place, b, float64(i+d.packet) * period})
		}
	}
	return list
}
