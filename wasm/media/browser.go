package media

import "strings"

// Make names a browser for one purpose: which sentence tells where its switches are. What a browser can do is never
// concluded from it.
type Make string

// The makes, each with words under "media.repair."+Make and Make.Lock.
const (
	ChromePhone    Make = "chrome-phone"
	ChromeDesk     Make = "chrome-desk"
	EdgeDesk       Make = "edge-desk"
	FirefoxPhone   Make = "firefox-phone"
	FirefoxDesk    Make = "firefox-desk"
	SafariPhone    Make = "safari-phone" // every browser of an iPhone or iPad but Chrome has its switches there
	SafariDesk     Make = "safari-desk"
	ChromeIPhone   Make = "chrome-iphone"
	SamsungPhone   Make = "samsung-phone"
	AnotherBrowser Make = "other"
)

// Makes lists every one.
func Makes() []Make {
	return []Make{ChromePhone, ChromeDesk, EdgeDesk, FirefoxPhone, FirefoxDesk, SafariPhone, SafariDesk, ChromeIPhone, SamsungPhone, AnotherBrowser}
}

// MakeOf reads a user agent's own words (navigator.userAgent). touches is whether the screen takes several fingers: an iPad
// calls itself a Mac.
func MakeOf(agent string, touches bool) Make {
	has := func(part string) bool { return strings.Contains(agent, part) }
	apple := has("iPhone") || has("iPad") || has("Macintosh") && touches
	switch {
	case apple && has("CriOS"):
		return ChromeIPhone
	case apple:
		return SafariPhone
	case has("SamsungBrowser"):
		return SamsungPhone
	case has("Firefox/") && has("Android"):
		return FirefoxPhone
	case has("Firefox/"):
		return FirefoxDesk
	case has("Android") && has("Chrome/"):
		return ChromePhone
	case has("Edg/"):
		return EdgeDesk
	case has("Chrome/"):
		return ChromeDesk
	case has("Macintosh") && has("Safari/"):
		return SafariDesk
	}
	return AnotherBrowser
}

// Repair is the key of the sentence that helps with a trouble in a browser; "" where the fault's own words say it all.
func Repair(m Make, t Trouble) string {
	switch t {
	case Denied:
		return "media.repair." + string(m)
	case Forbidden:
		return "media.repair.system"
	case Taken:
		return "media.repair.busy"
	case Missing:
		return "media.repair.missing"
	case Unavailable:
		return "media.repair.unavailable"
	case Failed, Unfit:
		return "media.repair.failed"
	}
	return ""
}
