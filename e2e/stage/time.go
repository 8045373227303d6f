package stage

import (
	"context"
	"fmt"
)

// Before runs a script in every document of this tab before the page's own; call it before the page opens.
func (w *Window) Before(script string) {
	w.t.Helper()
	w.do("run a script before the page", func(ctx context.Context) error { return w.engine.before(ctx, script) })
}

// Hurry lets time pass so many times faster for every page of this tab, so that what needs minutes of signal needs less
// patience: its clocks run faster and what it waits for comes sooner. Pages that talk to each other about time must hurry
// alike; the house does not.
func (w *Window) Hurry(times int) {
	w.t.Helper()
	w.Before(fmt.Sprintf(`(() => {
		const times = %d, Was = Date, began = Date.now(), now = performance.now.bind(performance), from = now();
		const wait = window.setTimeout.bind(window), again = window.setInterval.bind(window), draw = window.requestAnimationFrame.bind(window);
		const later = () => began + (now() - from) * times;
		performance.now = () => from + (now() - from) * times;
		window.Date = class extends Was {
			constructor(...given) { super(...(given.length ? given : [later()])) }
			static now() { return Math.floor(later()) }
		};
		window.setTimeout = (f, ms, ...rest) => wait(f, (ms || 0) / times, ...rest);
		window.setInterval = (f, ms, ...rest) => again(f, (ms || 0) / times, ...rest);
		window.requestAnimationFrame = f => draw(at => f(from + (at - from) * times));
	})()`, times))
}
