package stage

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Patience is how long a condition may take before a test gives up. It is generous on purpose: figures belong to
// benchmarks, and a shared machine may be slow.
const Patience = 60 * time.Second

// Window is one person's browser with one tab: its own profile, so nobody shares cookies with anybody.
type Window struct {
	Name    string
	Follows string // a part of the page that chooses light or dark by itself, after the page's theme; "" for none
	t       *testing.T
	ctx     context.Context
	engine  engine

	mu       sync.Mutex
	console  []string
	expected []string
}

// Browse opens a browser for somebody. Flags are added to the command line.
func Browse(t *testing.T, name string, flags ...chromedp.ExecAllocatorOption) *Window {
	t.Helper()
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), append(options(t), flags...)...)
	ctx, close := chromedp.NewContext(ctx)
	t.Cleanup(func() { close(); cancel() })
	w := &Window{Name: name, t: t, ctx: ctx, engine: chromium{}}
	late := time.AfterFunc(Patience, close) // a context that ends would take the browser with it
	if err := chromedp.Do(ctx); !late.Stop() || err != nil {
		t.Fatalf("start a browser for %s: %v", name, err)
	}
	go w.listen(chromedp.Console(ctx))
	t.Cleanup(w.finish)
	return w
}

// Tab opens another tab in the same browser: the same person, the same cookies.
func (w *Window) Tab(name string) *Window {
	w.t.Helper()
	ctx, close := chromedp.NewContext(w.ctx)
	w.t.Cleanup(close)
	tab := &Window{Name: name, t: w.t, ctx: ctx, engine: chromium{}}
	if err := chromedp.Do(ctx); err != nil {
		w.t.Fatalf("open a tab for %s: %v", name, err)
	}
	go tab.listen(chromedp.Console(ctx))
	w.t.Cleanup(tab.finish)
	return tab
}

// Chromium is the path of the machine's browser.
func Chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	t.Fatal("no Chromium here: .ci/needs installs it")
	return ""
}

func options(t *testing.T) []chromedp.ExecAllocatorOption {
	t.Helper()
	return append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(Chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 800),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "en-GB"), chromedp.Flag("autoplay-policy", "no-user-gesture-required"),
		chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", true))
}

// For lets failures belong to a subtest until it ends.
func (w *Window) For(t *testing.T) {
	t.Helper()
	whole := w.t
	w.t = t
	t.Cleanup(func() {
		w.pictureOfFailure()
		w.t = whole
	})
}

// listen writes down what the console complains about.
func (w *Window) listen(messages iter.Seq2[chromedp.ConsoleMessage, error]) {
	for m, err := range messages {
		if err != nil {
			return
		}
		if m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleException {
			w.mu.Lock()
			w.console = append(w.console, fmt.Sprintf("%s (%s)", m.Text, m.URL))
			w.mu.Unlock()
		}
	}
}

// Expect names a complaint that belongs to what the test does, such as a server that is away.
func (w *Window) Expect(part ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.expected = append(w.expected, part...)
}

// finish fails the test for every complaint nobody expected, and leaves a picture of a failed test.
func (w *Window) finish() {
	w.pictureOfFailure()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, line := range w.console {
		if !w.knows(line) {
			w.t.Errorf("%s: the console says: %s", w.Name, line)
		}
	}
}

// pictureOfFailure keeps what a window of a failed test shows; others have windows of the same name at the same time.
func (w *Window) pictureOfFailure() {
	if w.t.Failed() {
		w.picture("failed-" + strings.ReplaceAll(w.t.Name(), "/", "-") + "-" + w.Name)
	}
}

// knows reports whether a complaint belongs to the test, or to the machine: other tests make networks beside this one, and a house
// that had no time says so (503).
func (w *Window) knows(line string) bool {
	if _, is := stalled.Load(ofTest(w.t)); is && strings.Contains(line, "503") || strings.Contains(line, "ERR_NETWORK_CHANGED") {
		return true
	}
	for _, part := range w.expected {
		if strings.Contains(line, part) {
			return true
		}
	}
	return false
}

// do runs one step and fails the test with what was meant.
func (w *Window) do(what string, step func(context.Context) error) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, Patience)
	defer cancel()
	if err := step(ctx); err != nil {
		w.t.Fatalf("%s: %s: %v\n%s", w.Name, what, err, w.said())
	}
}

// Call has Chromium do for this tab what this package has no word for, and fails the test when it refuses or says nothing.
func Call[P, R any](w *Window, command cdp.Command[P, R], params P) R {
	w.t.Helper()
	return called(w, params, func(ctx context.Context) (R, error) { return chromedp.Call(ctx, command, params) })
}

// CallBrowser is Call for what is of the whole browser.
func CallBrowser[P, R any](w *Window, command cdp.Command[P, R], params P) R {
	w.t.Helper()
	return called(w, params, func(ctx context.Context) (R, error) { return chromedp.CallBrowser(ctx, command, params) })
}

func called[R any](w *Window, params any, call func(context.Context) (R, error)) (said R) {
	w.t.Helper()
	w.do(fmt.Sprintf("%T", params), func(ctx context.Context) (err error) {
		said, err = call(ctx)
		return err
	})
	return said
}

// Goto opens an address.
func (w *Window) Goto(url string) {
	w.t.Helper()
	w.do("go to a page", func(ctx context.Context) error { return w.engine.open(ctx, url) })
}

// Reload loads the page anew.
func (w *Window) Reload() {
	w.t.Helper()
	w.do("reload", w.engine.reload)
}

// Fill replaces what an input holds, key by key as a person would.
func (w *Window) Fill(selector, text string) {
	w.t.Helper()
	w.Until(fmt.Sprintf("!!document.querySelector(%q)", selector))
	Eval[bool](w, fmt.Sprintf("(e => (e.focus(), e.select(), true))(document.querySelector(%q))", selector))
	keys := text
	if keys == "" {
		keys = kb.Delete
	}
	w.do("fill "+selector, func(ctx context.Context) error { return w.engine.press(ctx, keys) })
}

// Choose picks an entry of a list once it has it, as the list itself would say it: by its place, for one of no value says its words.
func (w *Window) Choose(selector, value string) {
	w.t.Helper()
	w.Until(fmt.Sprintf(`((e, value) => {
		const at = [...(e?.options ?? [])].findIndex(o => (o.getAttribute("value") ?? "") === value);
		if (at < 0) return false;
		e.selectedIndex = at;
		for (const kind of ["input", "change"]) e.dispatchEvent(new Event(kind, {bubbles: true}));
		return true;
	})(document.querySelector(%q), %q)`, selector, value))
}

// Until waits until a script's expression, or what it promises, is true. A page that is just being left or entered answers
// nothing; it is asked again.
func (w *Window) Until(condition string) {
	w.t.Helper()
	w.until("(async () => !!(await ("+condition+")))()", func(yes json.RawMessage) bool { return string(yes) == "true" })
}

// until evaluates an expression until what it says is enough.
func (w *Window) until(expression string, enough func(json.RawMessage) bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, Patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	var last error
	for {
		said, err := w.engine.eval(ctx, expression)
		if err == nil && enough(said) {
			return
		}
		if ctx.Err() == nil {
			last = err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			w.t.Fatalf("%s: waited for %.600s (last error: %v)\npage says: %.600s\nconsole: %v", w.Name, expression, last, w.Text("body"), w.said())
		}
	}
}

// said is what the console complained about so far.
func (w *Window) said() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.console...)
}

// UntilText waits until an element says something.
func (w *Window) UntilText(selector, part string) {
	w.t.Helper()
	w.Until(fmt.Sprintf("[...document.querySelectorAll(%q)].some(e => e.textContent.includes(%q))", selector, part))
}

// Text is what an element says, "" when there is none.
func (w *Window) Text(selector string) string {
	w.t.Helper()
	return Eval[string](w, fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", selector))
}

// Data is a data attribute of the first element a selector finds, "" when there is none.
func (w *Window) Data(selector, name string) string {
	w.t.Helper()
	return Eval[string](w, fmt.Sprintf("document.querySelector(%q)?.dataset[%q] ?? ''", selector, name))
}

// UntilData waits until a data attribute has a value.
func (w *Window) UntilData(selector, name, value string) {
	w.t.Helper()
	w.Until(fmt.Sprintf("document.querySelector(%q)?.dataset[%q] === %q", selector, name, value))
}

// UntilAt waits until the address has this path.
func (w *Window) UntilAt(path string) {
	w.t.Helper()
	w.Until(fmt.Sprintf("document.readyState === 'complete' && location.pathname === %q", path))
}

// ComeIn opens a demo link, presses its one button, and then opens a page of this person's: "" stays where the house
// leads.
func (w *Window) ComeIn(link, path string) {
	w.t.Helper()
	w.Goto(link)
	w.Click("button[type=submit]")
	w.Until("document.readyState === 'complete' && !location.pathname.startsWith('/demo/')")
	if path != "" {
		w.Goto(Eval[string](w, "location.origin") + path)
	}
}

// SignOut signs out by the menu of the account. What the page is reading just then finds nobody signed in any more when it
// reaches the house behind the signing out: the page says nothing of it, Chromium's console does. The menu is opened once it
// says whose it is: a page that first asks who looks at it puts its own in the place of the first.
func (w *Window) SignOut() {
	w.t.Helper()
	w.Until("!!document.querySelector('details.account .strong')?.textContent")
	Eval[bool](w, "(document.querySelector('details.account').open = true)")
	w.Expect("401 (Unauthorized)")
	w.Click("#sign-out")
}

// Key presses a key as the keyboard does, wherever the focus is.
func (w *Window) Key(key string) {
	w.t.Helper()
	w.do("press "+key, func(ctx context.Context) error { return w.engine.press(ctx, key) })
}

// Forget clears what the browser keeps of the house but its cookies: files, compiled code, workers and what pages wrote.
func (w *Window) Forget() {
	w.t.Helper()
	origin := Eval[string](w, "location.origin")
	w.Goto("about:blank")
	Call(w, network.ClearBrowserCache, cdp.Empty{})
	Call(w, storage.ClearDataForOrigin, storage.ClearDataForOriginParams{Origin: origin,
		StorageTypes: "cache_storage,service_workers,local_storage,indexeddb,file_systems,shader_cache"})
}

// NoScripts switches scripts off, or on again.
func (w *Window) NoScripts(off bool) {
	w.t.Helper()
	Call(w, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off})
}

// Eval evaluates a script's expression in the page.
func Eval[T any](w *Window, expression string) T {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, Patience)
	defer cancel()
	raw, err := w.engine.eval(ctx, expression)
	var v *T
	if err == nil {
		err = json.Unmarshal(raw, &v)
	}
	if err != nil || v == nil {
		w.t.Fatalf("%s: evaluate %.200s: %.200s (%v)", w.Name, expression, raw, err)
	}
	return *v
}

// Size makes the tab as large as a device; a phone also gets a finger and a dense screen.
func (w *Window) Size(width, height int64, phone bool) {
	w.t.Helper()
	w.do("change its size", func(ctx context.Context) error { return w.engine.size(ctx, width, height, phone) })
}
