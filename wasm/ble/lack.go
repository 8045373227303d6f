package ble

import "strings"

// Lack is why a page has no Bluetooth; the catalogues have words under "aggregator.lacks.bluetooth."+lack.
type Lack string

// The lacks.
const (
	Nothing  Lack = ""         // there is Bluetooth
	Insecure Lack = "insecure" // the page did not come over https
	Apple    Lack = "apple"    // iPhone and iPad: no browser has
	Brave    Lack = "brave"    // behind a switch in its settings
	Linux    Lack = "linux"    // Chromium on Linux: behind a switch in some versions
	Other    Lack = "other"    // Safari, Firefox and whatever else offers none
)

// agent is what a browser tells of itself.
type agent struct {
	bluetooth, secure, brave bool
	text                     string // navigator.userAgent
	touches                  int    // navigator.maxTouchPoints: an iPad calls itself a Macintosh
}

// lack finds the reason that comes first: what has to be mended before anything else matters.
func (a agent) lack() Lack {
	has := func(part string) bool { return strings.Contains(a.text, part) }
	switch {
	case a.bluetooth:
		return Nothing
	case has("iPhone"), has("iPad"), has("Macintosh") && a.touches > 1:
		return Apple
	case !a.secure:
		return Insecure
	case a.brave:
		return Brave
	case has("Linux") && has("Chrome/") && !has("Android"):
		return Linux
	}
	return Other
}
