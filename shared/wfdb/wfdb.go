// Package wfdb reads records as PhysioNet keeps them: the header (.hea), signals in the formats 16 and 212, and
// annotations in the MIT format (.atr). It turns bytes into values and judges nothing; it never writes.
//
// The formats are those of the WFDB Applications Guide and the manual pages header(5), signal(5) and annot(5).
package wfdb

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
)

// largest is the biggest file read: a day of two signals at 1000 Hz is 0.35 GB.
const largest = 1 << 30

// Open reads the header of a record, such as "100" or "mitdb/100", below fsys.
func Open(fsys fs.FS, record string) (Header, error) {
	raw, err := read(fsys, record+".hea")
	if err != nil {
		return Header{}, err
	}
	h, err := ParseHeader(string(raw))
	if err != nil {
		return Header{}, fmt.Errorf("%s.hea: %w", record, err)
	}
	return h, nil
}

// Load reads signal number k of the record: raw samples, Missing where there is none. It refuses a signal that is cut
// short or does not have the header's checksum.
func Load(fsys fs.FS, record string, h Header, k int) ([]int16, error) {
	if k < 0 || k >= len(h.Signals) {
		return nil, fmt.Errorf("%s has no signal %d", record, k)
	}
	name := path.Join(path.Dir(record), h.Signals[k].File)
	raw, err := read(fsys, name)
	if err != nil {
		return nil, err
	}
	s, err := h.Decode(k, raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// Annotate reads the annotations of a record by one annotator, such as "atr".
func Annotate(fsys fs.FS, record, annotator string) (Annotations, error) {
	name := record + "." + annotator
	raw, err := read(fsys, name)
	if err != nil {
		return Annotations{}, err
	}
	a, err := ParseAnnotations(raw)
	if err != nil {
		return Annotations{}, fmt.Errorf("%s: %w", name, err)
	}
	return a, nil
}

var errLarge = errors.New("is larger than 1 GB")

func read(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if info.Size() > largest {
		return nil, fmt.Errorf("%s: %w", name, errLarge)
	}
	return fs.ReadFile(fsys, name)
}
