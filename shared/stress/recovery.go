package stress

import (
	"math"
	"time"

	"hearth/shared/care"
)

// Recovery is how long a heart took to come back after the torso moved.
type Recovery struct {
	From care.Stamp    // when the torso came to rest; 0 when it has not moved yet
	Took time.Duration // until the heart rate was back within two spreads of rest, or so far
	Done bool          // it is back
	Most float64       // 1/min, highest mean over 15 s since the movement began; NaN before any
}

// rateOver is what a heart rate is averaged over: some breaths.
const rateOver = 15 * time.Second

// rates are bounds of the heart rate, in 1/min.
type rates struct {
	near  float64 // two spreads over rest: what a mean over some breaths reaches when it is back
	usual float64 // one: where the heart of a person at rest mostly is
}

// heart follows the heart rate after movement.
type heart struct {
	rates seconds
	rest  rates // 0 without a baseline
	back  bool  // after the activity of the gate, over all of a window
	last  Recovery
}

// stir is for a torso that moved until an instant.
func (h *heart) stir(end care.Stamp) {
	if h.last.From == 0 || h.last.Done {
		h.last = Recovery{Most: math.NaN()}
	}
	h.last.From = max(h.last.From, end)
}

// beat takes the heart rate at an instant; active is when the torso last was active.
func (h *heart) beat(at care.Stamp, rate float64, active care.Stamp) {
	h.rates.put(at.Add(-time.Second), rate)
	mean, _, seen := h.rates.over(at, rateOver)
	if seen == 0 {
		return
	}
	if minute, _, _ := h.rates.over(at, window); minute <= h.rest.usual && at.Sub(active) >= window {
		h.back = true
	}
	r := &h.last
	if r.From == 0 || r.Done {
		return
	}
	r.Most = max(mean, r.Most)
	if math.IsNaN(r.Most) {
		r.Most = mean
	}
	r.Took = max(0, at.Add(-rateOver/2).Sub(r.From)) // the middle of what the mean is of
	r.Done = mean <= h.rest.near && at.Sub(r.From) >= rateOver
}
