package identity

import (
	"slices"
	"strings"
	"testing"
)

func TestReadAgent(t *testing.T) {
	for header, want := range map[string]Agent{
		"": {}, "Mozilla/5.0": {}, "AppleWebKit/605.1.15 Version/18.5": {},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0":                                                        {"Firefox", "Windows"},
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36":                                   {"Chrome", "Linux"},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0":               {"Edge", "Windows"},
		"Mozilla/5.0 (Linux; Android 16; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Safari/537.36":      {"Samsung Internet", "Android"},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1": {"Safari", "iOS"},
		"Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0 Mobile/15E148 Safari/604.1":           {"Chrome", "iPadOS"},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15":                   {"Safari", "macOS"},
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36":                          {"Chrome", "ChromeOS"},
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36":                           {"Chrome", "Linux"},
		"curl/8.11.0": {"curl", ""}, "Go-http-client/1.1": {"Go", ""},
	} {
		if got := ReadAgent(header); got != want {
			t.Errorf("%q is %v, want %v", header, got, want)
		}
	}
}

// Whatever a header says, what is kept of it is a word of ours.
func FuzzReadAgent(f *testing.F) {
	for _, s := range []string{"", "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0", "<script>", "Edg/\x00", strings.Repeat("Android ", 1000)} {
		f.Add(s)
	}
	known := []string{""}
	for _, list := range [][][2]string{browsers, systems} {
		for _, one := range list {
			known = append(known, one[1])
		}
	}
	f.Fuzz(func(t *testing.T, header string) {
		if a := ReadAgent(header); !slices.Contains(known, a.Browser) || !slices.Contains(known, a.System) {
			t.Errorf("%q is kept as %v", header, a)
		}
	})
}

// FuzzTyped: whatever is typed as a code is either six digits or a recovery code that cannot be told from any other text.
func FuzzTyped(f *testing.F) {
	for _, s := range []string{"", "123 456", "12345", "ABCD-EFGH-JKMN-PQRS", "oil1-OIL0", "１２３４５６", strings.Repeat("A", 5000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		if digits, ok := digitsOf(typed); ok && (len(digits) != codeDigits || strings.Trim(digits, "0123456789") != "") {
			t.Errorf("%q was read as the digits %q", typed, digits)
		}
		read := readRecovery(typed)
		if len(read) > 64 || strings.Trim(read, recoveryLetters) != "" || readRecovery(read) != read {
			t.Errorf("%q was read as %q", typed, read)
		}
	})
}
