package aggregator

import (
	"encoding/json"

	"hearth/shared/sensor"
)

// Kept is what a page remembers of a sensor over a reload.
type Kept struct {
	Kind    string `json:"kind"`
	Story   string `json:"story,omitempty"`
	Running bool   `json:"running,omitempty"`
}

// maxKept bounds what is read back: anybody can write into a browser's storage.
const maxKept = 8

// Keep writes a view's sensors down.
func Keep(v View) string {
	kept := []Kept{}
	for _, s := range v.Sensors {
		kept = append(kept, Kept{Kind: s.Kind, Story: string(s.Story), Running: s.State != sensor.Idle && s.State != sensor.Failed})
	}
	b, err := json.Marshal(kept)
	if err != nil {
		return ""
	}
	return string(b)
}

// Recall reads them back; what makes no sense is nothing.
func Recall(text string) []Kept {
	var kept []Kept
	if len(text) > 4<<10 || json.Unmarshal([]byte(text), &kept) != nil {
		return nil
	}
	return kept[:min(len(kept), maxKept)]
}
