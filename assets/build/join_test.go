package main

import (
	"bytes"
	"reflect"
	"testing"
)

var magic = []byte("\x00asm\x01\x00\x00\x00")

func TestJoinKeepsMemory(t *testing.T) {
	pieces := []piece{
		{at: 1 << 20, bytes: []byte("ab")}, {at: 1<<20 + 10, bytes: []byte("c")}, // eight zeros between
		{at: 1<<20 + 11 + widest, bytes: []byte("d")}, {at: 1<<20 + 13 + 2*widest, bytes: []byte("e")}, // as far as is joined, and too far
		{at: 0x40, bytes: []byte("f")}, {at: 0x42, bytes: nil}, {at: 0x41, bytes: []byte("g")}, // backwards
	}
	other := []byte("\x0a\x03\x01\x02\x03") // a section that is none of our business
	program := bytes.NewBuffer(append(bytes.Clone(magic), other...))
	program.WriteByte(dataSection)
	writeChunk(program, writePieces(pieces))
	out, err := joined(program.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	rest, ok := bytes.CutPrefix(out, append(bytes.Clone(magic), other...))
	if !ok || rest[0] != dataSection {
		t.Fatalf("the other sections changed: %x", out)
	}
	section, err := chunk(bytes.NewReader(rest[1:]))
	if err != nil {
		t.Fatal(err)
	}
	got, err := readPieces(section)
	if err != nil || len(got) != 4 {
		t.Fatalf("%d pieces, want 4: %v", len(got), err)
	}
	if !reflect.DeepEqual(image(got), image(pieces)) {
		t.Error("memory is not what it was")
	}
}

// image is what memory holds after the pieces are laid out, one after the other.
func image(pieces []piece) map[uint64]byte {
	m := map[uint64]byte{}
	for _, p := range pieces {
		for i, b := range p.bytes {
			if m[p.at+uint64(i)] = b; b == 0 {
				delete(m, p.at+uint64(i))
			}
		}
	}
	return m
}

// Addresses around every length of a signed number, as the specification's own examples and rules have them (5.2.2).
func TestSigned(t *testing.T) {
	for n, want := range map[uint64]string{0: "\x00", 63: "\x3f", 64: "\xc0\x00", 127: "\xff\x00", 128: "\x80\x01", 8191: "\xff\x3f", 8192: "\x80\xc0\x00"} {
		if got := string(signed(n)); got != want {
			t.Errorf("%d is written %x, want %x", n, got, want)
		}
	}
}

func TestJoinRefuses(t *testing.T) {
	for name, rest := range map[string]string{
		"a section cut off":    "\x0b\x05\x01",
		"a count of pieces":    "\x0c\x01\x01",
		"a passive piece":      "\x0b\x04\x01\x01\x01a",
		"an address elsewhere": "\x0b\x07\x01\x00\x23\x00\x0b\x01a",
		"a piece cut off":      "\x0b\x07\x01\x00\x41\x00\x0b\x02a",
	} {
		if out, err := joined(append(bytes.Clone(magic), rest...)); err == nil {
			t.Errorf("%s was taken: %x", name, out)
		}
	}
	if _, err := joined([]byte("\x00asm")); err == nil {
		t.Error("half a preamble was taken")
	}
}
