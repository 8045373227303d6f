package rtc

import (
	"fmt"
	"strings"
)

// fingerprint is the certificate fingerprint of a session description (RFC 8122 section 5), hash function in lower case and
// bytes in upper case. It is "" where there is none, and where there are several: a section's own goes before that of the
// session, so whoever writes two could have one compared and the other one trusted. All sections of ours are bundled and have
// the same.
func fingerprint(sdp string) (print string) {
	for line := range strings.Lines(sdp) {
		rest, is := strings.CutPrefix(strings.TrimSpace(line), "a=fingerprint:")
		if !is {
			continue
		}
		hash, bytes, _ := strings.Cut(rest, " ")
		one := strings.ToLower(hash) + " " + strings.ToUpper(strings.TrimSpace(bytes))
		if print != "" && print != one || strings.HasSuffix(one, " ") {
			return ""
		}
		print = one
	}
	return print
}

// packed is a description of the other page as it would be as an answer, asking for sound in packets of so many milliseconds
// (a=ptime, RFC 8866 section 6.5); 0: of whatever length the browser likes. What was an offer says who begins the encryption
// as the answer to it did: the answerer (RFC 8842 section 5.3).
func packed(sdp string, ms int) string {
	var b strings.Builder
	sound := false
	for line := range strings.Lines(sdp) {
		switch {
		case strings.HasPrefix(line, "m="):
			sound = strings.HasPrefix(line, "m=audio ")
		case sound && strings.HasPrefix(line, "a=ptime:"):
			continue
		case strings.TrimSpace(line) == "a=setup:actpass":
			line = strings.Replace(line, "actpass", "passive", 1)
		case sound && ms > 0 && strings.HasPrefix(line, "a=mid:"):
			line = fmt.Sprintf("a=ptime:%d\r\n%s", ms, line)
		}
		b.WriteString(line)
	}
	return b.String()
}

// The parameters of Opus we ask the other side to send with (RFC 7587 section 6.1): what gets lost is sent once more within
// the next packet, and next to nothing is sent while nobody speaks, which leaves a thin line to sensors.
var opusWishes = []string{"useinbandfec=1", "usedtx=1"}

// wished adds our wishes to the format parameters of Opus. The description a page sets for itself stays as its browser made
// it: only what the other side reads says more, which is where these parameters count.
func wished(sdp string) string {
	opus := map[string]bool{}
	for line := range strings.Lines(sdp) {
		if rest, is := strings.CutPrefix(line, "a=rtpmap:"); is {
			if number, codec, _ := strings.Cut(rest, " "); strings.HasPrefix(strings.ToLower(codec), "opus/") {
				opus[number] = true
			}
		}
	}
	var b strings.Builder
	for line := range strings.Lines(sdp) {
		number, _, _ := strings.Cut(strings.TrimPrefix(line, "a=fmtp:"), " ")
		if !strings.HasPrefix(line, "a=fmtp:") || !opus[number] {
			b.WriteString(line)
			continue
		}
		text := strings.TrimRight(line, "\r\n")
		b.WriteString(text)
		for _, wish := range opusWishes {
			if name, _, _ := strings.Cut(wish, "="); !strings.Contains(text, name+"=") {
				b.WriteString(";" + wish)
			}
		}
		b.WriteString(line[len(text):])
	}
	return b.String()
}
