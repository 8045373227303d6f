package hrv

// Correction is a series set right.
type Correction struct {
	RR    []float64 // ms; they last as long as the ones that came
	Fixed []bool    // RR[i] was not measured
	Class []Class   // of every beat that came, one more than intervals: beat i ends interval i−1
	Share float64   // of the beats that came, not Normal: 0 to 1
}

// Correct finds beats that are missing, too many or out of place in intervals of ms, and sets the intervals right. It
// never deletes time.
func Correct(rr []float64) Correction {
	c := Correction{Class: Classify(rr)}
	odd := 0
	for _, k := range c.Class {
		if k != Normal {
			odd++
		}
	}
	c.Share = float64(odd) / float64(len(c.Class))
	for i := 0; i < len(rr); i++ {
		end := c.Class[i+1]
		switch {
		case end == Missed:
			c.add(rr[i]/2, true)
			c.add(rr[i]/2, true)
		case end == Extra && i+1 < len(rr):
			c.add(rr[i]+rr[i+1], false)
			i++
		case (end == Ectopic || end == LongShort) && i+1 < len(rr):
			half := (rr[i] + rr[i+1]) / 2
			c.add(half, true)
			c.add(half, true)
			i++
		default:
			c.add(rr[i], false)
		}
	}
	return c
}

func (c *Correction) add(rr float64, fixed bool) {
	c.RR, c.Fixed = append(c.RR, rr), append(c.Fixed, fixed)
}

// Time measures the corrected series. What is made of differences, RMSSD, SDSD, pNN and SD1, leaves out those that touch
// an interval nobody measured: they would be too small.
func (c Correction) Time() Time {
	t := TimeOf(c.RR)
	var d []float64
	for i := 1; i < len(c.RR); i++ {
		if !c.Fixed[i] && !c.Fixed[i-1] {
			d = append(d, c.RR[i]-c.RR[i-1])
		}
	}
	t.differences(d)
	return t
}
