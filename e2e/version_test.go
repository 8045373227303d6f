package e2e

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"hearth/assets"
	"hearth/backend/house"
	"hearth/e2e/stage"
	"hearth/shared/api"
)

// tomorrow is the pages as another version of Hearth would serve them: another version in every page, at the live socket
// and in the service worker. The program is the same; nothing looks at more than the version.
type tomorrow struct{ *assets.Site }

const tomorrows = "tomorrow"

func (t tomorrow) Version() string { return tomorrows }

// ServeHTTP gives the service worker the new version, so that it is another one too.
func (t tomorrow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/sw.js" {
		t.Site.ServeHTTP(w, r)
		return
	}
	r = r.Clone(r.Context())
	r.Header.Del("Accept-Encoding")
	r.Header.Del("If-None-Match")
	answer := httptest.NewRecorder()
	t.Site.ServeHTTP(answer, r)
	for name, values := range answer.Header() {
		if name != "Content-Length" && name != "Etag" {
			w.Header()[name] = values
		}
	}
	w.Write([]byte(strings.ReplaceAll(answer.Body.String(), t.Site.Version(), tomorrows)))
}

// A new version offers itself: at once where nothing is measured, later where something is, and it never loads by itself.
func TestNewVersionOffersItself(t *testing.T) {
	t.Parallel()
	s := streaming(t)
	idle := stage.Browse(t, "administrator")
	idle.ComeIn(s.house.Links().Administrator, "")
	idle.UntilAt(api.AdminPage)
	for _, w := range []*stage.Window{s.tablet, s.desk, idle} {
		w.Expect(away...)
		w.Until("globalThis.hearth.version && navigator.serviceWorker.controller !== undefined")
		stage.Eval[bool](w, "(globalThis.untouched = true)") // gone when the page is loaded anew
	}
	was := stage.Eval[string](idle, "globalThis.hearth.version")

	s.house.Stop()
	s.house.Change(func(c *house.Config) { c.Files = tomorrow{assets.Open()} })
	s.house.Start()

	const ready, now, later = "A new version is ready.", "Load it now", "It loads when you have finished measuring."
	idle.UntilText(".notices", ready)
	idle.UntilText(".notices button", now)
	for _, w := range []*stage.Window{s.tablet, s.desk} {
		w.UntilText(".notices", ready)
		w.UntilText(".notices", later)
		if strings.Contains(w.Text(".notices"), now) {
			t.Errorf("%s measures, and is offered to be loaded anew", w.Name)
		}
	}
	s.tablet.Picture("aggregator-new-version")
	// Measuring and streaming go on in the old pages, with a house of the new version.
	s.flowing()
	s.closeBooks(t)
	for _, w := range []*stage.Window{s.tablet, s.desk, idle} {
		if !stage.Eval[bool](w, "globalThis.untouched === true && globalThis.hearth.version === "+quoted(was)) {
			t.Errorf("%s was loaded anew by itself", w.Name)
		}
	}

	idle.Click(".notices button")
	idle.Until("!globalThis.untouched && globalThis.hearth?.version === " + quoted(tomorrows))
	idle.Until("document.querySelector('h1') && !document.querySelector('.notices')?.textContent.includes(" + quoted(ready) + ")")

	// Whoever finishes measuring is offered it then.
	s.desk.Click("#stream")
	s.desk.UntilText(".notices button", now)
	s.tablet.Click("#disconnect-demo")
	s.tablet.UntilText(".notices button", now)
	s.tablet.Click(".notices button")
	s.tablet.Until("!globalThis.untouched && globalThis.hearth?.version === " + quoted(tomorrows))
	s.tablet.Until("!!document.querySelector('#add-sensor')")
}

// quoted is a text as a script writes it.
func quoted(text string) string { return strconv.Quote(text) }
