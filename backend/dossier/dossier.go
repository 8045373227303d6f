// Package dossier writes everything the house knows about a patient as one archive, while it is read: whatever is in it,
// memory holds one row. It decides nothing about who may have it, and finds nothing by itself.
//
// # The archive
//
// A ZIP file. Each subject is a file of its own, a JSON array with one object a line: record.json, account.json,
// sittings.json, labels.json and so on; contact.json, when there is one, is one object. Instants are RFC 3339 in UTC, ids
// are opaque. README.txt says the same to people. manifest.json, always the last, is the Manifest: every other file with
// its size, the number of its rows and its SHA-256, so that a copy can be checked, and what was left out with the reason.
package dossier

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"iter"
	"time"

	"hearth/shared/care"
)

// Format names the shape of the archive. Another shape has another number.
const Format = "hearth patient 1"

// Manifest says what is in an archive.
type Manifest struct {
	Format  string            `json:"format"`
	Patient care.PatientID    `json:"patient"`
	Made    time.Time         `json:"made"`
	By      care.PersonID     `json:"by"`
	Files   []File            `json:"files"`
	Left    map[string]string `json:"left,omitempty"` // what is not in it, by the name of its file, and why: "right" or "hidden"
}

// File is one file of an archive.
type File struct {
	Name   string `json:"name"`
	Rows   int    `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // hexadecimal
}

const readme = `Everything this house knows about one patient.

Each .json file is one subject: a list with one entry a line. Times are UTC.
manifest.json lists the files with their SHA-256 and says what was left out:
"right" means that whoever made this archive may not read it, "hidden" that the
patient was deleted and it is kept closed.

contact.json is who the patient is; the other files know them by a pseudonym.
trail.json is who read or changed something, by ids. Keep this archive as safe
as the house it comes from, and delete it when it has done its duty.
`

// Writer writes one archive.
type Writer struct {
	zip      *zip.Writer
	manifest Manifest
}

// NewWriter begins an archive.
func NewWriter(w io.Writer, patient care.PatientID, by care.PersonID, made time.Time) *Writer {
	return &Writer{zip.NewWriter(w), Manifest{Format: Format, Patient: patient, Made: made.UTC(), By: by, Files: []File{}, Left: map[string]string{}}}
}

// Leave notes that a file is left out, and why.
func (w *Writer) Leave(name, why string) { w.manifest.Left[name+".json"] = why }

// Rows writes a list as a file.
func (w *Writer) Rows(name string, rows iter.Seq2[json.RawMessage, error]) error {
	return w.file(name+".json", func(out io.Writer) (n int, err error) {
		if _, err := io.WriteString(out, "["); err != nil {
			return 0, err
		}
		for row, err := range rows {
			if err != nil {
				return n, err
			}
			comma := ",\n"
			if n == 0 {
				comma = "\n"
			}
			if _, err := io.WriteString(out, comma); err != nil {
				return n, err
			}
			if _, err := out.Write(row); err != nil {
				return n, err
			}
			n++
		}
		_, err = io.WriteString(out, "\n]\n")
		return n, err
	})
}

// One writes one object as a file.
func (w *Writer) One(name string, v any) error {
	return w.file(name+".json", func(out io.Writer) (int, error) { return 1, json.NewEncoder(out).Encode(v) })
}

// Close ends the archive with what people read and with its manifest.
func (w *Writer) Close() error {
	if err := w.file("README.txt", func(out io.Writer) (int, error) { _, err := io.WriteString(out, readme); return 0, err }); err != nil {
		return err
	}
	out, err := w.create("manifest.json")
	if err != nil {
		return err
	}
	e := json.NewEncoder(out)
	e.SetIndent("", " ")
	if err := e.Encode(w.manifest); err != nil {
		return err
	}
	return w.zip.Close()
}

func (w *Writer) create(name string) (io.Writer, error) {
	return w.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: w.manifest.Made})
}

func (w *Writer) file(name string, write func(io.Writer) (rows int, err error)) error {
	out, err := w.create(name)
	if err != nil {
		return err
	}
	m := &measured{out: out, sum: sha256.New()}
	rows, err := write(m)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	w.manifest.Files = append(w.manifest.Files, File{Name: name, Rows: rows, Bytes: m.bytes, SHA256: hex.EncodeToString(m.sum.Sum(nil))})
	return nil
}

// measured counts and hashes what passes.
type measured struct {
	out   io.Writer
	sum   hash.Hash
	bytes int64
}

func (m *measured) Write(b []byte) (int, error) {
	n, err := m.out.Write(b)
	m.sum.Write(b[:n])
	m.bytes += int64(n)
	return n, err
}
