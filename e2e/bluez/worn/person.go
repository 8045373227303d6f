// Package worn has the devices people wear, as they are on the air: their GATT tables, packet layouts, clocks and mistakes,
// firmware by firmware. They are worn by a made-up person whose true heartbeats are known, so what a page shows can be
// held against the truth. They are written from the devices' public formats, not from Hearth's drivers, and never use them.
package worn

import (
	"math"
	"sync"
	"time"

	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
)

// Person is somebody whose heart and limbs any number of devices measure at once. Time is counted in seconds since the
// person was made.
type Person struct {
	began time.Time
	speed float64

	mu      sync.Mutex
	source  *demo.Source
	decoder sensor.Decoder
	ecg     []float64    // µV, 250 a second
	limbs   [][9]float64 // acceleration in m/s², rotation in °/s, field in µT; 52 a second
}

// NewPerson makes somebody; speed is how many times faster than ours their time runs, 0 is 1.
func NewPerson(o demo.Options, speed float64) *Person {
	if speed == 0 {
		speed = 1
	}
	o.PPM, o.Uptime, o.Plan = 0, 0, nil // every device has its own clock and troubles
	return &Person{began: time.Now(), speed: speed, source: demo.NewSource(o), decoder: demo.NewDecoder()}
}

// Now is the person's time.
func (p *Person) Now() float64 { return time.Since(p.began).Seconds() * p.speed }

// HeartRate is the true one now, from the last five beats.
func (p *Person) HeartRate() float64 {
	now := p.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live(now)
	return p.source.Truth().HeartRate(now)
}

// beats are the true ones after one instant and up to another.
func (p *Person) beats(after, to float64) []demo.Beat {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live(to)
	var found []demo.Beat
	for _, b := range p.source.Truth().Beats {
		if b.At > after && b.At <= to {
			found = append(found, b)
		}
	}
	return found
}

// rate is the true heart rate at an instant.
func (p *Person) rate(at float64) float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live(at)
	return p.source.Truth().HeartRate(at)
}

// heart is the ECG at an instant, in µV.
func (p *Person) heart(at float64) float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live(at)
	i, share := split(at*demo.ECGRate, len(p.ecg))
	return p.ecg[i]*(1-share) + p.ecg[i+1]*share
}

// moves is what the limbs do at an instant.
func (p *Person) moves(at float64) (v [9]float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live(at)
	i, share := split(at*demo.MovementRate, len(p.limbs))
	for k := range v {
		v[k] = p.limbs[i][k]*(1-share) + p.limbs[i+1][k]*share
	}
	return v
}

func split(x float64, n int) (i int, share float64) {
	i = min(max(int(x), 0), n-2)
	return i, min(max(x-float64(i), 0), 1)
}

// live lets the person live until an instant. p.mu is held.
func (p *Person) live(until float64) {
	var blocks []sensor.Block
	for float64(len(p.ecg)) < until*demo.ECGRate+2 || float64(len(p.limbs)) < until*demo.MovementRate+2 {
		e := p.source.Next()
		if e.From == sensor.BatteryLevel {
			continue
		}
		blocks, _ = p.decoder.Decode(e.Notification, blocks[:0])
		for _, b := range blocks {
			channels := p.decoder.Streams()[b.Stream].Channels
			if b.Stream == 0 {
				for _, v := range b.Values {
					p.ecg = append(p.ecg, float64(v)*channels[0].Scale)
				}
				continue
			}
			for i := 0; i < len(b.Values); i += len(channels) {
				var m [9]float64
				for k := range m {
					m[k] = float64(b.Values[i+k]) * channels[k].Scale
				}
				p.limbs = append(p.limbs, m)
			}
		}
	}
}

// whole turns a quantity into a 16-bit step, with nothing where it does not fit.
func whole(v, step float64) int16 {
	s := math.Round(v / step)
	if !(s > math.MinInt16 && s <= math.MaxInt16) {
		return math.MinInt16
	}
	return int16(s)
}
