package e2e

import (
	"encoding/json"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v4/pkg/media/samplebuilder"

	"hearth/e2e/stage"
	"hearth/wasm/rtc"
	"hearth/wasm/rtc/native"
)

// A program without a browser talks with one: it hums in G.711, gives the camera's picture back as a mirror does, and counts
// what it hears.
func TestMediaNative(t *testing.T) {
	t.Parallel()
	box, url := openPost(t)
	hum := humming(t)
	mirror, err := native.NewTrack(native.VP8)
	if err != nil {
		t.Fatal(err)
	}
	for name, offers := range map[string]bool{"the program offers": true, "the browser offers": false} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			tracks := map[string]*native.Received{}
			heard := func(line string) *native.Received { mu.Lock(); defer mu.Unlock(); return tracks[line] }
			program, page := "program"+name[4:5], "page"+name[4:5]
			peer := talkTo(t, box, program, page, offers, func(line string, track rtc.Track) {
				r := track.(*native.Received)
				mu.Lock()
				tracks[line] = r
				mu.Unlock()
				if line == rtc.LineCamera {
					r.Listen(reflect(mirror))
				}
			})
			peer.Put(rtc.LineAudio, hum)
			peer.Put(rtc.LineCamera, mirror)

			w := call(stage.Browse(t, "bob", twoCameras, openAddresses), url, page, program, !offers)
			w.For(t)
			if got := w.does(true, "start", "mic camera"); got != "done" {
				t.Fatal(got)
			}
			w.Until("told.Level > 0.2")
			for i := range 10 { // a beginning may be lost before the page was there
				if r := heard(rtc.LineCamera); r != nil {
					_ = r.AskKey()
				}
				if stage.Eval[bool](w.Window, "told.Stats.Lines?.[1].In.Rate > 0") || i == 9 {
					break
				}
				time.Sleep(500 * time.Millisecond)
			}
			w.plays("there")
			w.flows(0, true)
			w.flows(1, true)
			packets, bytes := heard(rtc.LineAudio).Count()
			t.Logf("the program heard %d packets, %d bytes, of %s; the page sees %v×%v at %.0f a second", packets, bytes, heard(rtc.LineAudio).Codec(),
				w.number("told.Stats.Lines[1].In.Width"), w.number("told.Stats.Lines[1].In.Height"), w.number("told.Stats.Lines[1].In.Rate"))
			if packets == 0 || heard(rtc.LineAudio).Codec() != native.Opus {
				t.Errorf("want packets of Opus")
			}
			peer.Put(rtc.LineAudio, nil)
			w.Until("told.Level < 0.05")
			peer.Put(rtc.LineAudio, hum)
			w.Until("told.Level > 0.2")
			w.must(t, "close", "")
		})
	}
}

// Somebody whose picture does not come yet, as over a weak line, is heard all the same; the picture joins once it comes.
func TestVoiceBeforeItsPicture(t *testing.T) {
	t.Parallel()
	box, url := openPost(t)
	mirror, err := native.NewTrack(native.VP8)
	if err != nil {
		t.Fatal(err)
	}
	camera := make(chan *native.Received, 1)
	peer := talkTo(t, box, "program", "page", true, func(line string, track rtc.Track) {
		if line == rtc.LineCamera {
			camera <- track.(*native.Received)
		}
	})
	peer.Put(rtc.LineAudio, humming(t))
	peer.Put(rtc.LineCamera, mirror)
	w := call(stage.Browse(t, "bob", twoCameras, openAddresses), url, "page", "program", false)
	if got := w.does(true, "start", "mic camera"); got != "done" {
		t.Fatal(got)
	}
	w.Until("told.Tracks.audio > 0 && told.Tracks.camera > 0")
	w.Until("(e => e.readyState > 1 && e.currentTime > 0.5 && e.videoWidth === 0)(document.getElementById('face'))")
	r := <-camera
	r.Listen(reflect(mirror))
	during(t, func(stop chan struct{}) { // a mirror knows no picture to begin with
		for tick := time.Tick(500 * time.Millisecond); ; {
			_ = r.AskKey()
			select {
			case <-stop:
				return
			case <-tick:
			}
		}
	})
	w.plays("face")
	w.must(t, "close", "")
}

// A page that was not touched yet may not be heard: it says so, and one tap is enough.
func TestMediaTap(t *testing.T) {
	t.Parallel()
	box, url := openPost(t)
	peer := talkTo(t, box, "program", "page", true, nil)
	peer.Put(rtc.LineAudio, humming(t))
	w := call(stage.Browse(t, "bob", openAddresses, chromedp.Flag("autoplay-policy", "document-user-activation-required")), url, "page", "program", false)
	w.Until("window.told?.Wants === true && document.getElementById('heard').paused")
	if got := w.does(true, "unlock", ""); got != "done" {
		t.Errorf("a tap: %s", got)
	}
	w.Until("!told.Wants && !document.getElementById('heard').paused && told.Level > 0.2")
	w.Until("document.getElementById('heard').volume === 1") // it came up gently
}

// talkTo is a program that talks to a page.
func talkTo(t *testing.T, box *post, name, page string, offers bool, tracked func(string, rtc.Track)) *rtc.Peer {
	t.Helper()
	peer := rtc.Start(t.Context(), rtc.Options{Maker: native.New(native.Options{}), Offerer: offers, Media: rtc.CallLines(),
		Send: func(b json.RawMessage) { box.box(page) <- b }, OnTrack: tracked})
	t.Cleanup(func() { peer.Close() })
	during(t, func(stop chan struct{}) {
		for {
			select {
			case b := <-box.box(name):
				peer.Signal(b)
			case <-stop:
				return
			}
		}
	})
	return peer
}

// during runs f beside the test.
func during(t *testing.T, f func(stop chan struct{})) {
	t.Helper()
	stop := make(chan struct{})
	var loop sync.WaitGroup
	loop.Go(func() { f(stop) })
	t.Cleanup(func() { close(stop); loop.Wait() })
}

// humming is a track with a note on it.
func humming(t *testing.T) *native.Track {
	t.Helper()
	hum, err := native.NewTrack(native.PCMU)
	if err != nil {
		t.Fatal(err)
	}
	during(t, func(stop chan struct{}) { tone(hum, stop) })
	return hum
}

// reflect puts packets together to pictures and gives them back.
func reflect(to *native.Track) func(*rtp.Packet) {
	frames := samplebuilder.New(64, &codecs.VP8Packet{}, 90000)
	return func(p *rtp.Packet) {
		copied := *p
		copied.Payload = append([]byte(nil), p.Payload...)
		frames.Push(&copied)
		for f := frames.Pop(); f != nil; f = frames.Pop() {
			_ = to.Write(f.Data, max(f.Duration, time.Millisecond))
		}
	}
}

// tone writes a note of 440 Hz, half as loud as can be, 20 ms at a time.
func tone(to *native.Track, stop chan struct{}) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	n := 0
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		b := make([]byte, 160)
		for i := range b {
			b[i] = muLaw(int(16000 * math.Sin(2*math.Pi*440*float64(n)/8000)))
			n++
		}
		_ = to.Write(b, 20*time.Millisecond)
	}
}

// muLaw is ITU-T G.711 section 2, for 16 bit samples.
func muLaw(v int) byte {
	sign := 0
	if v < 0 {
		sign, v = 0x80, -v
	}
	v = min(v, 32635) + 132
	exponent := 7
	for mask := 0x4000; v&mask == 0 && exponent > 0; mask >>= 1 {
		exponent--
	}
	return byte(^(sign | exponent<<4 | v>>(exponent+3)&0xf))
}

// What cannot be had is told with its reason, and the rest works.
func TestMediaRefused(t *testing.T) {
	t.Parallel()
	_, url := openPost(t)
	t.Run("a camera that was denied", func(t *testing.T) {
		w := call(stage.Browse(t, "bob", noCamera...), url, "x", "y", true)
		w.For(t)
		got := w.does(true, "start", "mic camera")
		t.Log(got)
		w.Until("told.State.Camera.Fault?.Code === 'media.camera-denied' && !told.State.Camera.Live")
	})
	t.Run("a camera another program has", func(t *testing.T) {
		b := stage.Browse(t, "bob", twoCameras)
		b.Before(`{const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
			window.busy = true;
			navigator.mediaDevices.getUserMedia = c => c.video && window.busy ? Promise.reject(new DOMException("Could not start video source", "NotReadableError")) : real(c)}`)
		w := call(b, url, "x2", "y2", true)
		w.For(t)
		w.does(true, "start", "mic camera")
		w.Until("told.State.Camera.Fault?.Code === 'media.camera-busy' && told.State.Mic.Live && told.State.Mic.On")
		stage.Eval[bool](w.Window, "(window.busy = false, true)")
		if got := w.does(true, "start", "mic camera"); got != "done" {
			t.Errorf("after the repair: %s", got)
		}
		w.Until("told.State.Camera.Live && !told.State.Camera.Fault")
		w.plays("own")
	})
	t.Run("what the porch left is taken over", func(t *testing.T) {
		b := stage.Browse(t, "bob", twoCameras)
		w := call(b, url, "x3", "y3", true)
		w.For(t)
		stage.Eval[bool](w.Window, `navigator.mediaDevices.getUserMedia({audio: true, video: true}).then(s => {
			window.hearthVisit = {stream: s}; window.left = s.getTracks().map(t => t.id);
			navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error("asked twice")); return true})`)
		w.must(t, "start", "mic camera")
		w.Until("told.State.Camera.Live && told.State.Mic.Live && told.Own > 0.2 && window.hearthVisit.stream === null")
		w.must(t, "chime", "")
		w.must(t, "devices", "")
		w.Until("told.Devices.filter(d => d.Kind === 'videoinput').length === 2 && told.Devices[0].Label !== ''")
		w.must(t, "close", "")
		if stage.Eval[bool](w.Window, "document.getElementById('own').srcObject !== null") {
			t.Error("the own picture is still there")
		}
	})
}
