// Command build makes the pages' program: it compiles ./wasm for the browser, compresses it and puts it beside the
// starter of the same Go toolchain into assets/built, where the house embeds it. It needs nothing but Go.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
)

// budget is what the compressed program may weigh: 2.0 MB, about seven seconds on a bad line.
const budget = 2_000_000

func main() {
	out := flag.String("out", "assets/built", "folder to write to")
	level := flag.Int("level", 11, "brotli level, 0 to 11; lower is quicker to build and slower to load")
	flag.Parse()
	if err := run(*out, *level); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(out string, level int) error {
	began := time.Now()
	raw := filepath.Join(out, "app.wasm")
	defer os.Remove(raw) // the house embeds only the compressed forms
	if err := compile(raw); err != nil {
		return err
	}
	program, err := os.ReadFile(raw)
	if err != nil {
		return err
	}
	if program, err = joined(program); err != nil {
		return fmt.Errorf("join the program's memory: %w", err)
	}
	sum := sha256.Sum256(program)
	note := fmt.Sprintf(`{"Hash":%q,"Size":%d,"Level":%d}`, strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10])), len(program), level)
	if same(out, note) {
		fmt.Printf("pages unchanged: %s\n", describe(out, len(program)))
		return date(out, began)
	}
	if err := write(out, program, level, note); err != nil {
		return err
	}
	fmt.Printf("pages built: %s\n", describe(out, len(program)))
	return errors.Join(date(out, began), check(out, level))
}

// hot is what works at the rate of samples, packets or pictures, and what all that stands on. Only here the compiler may
// put small functions into their callers; elsewhere a call costs nothing anybody feels, and its copies 93 kB of every first
// visit.
var hot = []string{
	"runtime", "internal/...", "sync...", "math...", "syscall/js",
	"hearth/shared/...", "hearth/wasm/...", "hearth/app/chart",
}

// compile builds ./wasm. The flags: the copy of the framework without what it can do without; no paths and debug names, and
// nothing of the commit, because browsers fetch the program anew when it has changed, and only then; -l for no functions put
// into their callers, taken back for what is hot (the last pattern that fits a package counts).
func compile(to string) error {
	modfile, err := trimmed()
	if err != nil {
		return err
	}
	args := []string{"build", "-modfile=" + modfile, "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-gcflags=all=-l"}
	for _, packages := range hot {
		args = append(args, "-gcflags="+packages+"=")
	}
	cmd := exec.Command("go", append(args, "-o", to, "./wasm")...)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

// same reports whether out already holds this very program at this level.
func same(out, note string) bool {
	old, err := os.ReadFile(filepath.Join(out, "build.json"))
	if err != nil || !json.Valid(old) {
		return false
	}
	_, err = os.Stat(filepath.Join(out, "app.wasm.br"))
	return err == nil && string(old) == note
}

// write puts the note last, so that a build broken off is not taken for a whole one.
func write(out string, program []byte, level int, note string) error {
	os.Remove(filepath.Join(out, "build.json"))
	starter, err := starter()
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"app.wasm.gz": gzipped(program), "app.wasm.br": brotlied(program, level), "wasm_exec.js": starter,
	} {
		if err := os.WriteFile(filepath.Join(out, name), content, 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(out, "build.json"), []byte(note), 0o644)
}

// date lets the note say when its sources were read; the browser tests refuse pages older than their sources.
func date(out string, began time.Time) error {
	return os.Chtimes(filepath.Join(out, "build.json"), began, began)
}

// starter reads the script that starts a Go program in a browser; it must come from the toolchain that compiled it.
func starter() ([]byte, error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("find the Go toolchain: %w", err)
	}
	return os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
}

func describe(out string, raw int) string {
	info, err := os.Stat(filepath.Join(out, "app.wasm.br"))
	if err != nil {
		return fmt.Sprintf("%d bytes", raw)
	}
	return fmt.Sprintf("%d bytes, %d compressed", raw, info.Size())
}

// check holds the program to its budget; only the best compression counts.
func check(out string, level int) error {
	info, err := os.Stat(filepath.Join(out, "app.wasm.br"))
	if err != nil || level < brotli.BestCompression || info.Size() <= budget {
		return err
	}
	return fmt.Errorf("the pages weigh %d bytes compressed, over the budget of %d", info.Size(), budget)
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

func brotlied(b []byte, level int) []byte {
	var out bytes.Buffer
	z := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: level, LGWin: 24})
	z.Write(b)
	z.Close()
	return out.Bytes()
}
