package assets

import (
	"bytes"
	"testing"
)

// A visitor without any compression gets the whole program, unpacked once for all of them.
func TestPackedFilesAreUnpackedOnce(t *testing.T) {
	program := bytes.Repeat([]byte("program"), 1000)
	f := packed("application/wasm", gzipped(program), brotlied(program))
	one, coding := f.pick("identity")
	other, _ := f.pick("")
	if !bytes.Equal(one, program) || coding != "" {
		t.Fatalf("got %d bytes, coding %q; want the %d of the program", len(one), coding, len(program))
	}
	if &one[0] != &other[0] {
		t.Error("unpacked anew for every visitor")
	}
}
