package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/andybalholm/brotli"

	"hearth/assets/program"
)

// pack makes of a compiled program what is served, unless out holds that already, and says in a line what there is now. The
// note gets the time the sources were read: the browser tests refuse pages older than their sources.
func pack(p program.Program, raw, out string, level int, began time.Time) (string, error) {
	content, err := os.ReadFile(raw)
	if err != nil {
		return "", err
	}
	if content, err = joined(content); err != nil {
		return "", fmt.Errorf("join the memory of %s: %w", p.Name, err)
	}
	sum := sha256.Sum256(content)
	note := program.Note{Hash: strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10])), Size: int64(len(content)), Level: level}
	state := "unchanged"
	if !holds(out, p, note) {
		state = "built"
		if err := write(out, p, content, note); err != nil {
			return "", err
		}
	}
	info, err := os.Stat(filepath.Join(out, p.Brotli()))
	if err != nil {
		return "", err
	}
	said := fmt.Sprintf("%s %s: %d bytes, %d compressed", p.Name, state, note.Size, info.Size())
	return said, errors.Join(os.Chtimes(filepath.Join(out, p.Note()), began, began), weigh(p, level, info.Size()))
}

// weigh holds a program to its budget; only the best compression counts.
func weigh(p program.Program, level int, size int64) error {
	if level < brotli.BestCompression || size <= budget {
		return nil
	}
	return fmt.Errorf("%s weighs %d bytes compressed, over the budget of %d", p.Name, size, budget)
}

// holds reports whether out has this very program, compressed at this level.
func holds(out string, p program.Program, want program.Note) bool {
	text, err := os.ReadFile(filepath.Join(out, p.Note()))
	if err != nil {
		return false
	}
	var got program.Note
	if json.Unmarshal(text, &got) != nil || got != want {
		return false
	}
	_, noGzip := os.Stat(filepath.Join(out, p.Gzip()))
	_, noBrotli := os.Stat(filepath.Join(out, p.Brotli()))
	return noGzip == nil && noBrotli == nil
}

// write puts the note last, so that a build broken off is not taken for a whole one.
func write(out string, p program.Program, content []byte, n program.Note) error {
	note := filepath.Join(out, p.Note())
	if err := os.Remove(note); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for name, packed := range map[string][]byte{p.Gzip(): gzipped(content), p.Brotli(): brotlied(content, n.Level)} {
		if err := os.WriteFile(filepath.Join(out, name), packed, 0o644); err != nil {
			return err
		}
	}
	text, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return os.WriteFile(note, text, 0o644)
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
