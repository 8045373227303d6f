package sound

import (
	"syscall/js"

	"hearth/wasm/await"
)

// Open returns a player on Web Audio, or None. The audio context is made at the first gesture, because browsers start
// one made earlier in silence.
func Open() Player {
	if api := js.Global().Get("AudioContext"); api.Truthy() {
		return &player{api: api}
	}
	return None{}
}

type player struct {
	api, ctx js.Value
}

func (p *player) Ready() bool {
	return p.ctx.Truthy() && p.ctx.Get("state").String() == "running"
}

func (p *player) Unlock() {
	if !p.ctx.Truthy() {
		made, err := await.Try(func() js.Value { return p.api.New() })
		if err != nil {
			return // no device to play on: Ready tells
		}
		p.ctx = made
	}
	// Beside "suspended" Safari knows "interrupted", after a call or another app's sound.
	if state := p.ctx.Get("state").String(); state != "running" && state != "closed" {
		p.ctx.Call("resume")
	}
}

// note is one sine with soft edges, so that it does not click.
type note struct{ start, length, hertz, loud float64 }

var tones = map[Tone][]note{
	Alarm:  {{0, 0.18, 660, 0.25}, {0.22, 0.28, 880, 0.25}},
	Notice: {{0, 0.25, 523, 0.12}},
}

func (p *player) Play(t Tone) {
	if !p.Ready() {
		return
	}
	now := p.ctx.Get("currentTime").Float()
	for _, n := range tones[t] {
		p.play(now, n)
	}
}

func (p *player) play(now float64, n note) {
	osc, gain := p.ctx.Call("createOscillator"), p.ctx.Call("createGain")
	osc.Get("frequency").Set("value", n.hertz)
	level := gain.Get("gain")
	level.Call("setValueAtTime", 0, now+n.start)
	level.Call("linearRampToValueAtTime", n.loud, now+n.start+0.02)
	level.Call("linearRampToValueAtTime", 0, now+n.start+n.length)
	osc.Call("connect", gain)
	gain.Call("connect", p.ctx.Get("destination"))
	osc.Call("start", now+n.start)
	osc.Call("stop", now+n.start+n.length)
}
