package therapist

import (
	"slices"

	"hearth/app/chart"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// Past implements watch.Sink: what is made known later comes into the trend and nowhere else. No alarm is raised by it, no
// rest is measured with it, and the strip keeps its gap.
func (f *feed) Past(about telemetry.Sensor, frames []telemetry.Frame) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if about.Signal != string(access.ECG) || f.leads.key != "" && f.leads.key != about.Key {
		return
	}
	for _, frame := range frames {
		if frame.Trend != nil {
			*frame.Trend = settled(*frame.Trend)
		}
	}
	f.trend.Fill(frames)
}

// others are the moments of this sitting that the tablet knows and the book does not, because the house could not tell.
func others(told, own []telemetry.Mark, start care.Stamp, vocabulary []care.Word) (list []chart.Label) {
	if start == 0 {
		return nil
	}
	for _, m := range told {
		if m.Removed || m.At < start || slices.ContainsFunc(own, func(o telemetry.Mark) bool { return o.ID == m.ID }) {
			continue
		}
		text := phrase(api.Label{ID: m.ID, At: m.At, Kind: m.Kind, Word: m.Word, Rating: m.Level}, vocabulary)
		list = append(list, chart.Label{At: m.At, Text: text})
	}
	return list
}
