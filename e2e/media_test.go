package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"hearth/e2e/stage"
)

// post is a house of nothing but letter boxes: what one page says to another waits there until it is fetched.
type post struct {
	mu    sync.Mutex
	boxes map[string]chan json.RawMessage
}

func (p *post) box(name string) chan json.RawMessage {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.boxes[name] == nil {
		p.boxes[name] = make(chan json.RawMessage, 1000)
	}
	return p.boxes[name]
}

func (p *post) put(w http.ResponseWriter, r *http.Request) {
	if b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20)); err == nil {
		p.box(r.PathValue("name")) <- b
	}
}

func (p *post) fetch(w http.ResponseWriter, r *http.Request) {
	var all []json.RawMessage
	box := p.box(r.PathValue("name"))
	select {
	case b := <-box:
		all = append(all, b)
	case <-r.Context().Done():
		return
	case <-time.After(10 * time.Second):
	}
	for len(box) > 0 {
		all = append(all, <-box)
	}
	_ = json.NewEncoder(w).Encode(all)
}

const mediaPage = `<!doctype html><html lang="en"><title>call</title><body>
<video id="own" width="160"></video><video id="there" width="320"></video><video id="screen" width="320"></video><video id="face" width="320"></video><audio id="heard"></audio>
<button id="go">go</button>
<script src="/wasm_exec.js"></script><script>
document.getElementById("go").onclick = e => act(e.target.dataset.name, e.target.dataset.with || "");
const go = new Go();
WebAssembly.instantiateStreaming(fetch("/page.wasm"), go.importObject).then(r => go.run(r.instance));
</script>`

// openPost serves the page of package media's tests.
func openPost(t *testing.T) (*post, string) {
	t.Helper()
	dir := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "page.wasm"), "../wasm/media/testdata/page")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the page: %v\n%s", err, out)
	}
	p := &post{boxes: map[string]chan json.RawMessage{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, mediaPage)
	})
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /wasm_exec.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(runtime.GOROOT(), "lib", "wasm", "wasm_exec.js"))
	})
	mux.HandleFunc("GET /page.wasm", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, filepath.Join(dir, "page.wasm")) })
	mux.HandleFunc("POST /to/{name}", p.put)
	mux.HandleFunc("GET /of/{name}", p.fetch)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return p, strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
}

// caller is a window with the page in it.
type caller struct{ *stage.Window }

// call opens the page; offers is whether it is the one that offers.
func call(w *stage.Window, url, name, other string, offers bool) caller {
	offer := ""
	if offers {
		offer = "offer"
	}
	w.Goto(fmt.Sprintf("%s/?%s,%s,%s", url, name, other, offer))
	w.UntilData("body", "page", "ready")
	return caller{w}
}

// does lets the page do something, from a press where press is set, and waits for what came of it.
func (c caller) does(press bool, name, with string) string {
	if press {
		stage.Eval[bool](c.Window, fmt.Sprintf("(d => (d.name = %q, d.with = %q, true))(document.getElementById('go').dataset)", name, with))
		stage.Eval[bool](c.Window, fmt.Sprintf("(delete document.body.dataset[%q], true)", name))
		c.Click("#go")
	} else {
		stage.Eval[bool](c.Window, fmt.Sprintf("(act(%q, %q), true)", name, with))
	}
	c.Until(fmt.Sprintf("!['begun', undefined].includes(document.body.dataset[%q])", name))
	return c.Data("body", name)
}

func (c caller) must(t *testing.T, name, with string) {
	t.Helper()
	if got := c.does(false, name, with); got != "done" {
		t.Errorf("%s: %s %s: %s", c.Name, name, with, got)
	}
}

// plays waits until an element's picture goes on.
func (c caller) plays(id string) {
	c.Until(fmt.Sprintf(`new Promise(done => { const e = document.getElementById(%q), at = e.currentTime;
		setTimeout(() => done(e.videoWidth > 0 && e.currentTime > at), 300); })`, id))
}

// flows waits until a line brings something, or no more.
func (c caller) flows(line int, yes bool) {
	c.Until(fmt.Sprintf("(s => s && s.Span > 0 && (s.Lines[%d].In.Kbps > 5) === %v)(window.told?.Stats)", line, yes))
}

// packets waits until as many packets of sound come in a second as are wanted.
func (c caller) packets(want string) {
	c.Until(fmt.Sprintf(`new Promise(done => { const was = told.Stats.Lines[0].In.Packets, since = performance.now();
		setTimeout(() => done((told.Stats.Lines[0].In.Packets - was) * 1000 / (performance.now() - since) %s), 3000); })`, want))
}

func (c caller) number(expression string) float64 { return stage.Eval[float64](c.Window, expression) }

// Two pages hear and see each other: Chromium with Chromium, and Firefox answering Chromium and being answered by it.
func TestMediaLines(t *testing.T) {
	t.Parallel()
	firefox := stage.OpenFirefox(t)
	for _, c := range []struct {
		name  string
		there func(t *testing.T) *stage.Window
		first bool // the first one offers
	}{
		{"chromium", func(t *testing.T) *stage.Window { return stage.Browse(t, "ada", twoCameras) }, true},
		{"firefox answers", func(t *testing.T) *stage.Window { return firefox.Browse("firefox-ada") }, true},
		{"firefox offers", func(t *testing.T) *stage.Window { return firefox.Browse("firefox-eve") }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, url := openPost(t)
			one := call(stage.Browse(t, "bob", twoCameras, openAddresses), url, "bob", "ada", c.first)
			two := call(c.there(t), url, "ada", "bob", !c.first)
			two.For(t)
			mediaStory(t, one, two)
		})
	}
}

// openAddresses lets a browser name its addresses before it may use a camera: nothing here answers for hidden names.
var openAddresses = chromedp.Flag("disable-features", "WebRtcHideLocalIpsWithMdns")

// noCamera says no to every question.
var noCamera = []chromedp.ExecAllocatorOption{chromedp.Flag("use-fake-ui-for-media-stream", false), chromedp.Flag("deny-permission-prompts", true)}

var twoCameras = chromedp.Flag("use-fake-device-for-media-stream", "device-count=2,display-media-type=browser")

func mediaStory(t *testing.T, one, two caller) {
	both := []caller{one, two}
	for _, c := range both {
		c.Until("window.told?.View.State === 'connected'") // the way is there before anything goes through it
	}
	began := time.Now()
	for _, c := range both {
		if got := c.does(true, "start", "mic camera"); got != "done" { // a press, as a person's
			t.Fatalf("%s starts: %s", c.Name, got)
		}
	}
	for _, c := range both {
		c.plays("own")
		c.plays("there")
		c.flows(0, true)
		c.flows(1, true)
		c.Until("told.Level > 0.2") // the fake microphone beeps
		t.Logf("%s hears and sees after %v: %d×%d at %.0f a second, %.0f kbit/s, round trip %.1f ms", c.Name, time.Since(began).Round(time.Millisecond),
			int(c.number("told.Stats.Lines[1].In.Width")), int(c.number("told.Stats.Lines[1].In.Height")), c.number("told.Stats.Lines[1].In.Rate"),
			c.number("told.Stats.Lines[1].In.Kbps"), c.number("told.Stats.RoundTrip / 1e6"))
	}
	if a, b := stage.Eval[[]string](one.Window, "told.Prints"), stage.Eval[[]string](two.Window, "told.Prints"); a[0] == "" || a[0] != b[1] || a[1] != b[0] {
		t.Errorf("fingerprints %v and %v, want the same two", a, b)
	}

	t.Log("muted is silent, and heard again")
	one.must(t, "mute", "audio")
	two.Until("told.Level < 0.05")
	one.must(t, "mode", "plain") // another track: still muted
	one.Until("told.State.Mode === 'plain' && told.State.Mic.Live && !told.State.Mic.On")
	two.Until("told.Level < 0.05")
	one.must(t, "unmute", "audio")
	two.Until("told.Level > 0.2")
	one.must(t, "mute", "camera")
	two.flows(1, false)
	one.plays("own") // kept, for nobody but oneself: not asked for again
	one.must(t, "unmute", "camera")
	two.flows(1, true)

	t.Log("the camera is turned round twenty times")
	first := one.text("told.State.Camera.Device")
	one.must(t, "flips", "19")
	one.Until(fmt.Sprintf("told.State.Camera.Live && told.State.Camera.Device !== %q", first))
	one.must(t, "flip", "")
	two.flows(1, true)
	two.plays("there")

	t.Log("a screen is shown, and no more")
	if got := one.does(true, "share", ""); got != "done" {
		t.Errorf("sharing a screen: %s", got)
	}
	two.plays("screen")
	two.flows(2, true)
	one.must(t, "end", "screen") // the browser's own button
	two.flows(2, false)
	one.Until("!told.State.Screen.Live && !told.State.Screen.Wanted")

	t.Log("what the system took comes back by itself, muted as it was")
	one.must(t, "mute", "audio")
	one.must(t, "end", "audio")
	one.must(t, "end", "camera")
	one.Until("told.State.Mic.Live && told.State.Camera.Live && !told.State.Mic.On && told.State.Camera.On")
	two.flows(1, true)
	one.must(t, "unmute", "audio")
	two.Until("told.Level > 0.2")

	t.Log("less is sent when less is asked for")
	wide := two.number("told.Stats.Lines[1].In.Width")
	one.must(t, "shape", `{"Bits":100000,"Scale":2,"Rate":10,"Keep":"maintain-framerate"}`)
	two.Until(fmt.Sprintf("told.Stats.Lines[1].In.Width <= %v && told.Stats.Lines[1].In.Kbps < 150 && told.Stats.Lines[1].In.Rate < 13", wide/2))
	one.must(t, "shape", `{"Paused":true}`)
	two.flows(1, false)
	one.must(t, "shape", `{}`)
	two.flows(1, true)

	t.Log("sound goes in longer packets, from either side, and still does after a way was looked for anew")
	for _, c := range both {
		c.must(t, "sound", `{"Bits":16000,"Packet":60000000}`)
	}
	two.packets("< 25")
	one.packets("> 1")
	one.must(t, "anew", "")
	for _, c := range both {
		c.plays("there")
	}
	two.packets("< 25")
	for _, c := range both {
		c.must(t, "sound", `{}`)
	}
	two.packets("> 40")

	for _, c := range both { // every browser tells what the page shows
		c.Until(`(l => l[0].In.Jitter > 0 && l[0].In.Buffered > 0 && l[0].Out.Kbps > 0 && l[0].Out.RoundTrip > 0 &&
			l[1].In.Rate > 0 && l[1].In.Width > 0 && l[1].Out.Rate > 0 && l[1].Out.Width > 0 && l[1].Out.Packets > 0)(told.Stats.Lines)`)
	}
	t.Log("a way that is looked for anew brings the same")
	one.must(t, "anew", "")
	for _, c := range both {
		c.flows(0, true)
		c.flows(1, true)
	}
	two.must(t, "redraw", "there")
	two.plays("there")

	for _, c := range both {
		c.must(t, "close", "")
	}
}

func (c caller) text(expression string) string { return stage.Eval[string](c.Window, expression) }
