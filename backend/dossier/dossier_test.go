package dossier

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"
)

func rows(n int, end error) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		for i := range n {
			if !yield(json.RawMessage(fmt.Sprintf(`{"n":%d}`, i)), nil) {
				return
			}
		}
		if end != nil {
			yield(nil, end)
		}
	}
}

func archive(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b, "wren", "ada", time.Unix(1e9, 0))
	w.Leave("contact", "right")
	if err := errors.Join(w.Rows("labels", rows(1000, nil)), w.Rows("none", rows(0, nil)), w.One("account", map[string]int{"a": 1}), w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What was written can be checked, and one byte that is different is found.
func TestArchive(t *testing.T) {
	b := archive(t)
	m, err := Check(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(m.Files) != 4 || m.Files[0].Rows != 1000 || m.Files[1].Rows != 0 || m.Left["contact.json"] != "right" || m.Patient != "wren" {
		t.Errorf("got %+v, %v", m, err)
	}
	for _, cut := range []int{0, 10, len(b) / 2, len(b) - 1} {
		if _, err := Check(bytes.NewReader(b[:cut]), int64(cut)); !errors.Is(err, ErrBroken) {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
	gone := errors.New("gone")
	if err := NewWriter(&bytes.Buffer{}, "", "", time.Time{}).Rows("x", rows(3, gone)); !errors.Is(err, gone) {
		t.Errorf("a list that breaks off: %v", err)
	}
}

func FuzzCheck(f *testing.F) {
	b := archive(f)
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Add([]byte("PK"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := Check(bytes.NewReader(b), int64(len(b))); err == nil && m.Format != Format {
			t.Errorf("took %+v", m)
		}
	})
}
