// Command build makes the pages' programs: it compiles them for the browser, compresses each and puts them beside the starter
// of the same Go toolchain into assets/built, where the house embeds them. It needs nothing but Go.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"hearth/assets/program"
)

// budget is what each program may weigh compressed: 2.0 MB, about seven seconds on a bad line. A browser fetches one of them.
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

// run compiles all programs together, for they are made of much the same packages, and packs them side by side: compressing
// keeps one processor busy each.
func run(out string, level int) error {
	began := time.Now()
	raw := filepath.Join(scratch, "programs")
	if err := compile(raw); err != nil {
		return err
	}
	defer os.RemoveAll(raw)
	if err := errors.Join(forget(out), bringStarter(out)); err != nil {
		return err
	}
	said, failed := make([]string, len(program.All)), make([]error, len(program.All))
	var all sync.WaitGroup
	for i, p := range program.All {
		all.Go(func() { said[i], failed[i] = pack(p, filepath.Join(raw, p.Name), out, level, began) })
	}
	all.Wait()
	for _, s := range said {
		fmt.Println(s)
	}
	return errors.Join(failed...)
}

// forget removes what an earlier build left of programs there are no more: the house would carry it for ever.
func forget(out string) error {
	var known []string
	for _, p := range program.All {
		known = append(known, p.Gzip(), p.Brotli(), p.Note())
	}
	for _, pattern := range []string{"*.wasm*", "*.json"} {
		there, err := filepath.Glob(filepath.Join(out, pattern))
		if err != nil {
			return err
		}
		for _, path := range there {
			if slices.Contains(known, filepath.Base(path)) {
				continue
			}
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	return nil
}
