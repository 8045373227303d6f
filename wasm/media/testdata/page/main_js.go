// Command page is a page with a Capture, a Player and one rtc.Peer, driven by a test from outside: window.act(name, argument)
// begins something and writes what came of it to document.body.dataset, and window.told is how everything stands.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"syscall/js"
	"time"

	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/wasm/await"
	"hearth/wasm/media"
	"hearth/wasm/rtc"
)

// told is how the page stands.
type told struct {
	State   media.State
	View    rtc.View
	Stats   rtc.Stats
	Tracks  map[string]int // how many came, by line
	Level   float64        // of the other page's sound
	Own     float64        // of the own
	Devices []media.Device
	Prints  [2]string
	Wants   bool // a tap
}

type page struct {
	told    told
	peer    *rtc.Peer
	capture *media.Capture
	player  media.Player
	meters  map[string]media.Meter
	shown   media.Track
	face    map[string]rtc.Track // voice and picture of the other, by line, in one element as in a call
}

func main() {
	at := js.Global().Get("location").Get("search").String()[1:] // name, other, "offer" or ""
	words := strings.Split(at, ",")
	p := &page{meters: map[string]media.Meter{}, face: map[string]rtc.Track{}, player: media.OpenPlayer()}
	p.told.Tracks = map[string]int{}
	maker := rtc.Open()
	p.capture = media.Open(media.Options{Put: func(l string, t rtc.Track) {
		if p.peer != nil {
			p.peer.Put(l, t)
		}
	}, Changed: func(s media.State) { p.told.State = s }})
	p.peer = rtc.Start(context.Background(), rtc.Options{Maker: maker, Offerer: words[2] == "offer", Media: rtc.CallLines(),
		Servers: func(context.Context) ([]live.ICEServer, error) { return nil, nil },
		Send:    func(b json.RawMessage) { go post("/to/"+words[1], string(b)) },
		OnTrack: p.tracked,
		OnView:  func(v rtc.View) { p.told.View = v },
		OnStats: func(s rtc.Stats) { p.told.Stats = s }})
	go p.listen("/of/" + words[0])
	go p.tell()
	js.Global().Set("act", js.FuncOf(func(_ js.Value, args []js.Value) any {
		name, with := args[0].String(), ""
		if len(args) > 1 {
			with = args[1].String()
		}
		mark(name, "begun")
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			defer cancel()
			if err := p.act(ctx, name, with); err != nil {
				mark(name, fault.Of(err).Code+" "+err.Error())
				return
			}
			mark(name, "done")
		}()
		return nil
	}))
	mark("page", "ready")
	select {}
}

func mark(name, value string) {
	js.Global().Get("document").Get("body").Get("dataset").Set(name, value)
}

func (p *page) act(ctx context.Context, name, with string) error {
	switch name {
	case "start":
		s := p.capture.Start(ctx, strings.Contains(with, "mic"), strings.Contains(with, "camera"))
		p.own(ctx)
		for _, d := range []media.Status{s.Mic, s.Camera} {
			if d.Fault != nil {
				return d.Fault
			}
		}
	case "flip":
		return p.capture.Flip(ctx)
	case "flips":
		n, _ := strconv.Atoi(with)
		for range n {
			if err := p.capture.Flip(ctx); err != nil {
				return err
			}
		}
	case "choose":
		return p.capture.Choose(ctx, rtc.LineCamera, with)
	case "mode":
		return p.capture.SetMode(ctx, media.Mode(with))
	case "mute":
		p.capture.Mute(with, true)
	case "unmute":
		p.capture.Mute(with, false)
	case "share":
		return p.capture.Share(ctx)
	case "unshare":
		p.capture.Unshare()
	case "end": // what a browser does by itself
		t := p.capture.Own(with)
		js := t.(interface{ JS() js.Value }).JS()
		js.Call("stop")
		js.Call("dispatchEvent", event("ended"))
	case "devices":
		var err error
		p.told.Devices, err = p.capture.Devices(ctx)
		return err
	case "shape":
		var s rtc.Shape
		if err := json.Unmarshal([]byte(with), &s); err != nil {
			return err
		}
		p.peer.Shape(rtc.LineCamera, s)
	case "sound":
		var s rtc.Shape
		if err := json.Unmarshal([]byte(with), &s); err != nil {
			return err
		}
		p.peer.Shape(rtc.LineAudio, s)
	case "anew":
		p.peer.NetworkChanged()
	case "chime":
		return p.player.Chime(ctx)
	case "redraw": // the element is drawn anew
		old := js.Global().Get("document").Call("getElementById", with)
		old.Call("replaceWith", old.Call("cloneNode", false))
		return p.player.Refresh(ctx)
	case "unlock":
		return p.player.Unlock(ctx)
	case "aside":
		return p.player.Aside(ctx, "there", with == "on")
	case "blur":
		return p.capture.SetBlur(ctx, true)
	case "revive":
		return p.capture.Revive(ctx)
	case "close":
		err := p.capture.Close()
		_ = p.player.Close()
		_ = p.peer.Close()
		return err
	default:
		return fmt.Errorf("nobody knows how to %s", name)
	}
	return nil
}

func event(name string) js.Value { return js.Global().Get("Event").New(name) }

// own shows the own picture.
func (p *page) own(ctx context.Context) {
	if t := p.capture.Own(rtc.LineCamera); t != nil {
		_ = p.player.Show(ctx, "own", media.How{Silent: true}, t)
	}
	if t := p.capture.Own(rtc.LineAudio); t != nil && p.meters["own"] == nil {
		p.meters["own"] = p.player.Meter(t)
	}
}

// tracked shows what comes.
func (p *page) tracked(line string, t rtc.Track) {
	p.told.Tracks[line]++
	where := map[string]string{rtc.LineAudio: "heard", rtc.LineCamera: "there", rtc.LineScreen: "screen"}[line]
	go func() {
		_ = p.player.Show(context.Background(), where, media.How{Silent: line != rtc.LineAudio, Gentle: true}, t)
		p.told.Wants = p.player.Waiting()
	}()
	if line == rtc.LineAudio {
		p.meters["there"] = p.player.Meter(t)
	}
	if line != rtc.LineScreen {
		p.face[line] = t
		face := slices.DeleteFunc([]rtc.Track{p.face[rtc.LineAudio], p.face[rtc.LineCamera]}, func(t rtc.Track) bool { return t == nil })
		go func() { _ = p.player.Show(context.Background(), "face", media.How{Silent: true}, face...) }()
	}
}

// tell writes down how everything stands, and the loudest of the last second.
func (p *page) tell() {
	var there, own [10]float64
	for i := 0; ; i++ {
		time.Sleep(100 * time.Millisecond)
		if m := p.meters["there"]; m != nil {
			there[i%10] = m.Level()
		}
		if m := p.meters["own"]; m != nil {
			own[i%10] = m.Level()
		}
		p.told.Level, p.told.Own = loudest(there), loudest(own)
		p.told.Prints[0], p.told.Prints[1], _ = p.peer.Fingerprints()
		p.told.State = p.capture.State()
		p.told.Wants = p.player.Waiting()
		b, err := json.Marshal(p.told)
		if err == nil {
			js.Global().Set("told", js.Global().Get("JSON").Call("parse", string(b)))
		}
	}
}

func loudest(of [10]float64) (l float64) {
	for _, v := range of {
		l = max(l, v)
	}
	return l
}

func post(path, body string) {
	_, _ = await.Call(context.Background(), js.Global(), "fetch", path, map[string]any{"method": "POST", "body": body})
}

// listen takes what the other page says out of this one's box, in order.
func (p *page) listen(path string) {
	ctx := context.Background()
	for {
		r, err := await.Call(ctx, js.Global(), "fetch", path)
		if err == nil {
			r, err = await.Call(ctx, r, "text")
		}
		if err != nil {
			time.Sleep(100 * time.Millisecond)
			continue
		}
		var all []json.RawMessage
		if json.Unmarshal([]byte(r.String()), &all) == nil {
			for _, b := range all {
				p.peer.Signal(b)
			}
		}
	}
}
