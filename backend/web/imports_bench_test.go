package web_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"hearth/shared/api"
	"hearth/shared/care"
)

// BenchmarkImport looks at lists of ten thousand patients with therapist, signals, name, birth and number, makes them, and saves
// all of them as a list again.
func BenchmarkImport(b *testing.B) {
	c := mustClinic(b)
	project := string(mustDo[api.Records](c.admin, "GET", api.ListRecords.Path, nil).Items[0].Project)
	in := func(op api.Operation) string { return strings.Replace(op.Path, "{project}", project, 1) }
	list := func(n int) []byte {
		var file bytes.Buffer
		file.WriteString("pseudonym;therapists;signals;name;birth;mobile;game\r\n")
		for i := range api.MaxRows {
			fmt.Fprintf(&file, "Crane %d %d;mira;ecg movement;Ann Nr. %d-%d;1989-04-02;+49 170 1234567;hills\r\n", n, i, n, i)
		}
		return file.Bytes()
	}
	file := list(0)
	b.Run("looked at", func(b *testing.B) {
		for b.Loop() {
			mustDo[api.ImportPreview](c.admin, "POST", in(api.PreviewImport), api.ImportBody{File: file})
		}
	})
	n := 0
	b.Run("made", func(b *testing.B) {
		for b.Loop() {
			n++
			file := list(n)
			p := mustDo[api.ImportPreview](c.admin, "POST", in(api.PreviewImport), api.ImportBody{File: file})
			mustDo[api.Imported](c.admin, "POST", in(api.CommitImport), api.CommitImportBody{File: file, Digest: p.Digest, ID: string(care.NewID[care.PatientID]())})
		}
	})
	b.Run("saved", func(b *testing.B) {
		for b.Loop() {
			mustDo[api.Export](c.admin, "POST", api.ExportRecords.Path, api.RecordQuery{})
		}
		b.ReportMetric(float64(n), "lists")
	})
}
