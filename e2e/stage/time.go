package stage

import (
	"context"
	"fmt"
	"time"
)

// Before runs a script in every document of this tab before the page's own; call it before the page opens.
func (w *Window) Before(script string) {
	w.t.Helper()
	w.do("run a script before the page", func(ctx context.Context) error { return w.engine.before(ctx, script) })
}

// Late says by how much this page's own timers were late at worst since it was last asked, 0 when the page was loaded since:
// a machine that has no time for its browsers is no fault of a page.
func (w *Window) Late() time.Duration {
	w.t.Helper()
	ms := Eval[float64](w, `(() => {
		if (globalThis.late === undefined) {
			let due = performance.now() + 100;
			globalThis.late = 0;
			setInterval(() => { const now = performance.now(); late = Math.max(late, now - due); due = now + 100 }, 100);
		}
		const worst = late;
		late = 0;
		return worst;
	})()`)
	return time.Duration(ms * float64(time.Millisecond))
}

// Hurry lets time pass so many times faster for every page of this tab, so that what needs minutes of signal needs less
// patience: its clocks run faster and what it waits for comes sooner. Pages that talk to each other about time must hurry
// alike; the house does not.
func (w *Window) Hurry(times int) {
	w.t.Helper()
	w.Before(fmt.Sprintf(`(() => {
		const times = %d, Was = Date, began = Date.now(), now = performance.now.bind(performance), from = now();
		const wait = window.setTimeout.bind(window), again = window.setInterval.bind(window), draw = window.requestAnimationFrame.bind(window);
		window.unhurried = wait; // what the browser moves by itself, it does not move faster
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

// Now is the time as the page's own clock tells it.
func (w *Window) Now() time.Time {
	w.t.Helper()
	return time.UnixMilli(Eval[int64](w, "Date.now()"))
}
