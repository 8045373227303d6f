package media

import (
	"context"
	"encoding/binary"
	"math"
	"syscall/js"
	"time"

	"hearth/wasm/await"
	"hearth/wasm/rtc"
)

// wake makes the audio context, or wakes the one there is; undefined where the browser has none.
func (p *player) wake() js.Value {
	if !p.audio.Truthy() && !p.over {
		p.audio, _ = await.Try(func() js.Value { return js.Global().Get("AudioContext").New() })
	}
	// Beside "suspended" Safari knows "interrupted", after a call or another app's sound.
	if p.audio.Truthy() && p.audio.Get("state").String() != "running" && p.audio.Get("state").String() != "closed" {
		p.audio.Call("resume")
	}
	return p.audio
}

// chime is three rising notes, each with soft edges so that it does not click: when each begins, in seconds, and its hertz.
var chime = [][2]float64{{0, 392}, {0.35, 494}, {0.7, 587}}

func (p *player) Chime(ctx context.Context) error {
	audio := p.wake()
	if !audio.Truthy() {
		return ErrTap
	}
	_ = p.through(ctx, audio)
	for end := time.Now().Add(time.Second); audio.Get("state").String() != "running"; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			return ErrTap
		}
	}
	now := audio.Get("currentTime").Float() + 0.05
	for _, n := range chime {
		osc, gain := audio.Call("createOscillator"), audio.Call("createGain")
		osc.Get("frequency").Set("value", n[1])
		level := gain.Get("gain")
		level.Call("setValueAtTime", 0, now+n[0])
		level.Call("linearRampToValueAtTime", 0.2, now+n[0]+0.04)
		level.Call("linearRampToValueAtTime", 0, now+n[0]+0.6)
		osc.Call("connect", gain)
		gain.Call("connect", audio.Get("destination"))
		osc.Call("start", now+n[0])
		osc.Call("stop", now+n[0]+0.65)
	}
	select {
	case <-time.After(chimeTime):
	case <-ctx.Done():
	}
	return nil
}

// meter reads the samples of the last moment out of an AnalyserNode, which leads nowhere: nothing of it is heard.
type meter struct {
	p          *player
	from, node js.Value
	room, view js.Value // Float32Array and the bytes of the same
	in         []byte
}

// samples is how many are read at once: 43 ms at 48 kHz.
const samples = 2048

func (p *player) Meter(t rtc.Track) Meter {
	m, ours := t.(made)
	audio := p.wake()
	if !ours || !audio.Truthy() {
		return noMeter{}
	}
	node, err := await.Try(func() js.Value { return audio.Call("createAnalyser") })
	if err != nil {
		return noMeter{}
	}
	node.Set("fftSize", samples)
	stream := js.Global().Get("MediaStream").New()
	stream.Call("addTrack", m.JS())
	from, err := await.Try(func() js.Value {
		s := audio.Call("createMediaStreamSource", stream)
		s.Call("connect", node)
		return s
	})
	if err != nil {
		return noMeter{}
	}
	room := js.Global().Get("Float32Array").New(samples)
	return &meter{p: p, from: from, node: node, room: room, view: js.Global().Get("Uint8Array").New(room.Get("buffer")), in: make([]byte, 4*samples)}
}

func (m *meter) Level() float64 {
	if !m.node.Truthy() {
		return 0
	}
	m.p.wake() // sound may have been allowed since, or interrupted
	m.node.Call("getFloatTimeDomainData", m.room)
	js.CopyBytesToGo(m.in, m.view)
	sum := 0.0
	for i := range samples {
		v := float64(math.Float32frombits(binary.LittleEndian.Uint32(m.in[4*i:])))
		sum += v * v
	}
	return loud(sum / samples)
}

func (m *meter) Close() error {
	if m.node.Truthy() {
		m.from.Call("disconnect")
		m.node = js.Undefined()
	}
	return nil
}
