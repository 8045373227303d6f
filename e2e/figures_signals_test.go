package e2e

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"hearth/e2e/stage"
)

// TestFiguresOfSignals runs the benchmarks of the signals' rooms as WebAssembly in a page of Chromium, where they work for
// people, and prints the median of five runs of each. Like TestFigures it judges nothing.
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
			for _, line := range medians(all) {
				fmt.Printf("%-8s %s", room, line)
			}
		case <-time.After(5 * time.Minute):
			t.Fatalf("%s: the page says nothing", room)
		}
	}
}

// medians are the lines of a benchmark's output, the middle one of each name by what an operation took.
func medians(all string) (list []string) {
	runs, names := map[string][]string{}, []string(nil)
	for line := range strings.Lines(all) {
		words := strings.Fields(line)
		if len(words) < 4 || !strings.HasPrefix(line, "Benchmark") {
			continue
		}
		if runs[words[0]] == nil {
			names = append(names, words[0])
		}
		runs[words[0]] = append(runs[words[0]], line)
	}
	took := func(line string) float64 {
		ns, _ := strconv.ParseFloat(strings.Fields(line)[2], 64) // name, times, ns/op
		return ns
	}
	for _, name := range names {
		of := runs[name]
		slices.SortFunc(of, func(a, b string) int { return cmp.Compare(took(a), took(b)) })
		list = append(list, of[len(of)/2])
	}
	return list
}

// benchPage runs a test program's benchmarks and tells the server what it wrote.
const benchPage = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Benchmarks</title><script src="wasm_exec.js"></script><script>
let said = "";
globalThis.fs.writeSync = (_, bytes) => { said += new TextDecoder().decode(bytes); return bytes.length; };
(async () => {
	const go = new Go();
	go.argv = ["test", "-test.run=^$", "-test.bench=.", "-test.benchtime=300ms", "-test.count=5"];
	const program = await WebAssembly.instantiateStreaming(fetch("test.wasm"), go.importObject);
	await go.run(program.instance);
	await fetch("said", {method: "POST", body: said});
})();
</script>`
