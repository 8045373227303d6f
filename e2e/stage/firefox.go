package stage

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"hearth/backend/leftover"
)

// Firefox is a running Firefox. Its windows belong to people who share nothing: each has cookies of its own.
type Firefox struct {
	t    *testing.T
	bidi *bidi

	mu      sync.Mutex         // guards what follows
	windows map[string]*Window // by the protocol's name of the tab
}

// settings are what a test's Firefox does unlike a person's: it has a loudspeaker nobody hears, because an audio context
// begins nowhere without one, and asks nobody on the internet for anything. Its camera and microphone are made up, and nobody is asked for them. When it may play and how it connects to other
// pages is left as people have it.
const settings = `
user_pref("media.cubeb.force_mock_context", true);
user_pref("media.navigator.streams.fake", true);
user_pref("media.navigator.permission.disabled", true);
user_pref("intl.accept_languages", "en-GB,en");
user_pref("app.normandy.enabled", false);
user_pref("nimbus.rollouts.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("extensions.systemAddon.update.enabled", false);
`

// OpenFirefox starts a Firefox; more are lines of further settings.
func OpenFirefox(t *testing.T, more ...string) *Firefox {
	t.Helper()
	path, err := exec.LookPath("firefox-esr")
	if err != nil {
		if path, err = exec.LookPath("firefox"); err != nil {
			t.Fatal("no Firefox here: .ci/needs installs it")
		}
	}
	profile := t.TempDir()
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(settings+strings.Join(more, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0", "about:blank")
	cmd.Env = append(os.Environ(), "HOME="+profile, "MOZ_CRASHREPORTER_DISABLE=1")
	address, err := spoken(t, cmd, regexp.MustCompile(`WebDriver BiDi listening on (ws://\S+)`))
	if err != nil {
		t.Fatalf("start Firefox: %v", err)
	}
	f := &Firefox{t: t, windows: map[string]*Window{}}
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	if f.bidi, err = converse(ctx, address+"/session", f.hear); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.bidi.close)
	if err := f.bidi.call(ctx, "session.subscribe", map[string]any{"events": []string{"log.entryAdded"}}, nil); err != nil {
		t.Fatal(err)
	}
	return f
}

// spoken starts a program that ends with the test, and waits until it says where it listens.
func spoken(t *testing.T, cmd *exec.Cmd, where *regexp.Regexp) (string, error) {
	t.Helper()
	out, err := cmd.StderrPipe()
	if err != nil {
		return "", err
	}
	stop, err := leftover.Start(cmd)
	if err != nil {
		return "", err
	}
	said := make(chan string, 1)
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if found := where.FindStringSubmatch(lines.Text()); found != nil {
				said <- found[1]
			}
		}
	}()
	t.Cleanup(func() {
		stop()
		<-read
	})
	select {
	case address := <-said:
		return address, nil
	case <-read:
		return "", errors.New("it ended at once")
	case <-time.After(Patience):
		return "", errors.New("it does not say where it listens")
	}
}

// Browse opens a window for somebody.
func (f *Firefox) Browse(name string) *Window {
	f.t.Helper()
	var person struct {
		Context string `json:"userContext"`
	}
	var tab struct {
		Context string `json:"context"`
	}
	w := &Window{Name: name, t: f.t, ctx: context.Background()}
	w.do("become somebody", func(ctx context.Context) error {
		return f.bidi.call(ctx, "browser.createUserContext", map[string]any{}, &person)
	})
	// A window, not a tab: a tab behind another draws nothing and waits long.
	w.do("open a window", func(ctx context.Context) error {
		return f.bidi.call(ctx, "browsingContext.create", map[string]any{"type": "window", "userContext": person.Context}, &tab)
	})
	w.engine = gecko{f.bidi, tab.Context}
	f.mu.Lock()
	f.windows[tab.Context] = w
	f.mu.Unlock()
	f.t.Cleanup(w.finish)
	w.Before(`addEventListener("securitypolicyviolation", e => console.error("the policy forbids", e.violatedDirective, e.blockedURI))`)
	w.Size(1280, 800, false)
	return w
}

// hear writes down what a window's console complains about.
func (f *Firefox) hear(method string, params json.RawMessage) {
	var entry struct {
		Level, Text string
		Source      struct{ Context string }
	}
	if method != "log.entryAdded" || json.Unmarshal(params, &entry) != nil || entry.Level != "error" {
		return
	}
	f.mu.Lock()
	w := f.windows[entry.Source.Context]
	f.mu.Unlock()
	if w != nil {
		w.mu.Lock()
		w.console = append(w.console, entry.Text)
		w.mu.Unlock()
	}
}

// gecko is a tab of Firefox.
type gecko struct {
	bidi *bidi
	tab  string
}

// evaluated is the result of script.evaluate, as far as it is needed.
type evaluated struct {
	Type   string
	Result struct {
		Type     string
		Value    json.RawMessage
		SharedID string `json:"sharedId"`
	}
	Details struct{ Text string } `json:"exceptionDetails"`
}

func (g gecko) call(ctx context.Context, method string, params map[string]any, out any) error {
	params["context"] = g.tab
	return g.bidi.call(ctx, method, params, out)
}

func (g gecko) script(ctx context.Context, expression string) (found evaluated, err error) {
	err = g.bidi.call(ctx, "script.evaluate", map[string]any{
		"expression": expression, "awaitPromise": true, "target": map[string]any{"context": g.tab},
	}, &found)
	if err == nil && found.Type == "exception" {
		err = errors.New(found.Details.Text)
	}
	return found, err
}

func (g gecko) eval(ctx context.Context, expression string) (json.RawMessage, error) {
	found, err := g.script(ctx, asJSON(expression))
	if err != nil || found.Result.Type != "string" {
		return nil, err
	}
	var text string
	err = json.Unmarshal(found.Result.Value, &text)
	return json.RawMessage(text), err
}

// asJSON is an expression for the same value written as JSON, and for nothing when it is undefined.
func asJSON(expression string) string {
	return "(async () => JSON.stringify(await (" + expression + ")))()"
}

func (g gecko) open(ctx context.Context, url string) error {
	return g.call(ctx, "browsingContext.navigate", map[string]any{"url": url, "wait": "complete"}, nil)
}

func (g gecko) reload(ctx context.Context) error {
	return g.call(ctx, "browsingContext.reload", map[string]any{"wait": "complete"}, nil)
}

func (g gecko) click(ctx context.Context, selector string) error {
	found, err := g.script(ctx, fmt.Sprintf(`(e => { e.scrollIntoView({block: "center", behavior: "instant"}); return e })(document.querySelector(%q))`, selector))
	if err != nil {
		return err
	}
	middle := map[string]any{"type": "element", "element": map[string]any{"sharedId": found.Result.SharedID}}
	return g.act(ctx, "pointer",
		map[string]any{"type": "pointerMove", "x": 0, "y": 0, "origin": middle},
		map[string]any{"type": "pointerDown", "button": 0}, map[string]any{"type": "pointerUp", "button": 0})
}

func (g gecko) act(ctx context.Context, kind string, actions ...map[string]any) error {
	return g.call(ctx, "input.performActions", map[string]any{
		"actions": []map[string]any{{"type": kind, "id": kind, "actions": actions}},
	}, nil)
}

func (g gecko) press(ctx context.Context, keys string) error {
	var actions []map[string]any
	for _, key := range webDriver(keys) {
		actions = append(actions, map[string]any{"type": "keyDown", "value": key}, map[string]any{"type": "keyUp", "value": key})
	}
	return g.act(ctx, "key", actions...)
}

func (g gecko) capture(ctx context.Context) ([]byte, error) {
	var picture struct{ Data []byte }
	err := g.call(ctx, "browsingContext.captureScreenshot", map[string]any{}, &picture)
	return picture.Data, err
}

func (g gecko) size(ctx context.Context, width, height int64, phone bool) error {
	return g.call(ctx, "browsingContext.setViewport", map[string]any{
		"viewport": map[string]any{"width": width, "height": height}, "devicePixelRatio": density(phone),
	}, nil)
}

func (g gecko) before(ctx context.Context, script string) error {
	return g.bidi.call(ctx, "script.addPreloadScript", map[string]any{
		"functionDeclaration": "() => {" + script + "}", "contexts": []string{g.tab},
	}, nil)
}

// webDriver spells keys as WebDriver does (section 17.4.2 of its specification), one a string.
func webDriver(keys string) (spelt []string) {
	names := map[string]string{kb.Enter: "\ue006", kb.Tab: "\ue004", kb.Escape: "\ue00c", kb.Delete: "\ue017",
		kb.ArrowLeft: "\ue012", kb.ArrowUp: "\ue013", kb.ArrowRight: "\ue014", kb.ArrowDown: "\ue015"}
	for _, r := range keys {
		key := string(r)
		if name, special := names[key]; special {
			key = name
		}
		spelt = append(spelt, key)
	}
	return spelt
}
