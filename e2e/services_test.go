package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hearth/backend/house"
	"hearth/e2e/stage"
	"hearth/shared/api"
)

// guest is a small service on an origin of its own: it has a page that tries what it must not, and hears webhooks.
type guest struct {
	*httptest.Server
	mu    sync.Mutex
	said  []string // by its page, about what it reached
	heard []string // ids of webhooks
	knew  []string // cookies and referrers that came with its page
}

func mustGuest(t *testing.T) *guest {
	g := &guest{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		g.knew = append(g.knew, r.Header.Get("Cookie")+r.Header.Get("Referer"))
		g.mu.Unlock()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, guestPage)
	})
	mux.HandleFunc("GET /said", func(_ http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.said = append(g.said, r.URL.Query().Get("what"))
	})
	mux.HandleFunc("POST /hook", func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.heard = append(g.heard, r.Header.Get("webhook-id"))
		w.WriteHeader(http.StatusNoContent)
	})
	g.Server = httptest.NewServer(mux)
	t.Cleanup(g.Close)
	return g
}

// guestPage tries to reach the portal around it, and says what it reached.
const guestPage = `<!doctype html><html lang="en"><head><title>Gait</title><meta name="viewport" content="width=device-width"></head><body><main><h1>Gait of the last week</h1><p>A page of another program.</p></main><script>
const tries = {
	parent: () => window.parent.document.title, top: () => window.top.location.href, leave: () => { window.top.location = '/page?taken' ; return 'tried' },
	cookie: () => document.cookie, storage: () => localStorage.length, window: () => window.open('/page?window') === null ? (() => { throw 1 })() : 'opened',
	element: () => window.frameElement === null ? (() => { throw 1 })() : 'seen',
}
const reached = []
for (const name in tries) try { tries[name](); reached.push(name) } catch {}
new Image().src = '/said?what=' + encodeURIComponent('reached:' + reached.join(',') + ' origin:' + self.origin + ' referrer:' + document.referrer)
</script></body></html>`

func (g *guest) told(list *[]string) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(*list)
}

// until waits until something was noted.
func (g *guest) until(t *testing.T, list *[]string) {
	t.Helper()
	tick, end := time.NewTicker(50*time.Millisecond), time.After(stage.Patience)
	defer tick.Stop()
	for len(g.told(list)) == 0 {
		select {
		case <-tick.C:
		case <-end:
			t.Fatal("nothing came")
		}
	}
}

// An administrator registers a service after a look at what it asks for; it is told what happens; its page stands in the
// therapist's portal and reaches nothing of it; and no other origin is let in.
func TestService(t *testing.T) {
	t.Parallel()
	g := mustGuest(t)
	house := stage.OpenWith(t, func(c *house.Config) { c.Webhooks = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	w := stage.Browse(t, "administrator")
	w.Expect("Failed to load resource: the server responded with a status of 4")
	w.ComeIn(house.Links().Administrator, "")
	portalPage(w, house, "/services", "#service-new")
	w.UntilText("main", "No service yet")
	look(t, w, "services-empty", narrowest)
	w.Size(1280, 800, false)
	w.Click("#service-new")
	w.Until("!!document.querySelector('#manifest')")
	w.Fill("#manifest", `{"name":"Gait lab","scopes":["patients.write"]}`)
	w.Click("#manifest-look")
	w.Until("!!document.querySelector('#manifest-fault')")
	w.Accessible("light", "dark")
	w.Pictures("services-manifest")
	w.Size(1280, 800, false)
	w.Fill("#manifest", fmt.Sprintf(`{"name":"Gait lab","description":{"en":"Looks at how people walk, from their sittings."},"scopes":["patients.read","sittings.read","devices.read"],`+
		`"events":["patient.created","device.enabled"],"webhook":"%s/hook","pages":[{"portal":"therapist","title":{"en":"Gait","de":"Gang"},"address":"%s/page"}]}`, g.URL, g.URL))
	w.Click("#manifest-look")
	w.Until("!!document.querySelector('#manifest-agree')")
	w.Accessible("light", "dark")
	w.Pictures("services-asks")
	w.Size(1280, 800, false)
	w.Click("#manifest-agree")
	w.Until("document.querySelectorAll('[data-secret]').length === 2")
	w.Accessible("light", "dark")
	w.Pictures("services-given")
	w.Size(1280, 800, false)
	w.Click("#given-done")
	w.Until("!!document.querySelector('[data-service][data-state=active]')")
	look(t, w, "services", narrowest)
	w.Size(1280, 800, false)
	w.Click("[id^=deliveries-]")
	w.Click("#webhook-test")
	w.Until("!!document.querySelector('[data-delivery]')")
	g.until(t, &g.heard)
	w.Click("#cancel")
	w.Until("!document.querySelector('dialog')")
	for end := time.Now().Add(stage.Patience); ; { // the hook hears it before the house has its answer, and the list is as it was opened
		w.Click("[id^=deliveries-]")
		w.Until("!!document.querySelector('[data-delivery]')")
		if stage.Eval[bool](w, "!!document.querySelector('[data-delivery][data-state=delivered]')") {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the house does not know that its message arrived")
		}
		w.Click("#cancel")
		w.Until("!document.querySelector('dialog')")
	}
	w.Accessible("light", "dark")
	w.Pictures("services-told")
	w.Size(1280, 800, false)
	w.Click("#cancel")
	portalPage(w, house, "/services/programs", "#program-new")
	w.Click("#program-new")
	w.Until("!!document.querySelector('#program-save')")
	w.Accessible("light", "dark")
	w.Pictures("programs-new")
	w.Size(1280, 800, false)
	w.Fill("#program-name", "Cloud")
	w.Fill("#program-redirects", "https://cloud.example/cb")
	w.Click("#program-role-therapist")
	w.Click("#program-save")
	w.Until("!!document.querySelector('[data-secret=client]')")
	w.Click("#given-done")
	w.Until("!!document.querySelector('[data-program]')")
	look(t, w, "programs", narrowest)

	mira := stage.Browse(t, "mira")
	mira.Expect("Unsafe attempt to initiate navigation", "Blocked opening", "cloud.invalid", "frame-src", "Blocked a frame")
	mira.ComeIn(house.Links().Therapist, api.TherapistPage)
	mira.Until("!!document.querySelector('.nav a[href*=\"/service/\"]')")
	mira.Click(".nav a[href*=\"/service/\"]")
	mira.Until("document.querySelector('#guest')?.dataset.state === 'there'")
	g.until(t, &g.said)
	if said := g.told(&g.said)[0]; said != "reached: origin:null referrer:" {
		t.Errorf("the page of a service says: %s", said)
	}
	if at := stage.Eval[string](mira, "location.pathname"); !strings.HasPrefix(at, api.TherapistPage+"/service/") {
		t.Errorf("the page of a service led away, to %s", at)
	}
	for _, knew := range g.told(&g.knew) {
		if knew != "" {
			t.Errorf("the page of a service was told %q", knew)
		}
	}
	mira.UntilText("main", "It does not know who you are")
	look(t, mira, "service-slot", narrowest)
	mira.Size(1280, 800, false)
	blocked := stage.Eval[string](mira, `new Promise(done => {
		document.addEventListener('securitypolicyviolation', e => done(e.effectiveDirective + ' ' + e.blockedURI))
		const f = document.createElement('iframe'); f.src = 'https://cloud.invalid/page'; document.body.append(f)
	})`)
	if !strings.HasPrefix(blocked, "frame-src https://cloud.invalid") {
		t.Errorf("another origin: %s", blocked)
	}
	admin := house.Caller(t, house.Links().Administrator)
	res, _ := admin.Send("GET", api.AdminPage, nil)
	if policy := res.Header.Get("Content-Security-Policy"); strings.Contains(policy, "frame-src") {
		t.Errorf("a portal without pages of services lets frames in: %s", policy)
	}
	var list api.List[api.Service]
	admin.Get(api.ListServices.Path, &list)
	admin.Do(api.PatchService, []string{"{service}", string(list.Items[0].ID)}, api.PatchServiceBody{Version: list.Items[0].Version, Disabled: true}, &api.Service{})
	mira.Reload()
	mira.Until("!!document.querySelector('#guest-none')")
	mira.Accessible("light", "dark")
}
