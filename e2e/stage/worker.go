package stage

import (
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Worker is the service worker of the house's pages in a Chromium, to be looked into as a page is. A page must have been
// opened.
func (w *Window) Worker() *Window {
	w.t.Helper()
	w.Until("navigator.serviceWorker.ready.then(() => true)")
	list, err := chromedp.Targets(w.ctx)
	var id target.ID
	for _, one := range list {
		if one.Type == "service_worker" {
			id = one.TargetID
		}
	}
	if err != nil || id == "" {
		w.t.Fatalf("%s: there is no worker among %d targets: %v", w.Name, len(list), err)
	}
	ctx, close := chromedp.NewContext(w.ctx, chromedp.WithTargetID(id))
	w.t.Cleanup(close)
	if err := chromedp.Do(ctx); err != nil {
		w.t.Fatalf("%s: look into the worker: %v", w.Name, err)
	}
	return &Window{Name: w.Name + "-worker", t: w.t, ctx: ctx, engine: chromium{}}
}

// Permit lets pages of a Chromium do what a person would be asked about, such as "notifications".
func (w *Window) Permit(what string) {
	w.t.Helper()
	CallBrowser(w, browser.SetPermission, browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: what}, Setting: "granted"})
}
