package e2e

import (
	"encoding/base64"
	"encoding/binary"
	"flag"
	"os"
	"strings"
	"testing"

	"hearth/e2e/stage"
	"hearth/shared/api"
)

var filmWanted = flag.Bool("film", false, "draw the film that simulated people show anew, and keep it")

// The film of simulated people: a face that breathes and blinks, drawn on a canvas, encoded as VP8 by the browser.
const (
	filmWidth, filmHeight = 320, 180
	filmRate, filmLength  = 12, 48 // pictures a second, pictures
)

// drawFilm resolves to the encoded pictures in base64. The last leads into the first.
const drawFilm = `(async () => {
	const W = 320, H = 180, rate = 12, length = 48, parts = [];
	const canvas = new OffscreenCanvas(W, H), c = canvas.getContext('2d');
	const encoder = new VideoEncoder({
		output: chunk => { const b = new Uint8Array(chunk.byteLength); chunk.copyTo(b); parts.push(b); },
		error: e => { throw e; },
	});
	encoder.configure({codec: 'vp8', width: W, height: H, bitrate: 90000, framerate: rate, latencyMode: 'realtime'});
	for (let i = 0; i < length; i++) {
		const at = i / length * 2 * Math.PI, breath = 3 * Math.sin(2 * at), lean = 6 * Math.sin(at);
		c.fillStyle = '#2b3a47'; c.fillRect(0, 0, W, H);
		c.fillStyle = '#8fb3c4'; c.fillRect(226, 22, 64, 60);
		c.fillStyle = '#2b3a47'; c.fillRect(256, 22, 3, 60); c.fillRect(226, 50, 64, 3);
		c.fillStyle = '#1f6f6b'; c.beginPath(); c.ellipse(160 + lean / 2, 196 - breath, 82, 62, 0, 0, 7); c.fill();
		c.fillStyle = '#c78f6b'; c.fillRect(146 + lean, 116, 28, 30);
		c.beginPath(); c.ellipse(160 + lean, 88 - breath, 37, 46, 0, 0, 7); c.fill();
		c.fillStyle = '#3a2a24'; c.beginPath(); c.ellipse(160 + lean, 62 - breath, 41, 28, 0, Math.PI, 0); c.fill();
		const open = i % 24 < 2 ? 1 : 5;
		for (const side of [-14, 14]) { c.beginPath(); c.ellipse(160 + lean + side, 88 - breath, 4, open, 0, 0, 7); c.fill(); }
		c.strokeStyle = '#7a4634'; c.lineWidth = 3; c.beginPath(); c.arc(160 + lean, 102 - breath, 12, 0.3, Math.PI - 0.3); c.stroke();
		c.fillStyle = '#ffffff'; c.font = '13px sans-serif'; c.fillText('demo', 12, 22);
		const frame = new VideoFrame(canvas, {timestamp: Math.round(i * 1e6 / rate), duration: Math.round(1e6 / rate)});
		encoder.encode(frame, {keyFrame: i === 0}); frame.close();
	}
	await encoder.flush();
	return parts.map(b => btoa(String.fromCharCode(...b))).join(' ');
})()`

// TestDrawTheFilm makes backend/simulated/film.ivf.
func TestDrawTheFilm(t *testing.T) {
	if !*filmWanted {
		t.Skip("the film is drawn anew only when asked: go test ./e2e -run TestDrawTheFilm -film")
	}
	h := stage.Open(t)
	w := stage.Browse(t, "film")
	w.Goto(h.URL() + api.SignInPage)
	if err := os.WriteFile("../backend/simulated/film.ivf", ivf(t, strings.Fields(stage.Eval[string](w, drawFilm))), 0o644); err != nil {
		t.Fatal(err)
	}
}

// ivf is a file of pictures (https://wiki.multimedia.cx/index.php/Duck_IVF).
func ivf(t *testing.T, pictures []string) []byte {
	t.Helper()
	if len(pictures) != filmLength {
		t.Fatalf("%d pictures were encoded, want %d", len(pictures), filmLength)
	}
	le := binary.LittleEndian
	b := le.AppendUint16(le.AppendUint16([]byte("DKIF"), 0), 32)
	b = append(b, "VP80"...)
	b = le.AppendUint16(le.AppendUint16(b, filmWidth), filmHeight)
	b = le.AppendUint32(le.AppendUint32(b, filmRate), 1)
	b = le.AppendUint32(le.AppendUint32(b, filmLength), 0)
	for i, p := range pictures {
		raw, err := base64.StdEncoding.DecodeString(p)
		if err != nil {
			t.Fatal(err)
		}
		b = le.AppendUint64(le.AppendUint32(b, uint32(len(raw))), uint64(i))
		b = append(b, raw...)
	}
	return b
}
