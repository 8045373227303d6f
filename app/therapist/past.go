package therapist

import (
	"slices"
	"sort"

	"hearth/app/sitting"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// Past implements watch.Sink: what is made known later comes into the trend and what is compared with rest, and nowhere else.
// No alarm is raised by it, no rest is measured with it, and the strip keeps its gap.
func (f *feed) Past(about telemetry.Sensor, frames []telemetry.Frame) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if about.Signal == string(access.Movement) {
		f.movedBefore(about, frames)
		return
	}
	if about.Signal != string(access.ECG) || f.leads.key != "" && f.leads.key != about.Key {
		return
	}
	for _, frame := range frames {
		if frame.Trend != nil {
			f.strain.HeartPast(*frame.Trend)
			*frame.Trend = settled(*frame.Trend)
		}
	}
	f.trend.Fill(frames)
}

// others are the moments of this sitting that the tablet knows and the book does not, because the house could not tell.
func others(told, own []telemetry.Mark, start care.Stamp) (list []sitting.Entry) {
	if start == 0 {
		return nil
	}
	for _, m := range told {
		if m.Removed || m.At < start || slices.ContainsFunc(own, func(o telemetry.Mark) bool { return o.ID == m.ID }) {
			continue
		}
		list = append(list, sitting.Entry{Label: api.Label{ID: m.ID, At: m.At, Kind: m.Kind, Word: m.Word, Rating: m.Level}})
	}
	return list
}

// together is one list of both, newest first.
func together(labels, others []sitting.Entry) []sitting.Entry {
	if len(others) == 0 {
		return labels
	}
	all := slices.Concat(labels, others)
	sort.SliceStable(all, func(a, b int) bool { return all[a].At > all[b].At })
	return all
}
