package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"hearth/shared/api"
	"hearth/shared/care"
)

// A list of hundreds of patients goes through whole: looked at, told in words, made once.
func TestImportOverTheInterface(t *testing.T) {
	c := mustClinic(t)
	project := string(mustDo[api.Records](c.admin, "GET", api.ListRecords.Path, nil).Items[0].Project)
	in := func(op api.Operation) string { return strings.Replace(op.Path, "{project}", project, 1) }
	bad := mustDo[api.ImportPreview](c.admin, "POST", in(api.PreviewImport), api.ImportBody{File: []byte("pseudonym,mobile\nwren 23,0170\n")})
	if len(bad.Problems) != 2 || bad.Digest != "" || bad.Problems[0].Line != 2 || bad.Problems[0].Column != "mobile" || !strings.Contains(bad.Problems[0].Words, "country code") {
		t.Errorf("problems are %+v", bad)
	}
	res, got := c.admin.ask("POST", in(api.PreviewImport), `{"file":"`+"//5hAAo="+`"}`)
	c.admin.wantProblem("UTF-16", res, got, http.StatusUnprocessableEntity, "import.utf16")
	var file bytes.Buffer
	file.WriteString("pseudonym,therapists,signals,name,mobile\n")
	for i := range 600 {
		fmt.Fprintf(&file, "Crane %d,mira,ecg,Ann Nr. %d,+4917012345%02d\n", i, i, i%100)
	}
	p := mustDo[api.ImportPreview](c.admin, "POST", in(api.PreviewImport), api.ImportBody{File: file.Bytes()})
	if p.Rows != 600 || p.Digest == "" || len(p.List) != 600 || len(p.Problems) != 0 {
		t.Fatalf("previewed %d rows, problems %+v", p.Rows, p.Problems)
	}
	commit := api.CommitImportBody{File: file.Bytes(), Digest: p.Digest, ID: string(care.NewID[care.PatientID]())}
	made := mustDo[api.Imported](c.admin, "POST", in(api.CommitImport), commit)
	if len(made.Made) != 600 || made.Made[0].Line != 2 || made.Made[0].Name != "Crane 0" || made.Made[0].Login != "crane-0" {
		t.Errorf("made %d, first %+v", len(made.Made), made.Made[0])
	}
	if again := mustDo[api.Imported](c.admin, "POST", in(api.CommitImport), commit); len(again.Made) != 600 || again.Made[7].ID != made.Made[7].ID {
		t.Errorf("made again: %d", len(again.Made))
	}
	export := mustDo[api.Export](c.admin, "POST", api.ExportRecords.Path, api.RecordQuery{Text: "crane 49"})
	if n := strings.Count(string(export.File), "\n"); n != 1+1+10 || !strings.HasSuffix(export.Name, ".csv") {
		t.Errorf("exported %d lines as %s", n, export.Name)
	}
	body, err := json.Marshal(api.ImportBody{File: bytes.Repeat([]byte("x"), api.MaxImport)})
	if err != nil {
		t.Fatal(err)
	}
	res, got = c.admin.ask("POST", in(api.PreviewImport), string(body))
	c.admin.wantProblem("a file of 6 MB", res, got, http.StatusRequestEntityTooLarge, "")
	res, got = c.mira.ask("POST", in(api.PreviewImport), `{"file":"YQo="}`)
	c.mira.wantProblem("a therapist imports", res, got, http.StatusNotFound, "")
}
