package hrv

import "math"

// Time holds the time-domain measures of a run of intervals without gaps (Task Force 1996, section "Time domain
// methods"). Fields that the run is too short for are NaN.
type Time struct {
	N        int
	MeanNN   float64 // ms
	SDNN     float64 // ms, over N−1
	RMSSD    float64 // ms, √ of the mean square of the N−1 successive differences
	SDSD     float64 // ms, over N−2: the differences' own spread
	PNN50    float64 // per cent of the N−1 differences strictly over 50 ms
	PNN20    float64 // and over 20 ms
	HRMean   float64 // 1/min, mean of 60000/rr
	HROfNN   float64 // 1/min, 60000 over the mean interval
	SD1      float64 // ms, Poincaré plot, across
	SD2      float64 // ms, and along the line of identity
	MinNN    float64
	MaxNN    float64
	TriNN    float64 // triangular index, bins of 1000/128 ms from 0
	Quotient float64 // SDNN / MeanNN
}

// TimeOf measures intervals in ms. It is for whole runs at once; Series gives the same over sliding windows.
func TimeOf(rr []float64) Time {
	nan := math.NaN()
	t := Time{N: len(rr), MeanNN: nan, SDNN: nan, RMSSD: nan, SDSD: nan, PNN50: nan, PNN20: nan, HRMean: nan, HROfNN: nan,
		SD1: nan, SD2: nan, MinNN: nan, MaxNN: nan, TriNN: nan, Quotient: nan}
	if len(rr) == 0 {
		return t
	}
	t.MinNN, t.MaxNN, t.HRMean = rr[0], rr[0], 0
	for _, v := range rr {
		t.MinNN, t.MaxNN = min(t.MinNN, v), max(t.MaxNN, v)
		t.HRMean += 60000 / v / float64(len(rr))
	}
	t.MeanNN, t.SDNN = spread(rr)
	t.HROfNN, t.Quotient = 60000/t.MeanNN, t.SDNN/t.MeanNN
	t.TriNN = triangular(rr)
	if len(rr) < 2 {
		return t
	}
	diff, cross, along := make([]float64, len(rr)-1), make([]float64, len(rr)-1), make([]float64, len(rr)-1)
	var squares, over50, over20 float64
	for i := range diff {
		d := rr[i+1] - rr[i]
		diff[i], cross[i], along[i] = d, d/math.Sqrt2, (rr[i+1]+rr[i])/math.Sqrt2
		squares += d * d
		if math.Abs(d) > 50 {
			over50++
		}
		if math.Abs(d) > 20 {
			over20++
		}
	}
	n := float64(len(diff))
	t.RMSSD, t.PNN50, t.PNN20 = math.Sqrt(squares/n), 100*over50/n, 100*over20/n
	_, t.SDSD = spread(diff)
	_, t.SD1 = spread(cross)
	_, t.SD2 = spread(along)
	return t
}

// spread gives mean and sample standard deviation (n−1; NaN for one value).
func spread(v []float64) (mean, sd float64) {
	for _, x := range v {
		mean += x
	}
	mean /= float64(len(v))
	if len(v) < 2 {
		return mean, math.NaN()
	}
	for _, x := range v {
		sd += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(sd / float64(len(v)-1))
}

// triangular is the number of intervals over the height of their histogram's highest bin.
func triangular(rr []float64) float64 {
	const bin = 1000.0 / 128
	count, most := map[int]int{}, 0
	for _, v := range rr {
		k := int(math.Floor(v / bin))
		count[k]++
		most = max(most, count[k])
	}
	return float64(len(rr)) / float64(most)
}
