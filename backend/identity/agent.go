package identity

import "strings"

// Agent is a browser in two words, made of what it says of itself: enough to tell one's own phone from a stranger's, and
// nothing that would tell two phones of one kind apart. What is not known is empty.
type Agent struct {
	Browser string // "Firefox"
	System  string // "Windows"
}

// longestAgent bounds what is read of the header.
const longestAgent = 512

// browsers and systems in the order in which they are looked for: many browsers also name those they resemble
// (RFC 9110 section 10.1.5 asks them not to).
var (
	browsers = [][2]string{
		{"HearthBridge/", "Hearth"}, {"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"EdgiOS/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"},
		{"Vivaldi/", "Vivaldi"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chromium/", "Chromium"},
		{"Chrome/", "Chrome"}, {"Version/", "Safari"}, {"curl/", "curl"}, {"Go-http-client/", "Go"},
	}
	systems = [][2]string{
		{"Android", "Android"}, {"iPhone", "iOS"}, {"iPad", "iPadOS"}, {"CrOS", "ChromeOS"}, {"Windows", "Windows"},
		{"Mac OS X", "macOS"}, {"Macintosh", "macOS"}, {"Linux", "Linux"}, {"X11", "Linux"},
	}
)

// ReadAgent reads a User-Agent header. It answers words of its own only, whatever the header says.
func ReadAgent(header string) Agent {
	if len(header) > longestAgent {
		header = header[:longestAgent]
	}
	first := func(list [][2]string) string {
		for _, known := range list {
			if strings.Contains(header, known[0]) {
				return known[1]
			}
		}
		return ""
	}
	a := Agent{first(browsers), first(systems)}
	if a.Browser == "Safari" && !strings.Contains(header, "Safari/") {
		a.Browser = ""
	}
	return a
}
