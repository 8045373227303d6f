package stage

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"hearth/backend/leftover"
)

// BrowseWebKit opens a window of WebKitGTK, the engine Safari is made of, for somebody. Why is not empty when this machine
// has none. What its console complains about cannot be heard: its driver has no words for it.
func BrowseWebKit(t *testing.T, name string) (w *Window, why string) {
	t.Helper()
	browsers, _ := filepath.Glob("/usr/lib/*/webkit2gtk-4.*/MiniBrowser")
	driver, err := exec.LookPath("WebKitWebDriver")
	if err != nil || len(browsers) == 0 {
		return nil, "no WebKitGTK with its driver here: .ci/needs installs it"
	}
	if _, err := exec.LookPath("Xvfb"); err != nil {
		return nil, "no Xvfb here, and WebKitGTK needs a screen: .ci/needs installs it"
	}
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	k := &webkit{base: "http://" + drive(t, driver, screen(t))}
	w = &Window{Name: name, t: t, ctx: context.Background(), engine: k}
	w.do("start WebKit", func(context.Context) error { return k.begin(ctx, browsers[0]) })
	t.Cleanup(func() { _ = k.call(context.Background(), "DELETE", "", nil, nil) })
	t.Cleanup(w.finish)
	return w, ""
}

// screen starts a screen nobody sees and returns its name. It says the number it found free on its descriptor 3.
func screen(t *testing.T) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1440x1000x24", "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{w}
	stop, err := leftover.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	t.Cleanup(stop)
	_ = r.SetReadDeadline(time.Now().Add(Patience))
	number, err := bufio.NewReader(r).ReadString('\n') // it writes the end of the line by itself, and dies of a reader who left
	if err != nil {
		t.Fatalf("the screen does not say its number: %v", err)
	}
	return ":" + strings.TrimSpace(number)
}

// drive starts the driver on a free port and returns its address.
func drive(t *testing.T, driver, display string) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	home := t.TempDir()
	cmd := exec.Command(driver, "--port="+strconv.Itoa(port))
	cmd.Env = append(os.Environ(), "DISPLAY="+display, "GDK_BACKEND=x11", "LIBGL_ALWAYS_SOFTWARE=1", "NO_AT_BRIDGE=1",
		"HOME="+home, "XDG_RUNTIME_DIR="+home, "XDG_CACHE_HOME="+home, "XDG_DATA_HOME="+home, "XDG_CONFIG_HOME="+home)
	stop, err := leftover.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	for end := time.Now().Add(Patience); ; {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return address
		}
		if time.Now().After(end) {
			t.Fatalf("WebKit's driver does not listen: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// webkit is a session of WebDriver (https://www.w3.org/TR/webdriver2/), with one window.
type webkit struct{ base, session string }

func (k *webkit) begin(ctx context.Context, browser string) error {
	var made struct{ SessionID string }
	err := k.call(ctx, "POST", "", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"webkitgtk:browserOptions": map[string]any{"binary": browser, "args": []string{"--automation"}},
	}}}, &made)
	k.session = "/" + made.SessionID
	return err
}

// call asks for a command of the session and reads its value into out (nil: nothing of interest).
func (k *webkit) call(ctx context.Context, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	if in == nil {
		body = nil
	}
	req, err := http.NewRequestWithContext(ctx, method, k.base+"/session"+k.session+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", method, path, said)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(said, &struct{ Value any }{out})
}

func (k *webkit) eval(ctx context.Context, expression string) (json.RawMessage, error) {
	var text *string
	script := "const done = arguments[0]; " + asJSON(expression) + ".then(v => done([v]), e => done(String(e)))"
	var raw json.RawMessage
	if err := k.call(ctx, "POST", "/execute/async", map[string]any{"script": script, "args": []any{}}, &raw); err != nil {
		return nil, err
	}
	var good []*string
	if json.Unmarshal(raw, &good) != nil || len(good) != 1 {
		return nil, fmt.Errorf("the page says %s", raw)
	}
	if text = good[0]; text == nil {
		return nil, nil
	}
	return json.RawMessage(*text), nil
}

func (k *webkit) open(ctx context.Context, url string) error {
	return k.call(ctx, "POST", "/url", map[string]any{"url": url}, nil)
}

func (k *webkit) reload(ctx context.Context) error {
	return k.call(ctx, "POST", "/refresh", map[string]any{}, nil)
}

// element is the key an element's name stands under: section 12.1 of the specification.
const element = "element-6066-11e4-a52e-4f735466cecf"

func (k *webkit) click(ctx context.Context, selector string) error {
	var found map[string]string
	if err := k.call(ctx, "POST", "/element", map[string]any{"using": "css selector", "value": selector}, &found); err != nil {
		return err
	}
	return k.call(ctx, "POST", "/element/"+found[element]+"/click", map[string]any{}, nil)
}

func (k *webkit) press(ctx context.Context, keys string) error {
	var actions []map[string]any
	for _, key := range webDriver(keys) {
		actions = append(actions, map[string]any{"type": "keyDown", "value": key}, map[string]any{"type": "keyUp", "value": key})
	}
	return k.call(ctx, "POST", "/actions", map[string]any{"actions": []map[string]any{{"type": "key", "id": "key", "actions": actions}}}, nil)
}

func (k *webkit) capture(ctx context.Context) (png []byte, err error) {
	err = k.call(ctx, "GET", "/screenshot", nil, &png)
	return png, err
}

// size makes the window so large; a phone is only narrow.
func (k *webkit) size(ctx context.Context, width, height int64, _ bool) error {
	return k.call(ctx, "POST", "/window/rect", map[string]any{"x": 0, "y": 0, "width": width, "height": height}, nil)
}

func (k *webkit) before(context.Context, string) error {
	return fmt.Errorf("WebDriver has no scripts that run before a page's own")
}
