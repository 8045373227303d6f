package meeting

import (
	"strings"

	"hearth/wasm/media"
	"hearth/wasm/page"
)

// Muted is what a person muted in a visit, as this browser kept it: whoever is muted stays so in a page that was loaded anew,
// after coming back, and until they say otherwise. Whose is who they are in the visit, such as their guest.
func Muted(p page.Page, whose string) media.Muted {
	kept := p.Kept(mutedKey + whose)
	return media.Muted{Mic: strings.Contains(kept, "mic"), Camera: strings.Contains(kept, "camera"), Blur: strings.Contains(kept, "blur")}
}

// KeepMuted keeps it, where it is not kept yet.
func KeepMuted(p page.Page, whose string, m media.Muted) {
	var parts []string
	if m.Mic {
		parts = append(parts, "mic")
	}
	if m.Camera {
		parts = append(parts, "camera")
	}
	if m.Blur {
		parts = append(parts, "blur")
	}
	if text := strings.Join(parts, " "); text != p.Kept(mutedKey+whose) {
		p.Keep(mutedKey+whose, text)
	}
}

const mutedKey = "visit.muted."
