package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

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
	house.Stop()
	for _, dropped := range []bool{false, true} {
		if dropped {
			if _, err := chromedp.Call(w.Context(), network.ClearBrowserCache, cdp.Empty{}); err != nil {
				t.Fatal(err)
			}
		}
		stage.Eval[bool](w, "window.before = true")
		w.Reload()
		w.Until("!window.before && !!document.querySelector('#add-sensor')")
		w.Until("!!document.querySelector('#house-away')")
	}
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
