package simulated

import (
	"bytes"
	"testing"
	"time"
)

func TestTheFilm(t *testing.T) {
	f, err := readFilm(drawn)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.pictures) != 48 || f.each != time.Second/12 {
		t.Fatalf("%d pictures of %v each", len(f.pictures), f.each)
	}
	first := f.picture()
	for range len(f.pictures) - 1 {
		if bytes.Equal(f.picture(), first) {
			t.Fatal("the film stands still")
		}
	}
	if !bytes.Equal(f.picture(), first) {
		t.Fatal("it does not begin anew")
	}
	f.picture()
	if f.again(); !bytes.Equal(f.picture(), first) {
		t.Fatal("it does not begin anew when asked to")
	}
}

func FuzzReadFilm(f *testing.F) {
	f.Add(drawn)
	f.Add(drawn[:40])
	f.Add(append(bytes.Clone(drawn[:44]), 0))
	f.Add([]byte("DKIF"))
	f.Fuzz(func(t *testing.T, b []byte) {
		film, err := readFilm(b)
		if err != nil {
			return
		}
		if film.each <= 0 || len(film.pictures) == 0 {
			t.Fatalf("a film of %d pictures, each %v", len(film.pictures), film.each)
		}
		for range film.pictures {
			if len(film.picture()) == 0 {
				t.Fatal("an empty picture")
			}
		}
	})
}
