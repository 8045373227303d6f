package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"hearth/e2e/stage"
)

// TestFiguresOfSignals runs the benchmarks of the signals' rooms as WebAssembly in a page of Chromium, where they work for
// people, and prints them. Like TestFigures it judges nothing.
func TestFiguresOfSignals(t *testing.T) {
	if !*figures {
		t.Skip("figures are measured with -figures only")
	}
	dir := t.TempDir()
	glue, err := os.ReadFile(filepath.Join(runtime.GOROOT(), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "wasm_exec.js"), glue, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "index.html"), []byte(benchPage), 0o644); err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 1)
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServer(http.Dir(dir)))
	mux.HandleFunc("POST /said", func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		said <- string(b)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	w := stage.Browse(t, "bench")
	w.Expect("Go program has already exited") // the test program ends while its timers are set
	for _, room := range []string{"ecg", "hrv", "motion", "stress", "measure"} {
		build := exec.Command("go", "test", "-c", "-o", filepath.Join(dir, "test.wasm"), "../shared/"+room)
		build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("building %s: %v\n%s", room, err, out)
		}
		w.Goto(server.URL)
		select {
		case all := <-said:
			for line := range strings.Lines(all) {
				if strings.HasPrefix(line, "Benchmark") {
					fmt.Printf("%-8s %s", room, line)
				}
			}
		case <-time.After(5 * time.Minute):
			t.Fatalf("%s: the page says nothing", room)
		}
	}
}

// benchPage runs a test program's benchmarks and tells the server what it wrote.
const benchPage = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Benchmarks</title><script src="wasm_exec.js"></script><script>
let said = "";
globalThis.fs.writeSync = (_, bytes) => { said += new TextDecoder().decode(bytes); return bytes.length; };
(async () => {
	const go = new Go();
	go.argv = ["test", "-test.run=^$", "-test.bench=.", "-test.benchtime=300ms"];
	const program = await WebAssembly.instantiateStreaming(fetch("test.wasm"), go.importObject);
	await go.run(program.instance);
	await fetch("said", {method: "POST", body: said});
})();
</script>`
