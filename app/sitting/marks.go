package sitting

import (
	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// Marks are the sitting's phases and ratings without anybody's own words, the removed ones too: what the tablet may keep
// for pages that join later. Notes stay with the staff.
func (b *Book) Marks() (list []telemetry.Mark) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.labels {
		if b.elsewhere(e.of) || e.Kind == care.Note {
			continue
		}
		list = append(list, telemetry.Mark{ID: e.ID, At: e.At, Kind: e.Kind, Word: e.Word, Level: e.Rating, Removed: e.Removed})
	}
	return list
}
