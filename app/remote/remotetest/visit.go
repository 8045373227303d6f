package remotetest

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote"
	"hearth/shared/live"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
	"hearth/wasm/page"
	"hearth/wasm/rtc"
	"hearth/wasm/sound"
	"hearth/wasm/wake"
)

// Document is the page of a test: it remembers where it was sent, and what it was to keep.
type Document struct {
	page.None
	Went    []string
	Posted  []string
	Drawer  map[string]string
	Focused []string
	Title   string
	Offer   bool // can be installed
	Hidden  bool
	Loaded  int // how often it was loaded anew
	MayCopy bool
	Copied  string

	seen []func(bool)
}

// Reload counts.
func (d *Document) Reload() { d.Loaded++ }

// Copy remembers the text, where it may.
func (d *Document) Copy(_ context.Context, text string) error {
	if !d.MayCopy {
		return page.ErrUnavailable
	}
	d.Copied = text
	return nil
}

// Visible is as the test says.
func (d *Document) Visible() bool { return !d.Hidden }

// OnVisible tells f what Hide says.
func (d *Document) OnVisible(f func(bool)) func() {
	d.seen = append(d.seen, f)
	return func() {}
}

// Hide puts the page out of sight, or back.
func (d *Document) Hide(hidden bool) {
	d.Hidden = hidden
	for _, f := range d.seen {
		f(!hidden)
	}
}

// Post remembers the address.
func (d *Document) Post(path string, _ map[string]string) { d.Posted = append(d.Posted, path) }

// Keep keeps as a browser does.
func (d *Document) Keep(key, value string) {
	if d.Drawer == nil {
		d.Drawer = map[string]string{}
	}
	d.Drawer[key] = value
}

// Kept is what was kept last.
func (d *Document) Kept(key string) string { return d.Drawer[key] }

// KeptKeys lists what is kept.
func (d *Document) KeptKeys(prefix string) (keys []string) {
	for key, value := range d.Drawer {
		if value != "" && strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	return keys
}

// Go remembers the address.
func (d *Document) Go(path string) { d.Went = append(d.Went, path) }

// Focus remembers the element.
func (d *Document) Focus(id string) { d.Focused = append(d.Focused, id) }

// SetTitle remembers the title.
func (d *Document) SetTitle(title string) { d.Title = title }

// CanInstall is as the test says.
func (d *Document) CanInstall() bool { return d.Offer }

// Visit is one page of a test, mounted and running.
type Visit struct {
	Env      *frame.Env
	Document *Document
	House    *House

	t      *testing.T
	engine app.TestEngine
	page   app.Composer
	ctx    app.Context
}

// stand is what a page is mounted in, so that a test can act as the page does.
type stand struct {
	app.Compo
	visit *Visit
	Empty bool
}

// OnPreRender keeps the context events have and begins the page's life: outside a browser the framework calls this in
// place of OnMount.
func (s *stand) OnPreRender(ctx app.Context) {
	s.visit.ctx = ctx
	if m, ok := s.visit.page.(app.Mounter); ok {
		m.OnMount(ctx)
	}
}

// Render shows the page.
func (s *stand) Render() app.UI {
	if s.Empty {
		return app.Div()
	}
	return app.Div().Body(s.visit.page)
}

// Inside runs f in synthetic time with a page of portal made by open, mounted in a house the test has prepared.
func Inside(t *testing.T, h *House, portal live.Portal, open func(*frame.Env) app.Composer, f func(*testing.T, *Visit)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		Speak(t, words.English)
		d := &Document{}
		l := remote.Open(remote.Options{Portal: portal, Build: h.Build, Sockets: h, Page: d, Random: func() float64 { return 0 }})
		env := &frame.Env{Page: d, Wake: wake.None{}, Sound: sound.None{}, Peers: rtc.None{}, Relay: rtc.None{}, Live: l, API: remote.NewAPI(h, nil), Now: time.Now}
		v := &Visit{Env: env, Document: d, House: h, t: t, engine: app.NewTestEngine(), page: open(env)}
		if err := v.engine.Load(&stand{visit: v}); err != nil {
			t.Fatal(err)
		}
		v.Settle()
		f(t, v)
		if err := v.engine.Load(&stand{visit: v, Empty: true}); err != nil {
			t.Fatal(err)
		}
		v.Settle()
		l.Close()
		time.Sleep(time.Minute) // whatever was still waiting gives up
	})
}

// Speak makes l the language of the page.
func Speak(t *testing.T, l words.Language) {
	t.Helper()
	sentences, err := catalogue.Sentences(l)
	if err != nil {
		t.Fatal(err)
	}
	words.Use(words.NewCatalogue(l, sentences))
}

// Settle lets everything happen that is on its way.
func (v *Visit) Settle() {
	for range 6 {
		synctest.Wait()
		v.engine.ConsumeAll()
	}
}

// Later lets time pass.
func (v *Visit) Later(d time.Duration) {
	time.Sleep(d)
	v.Settle()
}

// Act does what an event of the page would do.
func (v *Visit) Act(f func(app.Context)) {
	v.ctx.Dispatch(f)
	v.Settle()
}

// HTML is what the page shows. On no page two elements have the same id.
func (v *Visit) HTML() string {
	v.t.Helper()
	html := app.HTMLString(v.page.(interface{ Render() app.UI }).Render())
	seen := map[string]bool{}
	for _, id := range named.FindAllStringSubmatch(html, -1) {
		if seen[id[1]] {
			v.t.Errorf("two elements are called %q", id[1])
		}
		seen[id[1]] = true
	}
	return html
}

var named = regexp.MustCompile(`<[^>]* id="([^"]*)"`)

var tag, gap = regexp.MustCompile(`<[^>]*>`), regexp.MustCompile(`\s+`)

// Text is what the page says.
func (v *Visit) Text() string { return gap.ReplaceAllString(tag.ReplaceAllString(v.HTML(), " "), " ") }

// Shows fails the test for each part the page's HTML or text lacks.
func (v *Visit) Shows(parts ...string) {
	v.t.Helper()
	html, text := v.HTML(), v.Text()
	for _, part := range parts {
		if !strings.Contains(html, part) && !strings.Contains(text, part) {
			v.t.Errorf("the page lacks %q:\n%s", part, text)
		}
	}
}

// Hides fails the test for each part the page has.
func (v *Visit) Hides(parts ...string) {
	v.t.Helper()
	html, text := v.HTML(), v.Text()
	for _, part := range parts {
		if strings.Contains(html, part) || strings.Contains(text, part) {
			v.t.Errorf("the page has %q:\n%s", part, text)
		}
	}
}

var missing = regexp.MustCompile(`\[[a-z]+\.[a-z0-9.-]+\]`)

// Spoken fails the test when the page has no words for something in any language.
func (v *Visit) Spoken() {
	v.t.Helper()
	for _, l := range words.Languages() {
		Speak(v.t, l)
		if found := missing.FindAllString(v.HTML(), -1); found != nil {
			v.t.Errorf("%s lacks %v", l, found)
		}
	}
	Speak(v.t, words.English)
}
