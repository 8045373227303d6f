package signal

import (
	"encoding/json"
	"math"

	"hearth/shared/hrv"
)

// number64 is a number in JSON, null where there is none.
type number64 float64

// MarshalJSON writes null for what is no number.
func (n number64) MarshalJSON() ([]byte, error) {
	if v := float64(n); math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// series is the whole report.
type series struct {
	Unit       string      `json:"unit"`
	Beats      int         `json:"beats"` // intervals, after correction
	Duration   number64    `json:"duration_s"`
	Correction *correction `json:"correction,omitempty"`
	Windows    []window    `json:"windows"`
	Rest       int         `json:"rest"` // intervals at the end that fill no window
}

// trust is how far numbers can be trusted that are made of mended intervals.
type trust struct {
	Share   number64 `json:"share"`   // corrected, 0 to 1
	Warned  bool     `json:"warned"`  // too many to be sure
	Refused bool     `json:"refused"` // too many for any number
}

// correction is what was wrong. Index holds beats by class, the one before the first interval being 0; Fixed holds
// intervals of RR, the series the windows are cut from.
type correction struct {
	*trust
	Index map[string][]int `json:"index"`
	Fixed []int            `json:"fixed"`
	RR    []float64        `json:"rr"`
}

// window is the intervals first ≤ i < end of the series.
type window struct {
	Window string `json:"window"`
	First  int    `json:"first"`
	End    int    `json:"end"`
	*trust
	Time  *timeDomain `json:"time,omitempty"`
	Welch *spectrum   `json:"welch,omitempty"`
	Lomb  *spectrum   `json:"lomb,omitempty"`
}

type timeDomain struct {
	N        int      `json:"n"`
	MeanNN   number64 `json:"meanNN"`
	SDNN     number64 `json:"sdnn"`
	RMSSD    number64 `json:"rmssd"`
	SDSD     number64 `json:"sdsd"`
	NN50     int      `json:"nn50"`
	PNN50    number64 `json:"pnn50"`
	NN20     int      `json:"nn20"`
	PNN20    number64 `json:"pnn20"`
	MinNN    number64 `json:"minNN"`
	MaxNN    number64 `json:"maxNN"`
	MedianNN number64 `json:"medianNN"`
	HRMean   number64 `json:"hr_mean"`
	HROfNN   number64 `json:"hr_of_meanNN"`
	HRMin    number64 `json:"hr_min"`
	HRMax    number64 `json:"hr_max"`
	SD1      number64 `json:"sd1"`
	SD2      number64 `json:"sd2"`
	TriIndex number64 `json:"tri_index"`
	CVNN     number64 `json:"cvnn"`
	SI       number64 `json:"stress_index"` // Baevsky's
}

func timed(t hrv.Time) *timeDomain {
	n := func(v float64) number64 { return number64(v) }
	return &timeDomain{N: t.N, MeanNN: n(t.MeanNN), SDNN: n(t.SDNN), RMSSD: n(t.RMSSD), SDSD: n(t.SDSD), NN50: t.NN50, PNN50: n(t.PNN50),
		NN20: t.NN20, PNN20: n(t.PNN20), MinNN: n(t.MinNN), MaxNN: n(t.MaxNN), MedianNN: n(t.MedianNN), HRMean: n(t.HRMean), HROfNN: n(t.HROfNN),
		HRMin: n(t.HRMin), HRMax: n(t.HRMax), SD1: n(t.SD1), SD2: n(t.SD2), TriIndex: n(t.TriNN), CVNN: n(t.Quotient), SI: n(t.SI)}
}

type spectrum struct {
	VLF    number64 `json:"vlf"`
	LF     number64 `json:"lf"`
	HF     number64 `json:"hf"`
	Ratio  number64 `json:"lf_hf"`
	LFNu   number64 `json:"lf_nu"`
	HFNu   number64 `json:"hf_nu"`
	Total  number64 `json:"total"`
	LFPeak number64 `json:"lf_peak"`
	HFPeak number64 `json:"hf_peak"`
}

func powers(b hrv.Bands) *spectrum {
	n := func(v float64) number64 { return number64(v) }
	return &spectrum{VLF: n(b.VLF), LF: n(b.LF), HF: n(b.HF), Ratio: n(b.Ratio()), LFNu: n(b.LFNu()), HFNu: n(b.HFNu()), Total: n(b.Total()),
		LFPeak: n(b.LFPeak), HFPeak: n(b.HFPeak)}
}
