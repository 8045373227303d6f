package web_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// BenchmarkRecords asks for lists of 10 000 patients through the front, as a page does, and says how long 19 of 20 take
// at most.
func BenchmarkRecords(b *testing.B) {
	c := mustClinic(b)
	project := string(mustDo[api.Records](c.admin, "GET", api.ListRecords.Path, nil).Items[0].Project)
	for part := range 2 {
		var file bytes.Buffer
		file.WriteString("therapists,name,mail,mobile\n")
		for i := range 5000 {
			n := part*5000 + i
			fmt.Fprintf(&file, "%s,Ann Nr. %d,ann%d@example.org,+4917012%05d\n", []string{"mira", "noor"}[n%2], n, n, n)
		}
		in := func(op api.Operation) string { return strings.Replace(op.Path, "{project}", project, 1) }
		p := mustDo[api.ImportPreview](c.admin, "POST", in(api.PreviewImport), api.ImportBody{File: file.Bytes()})
		mustDo[api.Imported](c.admin, "POST", in(api.CommitImport), api.CommitImportBody{File: file.Bytes(), Digest: p.Digest, ID: fmt.Sprint("import-", part)})
	}
	researcher := c.mustStaff("reader", access.Researcher, care.Place{Site: mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil).Site, Project: care.ProjectID(project)})
	deep := ""
	for range 40 {
		deep = mustDo[api.Records](c.admin, "GET", api.ListRecords.Path+"?limit=100&after="+deep, nil).Next
	}
	for _, ask := range []struct {
		name string
		do   func() api.Records
	}{
		{"first", func() api.Records { return mustDo[api.Records](c.admin, "GET", api.ListRecords.Path, nil) }},
		{"deep", func() api.Records {
			return mustDo[api.Records](c.admin, "GET", api.ListRecords.Path+"?after="+deep, nil)
		}},
		{"filtered", func() api.Records {
			return mustDo[api.Records](c.admin, "GET", api.ListRecords.Path+"?state=active&project="+project+"&therapist="+string(c.people["Mira Solano"].ID), nil)
		}},
		{"pseudonym", func() api.Records { // by somebody who reads no names
			return mustDo[api.Records](researcher, "POST", api.SearchRecords.Path, api.RecordQuery{Text: "wren-23"})
		}},
		{"name", func() api.Records {
			return mustDo[api.Records](c.admin, "POST", api.SearchRecords.Path, api.RecordQuery{Text: "Ann Nr. 4711"})
		}},
		{"therapist", func() api.Records { return mustDo[api.Records](c.mira, "GET", api.ListRecords.Path, nil) }},
	} {
		b.Run(ask.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				if got := ask.do(); len(got.Items) == 0 {
					b.Fatal("the list is empty")
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}
