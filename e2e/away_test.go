package e2e

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"hearth/assets"
	"hearth/backend/house"
	"hearth/e2e/stage"
	"hearth/shared/api"
)

// A tablet and a desk that were here before open while the house is away: with the files the browser keeps, and with those of
// the worker alone when the browser has dropped its own. Each has fetched its own program, and not the other.
func TestOpensWhileTheHouseIsAway(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	tablet, office := stage.Browse(t, "tablet"), stage.Browse(t, "office")
	windows := []struct {
		*stage.Window
		link, at, program, ready, away string
	}{
		{tablet, house.Links().Patient, api.AggregatorPage, "practice", "#add-sensor", "#house-away"},
		{office, house.Links().Administrator, api.AdminPage, "office", "#patients [data-patient]", ".side"},
	}
	for _, w := range windows {
		w.Expect(away...)
		w.ComeIn(w.link, w.at)
		keeps(w.Window, w.ready)
		if got := programs(w.Window); !slices.Equal(got, []string{w.program}) {
			t.Errorf("the %s has fetched %v, want %s", w.Name, got, w.program)
		}
	}
	forgetting(tablet.Tab("tablet that keeps nothing"), house.URL()+api.PatientPage)
	house.Stop()
	for _, dropped := range []bool{false, true} {
		for _, w := range windows {
			if dropped {
				stage.Call(w.Window, network.ClearBrowserCache, cdp.Empty{})
			}
			stage.Eval[bool](w.Window, "window.before = true")
			w.Reload()
			w.Until(fmt.Sprintf("!window.before && !!document.querySelector(%q)", w.away))
		}
	}
	tablet.Until("!!document.querySelector('#add-sensor')")
}

// The first opening after an update works without the house as well: the new worker takes along what the old one kept, and
// lets go of the rest.
func TestOpensAfterAnUpdateWhileTheHouseIsAway(t *testing.T) {
	t.Parallel()
	home := stage.Open(t)
	w := stage.Browse(t, "office")
	w.Expect(away...)
	const ready = "#patients [data-patient]"
	w.ComeIn(home.Links().Administrator, api.AdminPage)
	keeps(w, ready)
	stage.Eval[bool](w, "caches.keys().then(([name]) => caches.open(name)).then((c) => c.put('/assets/js/gone.00000000.js', new Response(''))).then(() => true)")
	home.Stop()
	home.Change(func(c *house.Config) { c.Files = tomorrow{assets.Open()} })
	home.Start()
	end := time.Now().Add(stage.Patience)
	for { // the worker shows the page it has when the house takes too long
		w.Reload()
		w.Until("!!globalThis.hearth?.version && !!document.querySelector(" + quoted(ready) + ")")
		if stage.Eval[bool](w, "hearth.version === "+quoted(tomorrows)) {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the page stays as it was before the update")
		}
	}
	stage.Eval[bool](w, `navigator.serviceWorker.ready.then(async (r) => {
		while (!r.waiting) await new Promise((wait) => setTimeout(wait, 20));
		return true;
	})`)
	moved := func() bool { // the new worker begins when no page of the old one is open
		w.Goto("about:blank")
		w.Goto(home.URL() + "/offline")
		return stage.Eval[bool](w, "caches.keys().then((all) => all.join() === 'hearth-"+tomorrows+"')")
	}
	for tries := 0; !moved(); tries++ {
		if tries == 100 {
			t.Fatal("the new worker does not begin")
		}
	}
	if stage.Eval[bool](w, "caches.match('/assets/js/gone.00000000.js').then((r) => !!r)") {
		t.Error("what no page names is kept for ever")
	}
	at := home.URL() + api.AdminPage
	home.Stop()
	stage.Call(w, network.ClearBrowserCache, cdp.Empty{})
	w.Goto(at)
	w.Until("!!document.querySelector('.side')")
}

// programs are the ones this browser keeps, by name.
func programs(w *stage.Window) []string {
	return stage.Eval[[]string](w, `(async () => {
		const kept = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
		return kept.flat().map((r) => /\/([^/.]+)\.[^/]+\.wasm$/.exec(r.url)?.[1]).filter(Boolean);
	})()`)
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

// atHome opens the aggregator, which is open, once more and waits until the browser has all it keeps of it.
func atHome(w *stage.Window) { keeps(w, "#add-sensor") }

// keeps opens a portal's page, which is open, once more and waits until the browser has all it keeps of it: the worker takes over
// the page that is opened next, and has the program soon after. Ready is what stands on the page when it works.
func keeps(w *stage.Window, ready string) {
	w.Until(fmt.Sprintf("!!document.querySelector(%q)", ready))
	stage.Eval[bool](w, "navigator.serviceWorker.ready.then(() => true)")
	w.Reload()
	w.Until(fmt.Sprintf("!!document.querySelector(%q) && !!navigator.serviceWorker.controller", ready))
	stage.Eval[bool](w, `(async () => {
		const program = performance.getEntriesByType("resource").find((r) => r.name.endsWith(".wasm")).name;
		while (!(await caches.match(program))) await new Promise((wait) => setTimeout(wait, 20));
		return true;
	})()`)
}
