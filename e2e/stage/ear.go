package stage

import "fmt"

// ear hears what a page plays: it listens at the way out of every audio context, where a page that only pretends to play
// is silent. window.ear says how many notes were begun, which pitches were truly heard, and when something was last loud.
const ear = `(() => {
	const heard = window.ear = {notes: 0, pitches: {}, last: -1e9, contexts: []};
	const start = OscillatorNode.prototype.start, connect = AudioNode.prototype.connect, at = new Map();
	OscillatorNode.prototype.start = function(...when) { heard.notes++; return start.apply(this, when) };
	AudioNode.prototype.connect = function(to, ...rest) {
		if (to === this.context.destination) {
			let near = at.get(this.context);
			if (!near) {
				near = this.context.createAnalyser();
				near.fftSize = 4096;
				near.smoothingTimeConstant = 0;
				at.set(this.context, near);
				heard.contexts.push(this.context);
			}
			connect.call(this, near);
		}
		return connect.call(this, to, ...rest);
	};
	const wave = new Float32Array(4096), bands = new Float32Array(2048);
	setInterval(() => at.forEach((near, context) => {
		near.getFloatTimeDomainData(wave);
		if (context.state !== "running" || Math.max(...wave) < 0.05) return;
		heard.last = performance.now();
		near.getFloatFrequencyData(bands);
		const pitch = Math.round(bands.indexOf(Math.max(...bands)) * context.sampleRate / near.fftSize / 20) * 20;
		heard.pitches[pitch] = (heard.pitches[pitch] || 0) + 1;
	}), 40);
})()`

// Ear begins to listen to what the pages of this tab play; call it before the page opens.
func (w *Window) Ear() { w.Before(ear) }

// UntilHeard waits until something is loud that was not before the call.
func (w *Window) UntilHeard() {
	w.t.Helper()
	w.Hears()()
}

// Hears begins to listen; what it returns waits until something was loud since. A short sound may be over before anybody waits
// for it.
func (w *Window) Hears() (until func()) {
	from := Eval[float64](w, "performance.now()")
	return func() {
		w.t.Helper()
		w.Until(fmt.Sprintf("ear.last > %f", from))
	}
}

// UntilQuiet waits until nothing has been loud for so many seconds.
func (w *Window) UntilQuiet(seconds float64) {
	w.t.Helper()
	w.Until(fmt.Sprintf("performance.now() - ear.last > %f", 1000*seconds))
}
