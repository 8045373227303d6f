package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"hearth/e2e/stage"
	"hearth/shared/api"
)

// A tablet that was here before opens while the house is away: with the files the browser keeps, and with those of the
// worker alone when the browser has dropped its own.
func TestOpensWhileTheHouseIsAway(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	w := stage.Browse(t, "tablet")
	w.Expect(away...)
	w.ComeIn(house.Links().Patient, api.AggregatorPage)
	atHome(w)
	forgetting(w.Tab("tablet that keeps nothing"), house.URL()+api.PatientPage)
	house.Stop()
	for _, dropped := range []bool{false, true} {
		if dropped {
			stage.Call(w, network.ClearBrowserCache, cdp.Empty{})
		}
		stage.Eval[bool](w, "window.before = true")
		w.Reload()
		w.Until("!window.before && !!document.querySelector('#add-sensor')")
		w.Until("!!document.querySelector('#house-away')")
	}
}

// forbidden is a browser that keeps nothing for pages, in the two ways there are: it refuses to answer, or has no storage.
const forbidden = `
	Object.defineProperty(window, "localStorage", { configurable: true, get() { throw new DOMException("forbidden", "SecurityError") } });
	Object.defineProperty(window, "sessionStorage", { configurable: true, get: () => null });
	window.forbidden = true`

// forgetting opens a page in such a browser.
func forgetting(w *stage.Window, url string) {
	w.Expect(away...)
	w.Before(forbidden)
	w.Goto(url)
	w.Until("window.forbidden && !!document.querySelector('#allowed [data-therapist]')")
}

// atHome opens the aggregator, which is open, once more and waits until the browser has all it keeps of it: the worker takes over the page that
// is opened next, and has the program soon after.
func atHome(w *stage.Window) {
	w.Until("!!document.querySelector('#add-sensor')")
	stage.Eval[bool](w, "navigator.serviceWorker.ready.then(() => true)")
	w.Reload()
	w.Until("!!document.querySelector('#add-sensor') && !!navigator.serviceWorker.controller")
	stage.Eval[bool](w, `(async () => {
		const program = performance.getEntriesByType("resource").find((r) => r.name.endsWith(".wasm")).name;
		while (!(await caches.match(program))) await new Promise((wait) => setTimeout(wait, 20));
		return true;
	})()`)
}
