//go:build !js

package rtc_test

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"

	"hearth/shared/telemetry"
	"hearth/wasm/rtc"
)

// Two peers of a real browser do what two native ones do.
func TestChromium(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium here (Debian package chromium): the browser's own peer connections are not tried")
	}
	dir := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "page.wasm"), "./testdata/page")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the page: %v\n%s", err, out)
	}
	results := make(chan []byte, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<!doctype html><script src="/wasm_exec.js"></script><script>
			const go = new Go();
			WebAssembly.instantiateStreaming(fetch("/page.wasm"), go.importObject).then(r => go.run(r.instance));</script>`)
	})
	mux.HandleFunc("GET /wasm_exec.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(runtime.GOROOT(), "lib", "wasm", "wasm_exec.js"))
	})
	mux.HandleFunc("GET /page.wasm", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(dir, "page.wasm"))
	})
	mux.HandleFunc("POST /result", func(_ http.ResponseWriter, r *http.Request) {
		if b, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, 1<<20)); err == nil {
			results <- b
		}
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	relay, allocations := mustRelay(t)
	browse(t, chromium, filepath.Join(dir, "profile"), server.URL+"/?"+relay)

	var got struct {
		Error     string
		Account   telemetry.Account
		Way       rtc.Way
		RoundTrip time.Duration
		Opened    int
		Offers    int
		PerSecond int
		AfterEnd  string
	}
	select {
	case b := <-results:
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatalf("%s: %v", b, err)
		}
	case <-time.After(90 * time.Second):
		t.Fatal("the page did not report within 90 s")
	}
	t.Logf("%+v, %d relays opened", got, allocations.Load())
	if allocations.Load() < 2 { // of the connection that only searches for ways, and searches anew
		t.Errorf("the browser opened %d relays, want at least 2", allocations.Load())
	}
	a := got.Account
	if got.Error != "" || a.Received == 0 || a.Sent != a.Received+a.Lost || got.Way != rtc.WayDirect || got.Opened != 1 || got.Offers != 2 || got.AfterEnd != string(rtc.StateClosed) {
		t.Errorf("got %+v, want frames on a direct way, balanced books, one control channel throughout, and a closed end", got)
	}
}

// browse opens a page in a browser of its own, which ends with the test, children and all.
func browse(t *testing.T, chromium, profile, url string) {
	t.Helper()
	cmd := exec.Command(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+profile, url)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting chromium: %v", err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
	})
}

// mustRelay opens a TURN server on this machine and counts the relays it opens.
func mustRelay(t *testing.T) (addr string, allocations *atomic.Int64) {
	t.Helper()
	udp, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	allocations = new(atomic.Int64)
	s, err := turn.NewServer(turn.ServerConfig{Realm: "test",
		LoggerFactory: &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled},
		AuthHandler: func(r *turn.RequestAttributes) (string, []byte, bool) {
			return r.Username, turn.GenerateAuthKey(r.Username, r.Realm, "p"), r.Username == "u"
		},
		EventHandler: turn.EventHandler{OnAllocationCreated: func(_, _ net.Addr, _, _, _ string, _ net.Addr, _ int) { allocations.Add(1) }},
		PacketConnConfigs: []turn.PacketConnConfig{{PacketConn: udp,
			RelayAddressGenerator: &turn.RelayAddressGeneratorStatic{RelayAddress: net.IPv4(127, 0, 0, 1), Address: "127.0.0.1"}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return udp.LocalAddr().String(), allocations
}
