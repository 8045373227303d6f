package visitor

import (
	"hearth/wasm/media"
)

// Repair is a picture and the steps beside it; the words are under "visitor.repair."+Key.
type Repair struct {
	Key     string
	Drawing string
	Steps   int // how many; each has its words under Key+"."+number
}

// RepairOf says what helps in a browser. A page that may not capture at all most likely stands in a window of another
// program.
func RepairOf(s Snag, m media.Make) Repair {
	switch {
	case s.What == "":
		return Repair{}
	case s.What == "network":
		return Repair{"network", "strap-near", 3}
	}
	switch s.Why {
	case media.Unavailable:
		return Repair{"in-app", "open-browser", 3}
	case media.Taken:
		return Repair{"busy", "camera-busy", 3}
	case media.Forbidden:
		return Repair{"system", "allow-settings", 3}
	case media.Missing:
		if s.What == "mic" {
			return Repair{"no-mic", "camera-none", 2}
		}
		return Repair{"no-camera", "camera-none", 2}
	case media.Denied:
		return refused(m)
	}
	return Repair{"broken", "camera-busy", 3}
}

// refused is where a browser keeps what somebody once answered it.
func refused(m media.Make) Repair {
	drawing := "allow-bar"
	switch m {
	case media.SafariPhone:
		drawing = "allow-foot"
	case media.ChromeIPhone:
		drawing = "allow-settings"
	}
	return Repair{string(m), drawing, 3}
}
