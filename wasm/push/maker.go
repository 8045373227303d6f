package push

import "strings"

// makerOf reads a browser's maker from what it calls itself. An iPad calls itself a Mac; touch is how many fingers it feels.
func makerOf(agent string, touch int) Maker {
	has := func(word string) bool { return strings.Contains(agent, word) }
	switch {
	case has("iPhone") || has("iPad") || has("Macintosh") && touch > 1:
		return Apple // whatever is written on it, on these every browser is Apple's
	case has("Firefox/"):
		return Firefox
	case has("Android"):
		return Android
	case has("Chrome/") || has("Chromium/"):
		return Chromium
	case has("Safari/"):
		return Safari
	}
	return Chromium
}
