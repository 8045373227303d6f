package rtc

import (
	"strings"
	"testing"
)

func TestWished(t *testing.T) {
	lines := func(l ...string) string { return strings.Join(l, "\r\n") + "\r\n" }
	for name, c := range map[string]struct{ is, want string }{
		"two wishes": {lines("a=rtpmap:111 opus/48000/2", "a=fmtp:111 minptime=10", "a=end"),
			lines("a=rtpmap:111 opus/48000/2", "a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1", "a=end")},
		"one is there":       {lines("a=rtpmap:109 OPUS/48000/2", "a=fmtp:109 useinbandfec=1"), lines("a=rtpmap:109 OPUS/48000/2", "a=fmtp:109 useinbandfec=1;usedtx=1")},
		"its no stays no":    {lines("a=rtpmap:109 opus/48000/2", "a=fmtp:109 usedtx=0"), lines("a=rtpmap:109 opus/48000/2", "a=fmtp:109 usedtx=0;useinbandfec=1")},
		"others are left":    {lines("a=rtpmap:96 VP8/90000", "a=fmtp:96 x=1", "a=fmtp:97 apt=96"), lines("a=rtpmap:96 VP8/90000", "a=fmtp:96 x=1", "a=fmtp:97 apt=96")},
		"without parameters": {lines("a=rtpmap:111 opus/48000/2"), lines("a=rtpmap:111 opus/48000/2")},
		"no line break":      {"a=rtpmap:1 opus/48000\na=fmtp:1 a=b", "a=rtpmap:1 opus/48000\na=fmtp:1 a=b;useinbandfec=1;usedtx=1"},
		"nothing":            {"", ""},
	} {
		if got := wished(c.is); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		} else if wished(got) != got {
			t.Errorf("%s: wishing twice changes it", name)
		}
	}
}

func TestPacked(t *testing.T) {
	lines := func(l ...string) string { return strings.Join(l, "\r\n") + "\r\n" }
	is := lines("v=0", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "c=IN IP4 0.0.0.0", "a=ptime:20", "a=setup:actpass", "a=mid:0", "m=video 9 UDP/TLS/RTP/SAVPF 96", "a=setup:actpass", "a=mid:1")
	want := lines("v=0", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "c=IN IP4 0.0.0.0", "a=setup:passive", "a=ptime:60", "a=mid:0", "m=video 9 UDP/TLS/RTP/SAVPF 96", "a=setup:passive", "a=mid:1")
	if got := packed(is, 60); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := packed(want, 60); got != want {
		t.Errorf("saying it twice made %q", got)
	}
	if got := packed(want, 0); got != strings.Replace(want, "a=ptime:60\r\n", "", 1) {
		t.Errorf("taken back: %q", got)
	}
	if answer := "m=audio 9\r\na=setup:active\r\na=mid:0\r\n"; packed(answer, 0) != answer {
		t.Error("an answer was changed")
	}
}

func TestFingerprint(t *testing.T) {
	for sdp, want := range map[string]string{
		"v=0\r\na=fingerprint:SHA-256 ab:0C\r\nm=audio\r\na=fingerprint:sha-256 AB:0c\r\n": "sha-256 AB:0C",
		"v=0\r\na=fingerprint:sha-256 AB:0C\r\nm=audio\r\na=fingerprint:sha-256 00\r\n":    "",
		"v=0\r\na=fingerprint:sha-256 AB\r\nm=audio\r\na=fingerprint:sha-1 AB\r\n":         "",
		"v=0\r\n": "", "a=fingerprint:x": "", "": "",
	} {
		if got := fingerprint(sdp); got != want {
			t.Errorf("%q: got %q, want %q", sdp, got, want)
		}
	}
}

// What another page says is read without harm, and a description keeps its lines.
func FuzzSDP(f *testing.F) {
	f.Add("a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10\r\na=fingerprint:sha-256 AB:CD\r\n")
	f.Add("a=fmtp: \na=rtpmap: opus/\na=fmtp: x")
	f.Fuzz(func(t *testing.T, sdp string) {
		fingerprint(sdp)
		got := wished(sdp)
		if strings.Count(got, "\n") != strings.Count(sdp, "\n") || len(got) < len(sdp) || wished(got) != got {
			t.Errorf("%q became %q", sdp, got)
		}
		if once := packed(sdp, 60); packed(once, 60) != once || packed(packed(once, 0), 60) != once {
			t.Errorf("%q is not asked for the same twice", sdp)
		}
	})
}
