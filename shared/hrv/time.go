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
	MedianNN float64
	NN50     int // differences strictly over 50 ms
	NN20     int
	HRMin    float64 // 1/min, of the longest interval
	HRMax    float64 // and of the shortest

	// Baevsky's stress index AMo/(2·Mo·MxDMn) out of a histogram of 50 ms from 0: Mo the middle of its highest bin in s, AMo
	// that bin's share in per cent, MxDMn the longest interval less the shortest in s; NaN when all are alike. Some show
	// the square root under the same name: that is SIRoot.
	SI     float64
	SIRoot float64
}

// TimeOf measures intervals in ms. It is for whole runs at once; Series gives the same over sliding windows.
func TimeOf(rr []float64) Time {
	nan := math.NaN()
	t := Time{N: len(rr), MeanNN: nan, SDNN: nan, RMSSD: nan, SDSD: nan, PNN50: nan, PNN20: nan, HRMean: nan, HROfNN: nan,
		SD1: nan, SD2: nan, MinNN: nan, MaxNN: nan, TriNN: nan, Quotient: nan,
		MedianNN: nan, HRMin: nan, HRMax: nan, SI: nan, SIRoot: nan}
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
	t.MedianNN = median(append([]float64(nil), rr...))
	t.HRMin, t.HRMax = 60000/t.MaxNN, 60000/t.MinNN
	t.SI = baevsky(rr, t.MaxNN-t.MinNN)
	t.SIRoot = math.Sqrt(t.SI)
	if len(rr) < 2 {
		return t
	}
	diff, along := make([]float64, len(rr)-1), make([]float64, len(rr)-1)
	for i := range diff {
		diff[i], along[i] = rr[i+1]-rr[i], (rr[i+1]+rr[i])/math.Sqrt2
	}
	t.differences(diff)
	_, t.SD2 = spread(along)
	return t
}

// differences fills in what is made of differences of successive intervals.
func (t *Time) differences(d []float64) {
	nan := math.NaN()
	t.RMSSD, t.SDSD, t.PNN50, t.PNN20, t.SD1, t.NN50, t.NN20 = nan, nan, nan, nan, nan, 0, 0
	if len(d) == 0 {
		return
	}
	squares := 0.0
	for _, x := range d {
		squares += x * x
		if math.Abs(x) > 50 {
			t.NN50++
		}
		if math.Abs(x) > 20 {
			t.NN20++
		}
	}
	n := float64(len(d))
	t.RMSSD, t.PNN50, t.PNN20 = math.Sqrt(squares/n), 100*float64(t.NN50)/n, 100*float64(t.NN20)/n
	_, t.SDSD = spread(d)
	t.SD1 = t.SDSD / math.Sqrt2
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

// Widths of histogram bins, ms, the first from 0.
const (
	triBin = 1000.0 / 128 // Task Force 1996: intervals of 128 Hz
	siBin  = 50.0         // Baevsky & Chernikova 2017
)

// triangular is the number of intervals over the height of their histogram's highest bin.
func triangular(rr []float64) float64 {
	_, high := mode(rr, triBin)
	return float64(len(rr)) / float64(high)
}

// baevsky is the stress index of intervals that reach over so many ms.
func baevsky(rr []float64, reach float64) float64 {
	k, high := mode(rr, siBin)
	return stress(k, high, len(rr), reach)
}

// stress is Baevsky's index of n intervals that reach over so many ms, high of which are in bin k.
func stress(k, high, n int, reach float64) float64 {
	if !(reach > 0) {
		return math.NaN()
	}
	share := 100 * float64(high) / float64(n)
	return share / (2 * (float64(k) + 0.5) * siBin / 1000 * reach / 1000)
}

// mode is the lowest of the highest bins of the histogram, and its height.
func mode(rr []float64, bin float64) (k, high int) {
	count := map[int]int{}
	for _, v := range rr {
		b := int(math.Floor(v / bin))
		count[b]++
		if n := count[b]; n > high || n == high && b < k {
			k, high = b, n
		}
	}
	return k, high
}
