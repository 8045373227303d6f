package web_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"hearth/backend/audit"
	"hearth/shared/api"
)

// An administrator reads the trail, page by page and as files, and what they read stands in it with its count.
func TestTrailPages(t *testing.T) {
	c := mustClinic(t)
	for range 3 {
		c.mira.ask("GET", api.ListPatients.Path, "")
	}
	c.mira.ask("GET", api.ListPeople.Path, "") // refused
	type page = api.List[api.TrailEntry]
	mine := mustDo[page](c.admin, "GET", api.ListTrail.Path+"?action=list-patients", nil)
	if len(mine.Items) != 3 || mine.Items[0].PersonName != "Mira Solano" || mine.Items[0].Count != 2 || mine.Items[0].Site == "" {
		t.Errorf("got %+v", mine)
	}
	first := mustDo[page](c.admin, "GET", api.ListTrail.Path+"?limit=2", nil)
	second := mustDo[page](c.admin, "GET", api.ListTrail.Path+"?limit=2&cursor="+first.Next, nil)
	if len(first.Items) != 2 || len(second.Items) != 2 || first.Items[0].Action != api.ListTrail.ID || second.Items[0].Number != first.Items[1].Number-1 {
		t.Errorf("got %+v and %+v", first, second)
	}
	if refused := mustDo[page](c.admin, "GET", api.ListTrail.Path+"?refused=true", nil).Items; len(refused) != 1 || refused[0].Action != api.ListPeople.ID+".refused" {
		t.Errorf("refused were %+v", refused)
	}
	if a, err := audit.ParseAnchor(mustDo[api.Anchor](c.admin, "GET", api.TrailEnd.Path, nil).Anchor); err != nil || a.Number < 4 {
		t.Errorf("the end is %v, %v", a, err)
	}
	for what, query := range map[string]string{"junk": "?person=x", "a time": "?from=x", "an action": "?action=%25", "a format": "?format=exe"} {
		path := api.ListTrail.Path
		if what == "a format" {
			path = api.TrailFile.Path
		}
		res, got := c.admin.ask("GET", path+query, "")
		c.admin.wantProblem(what, res, got, http.StatusUnprocessableEntity, "request.invalid")
	}
}

// A file is what the list holds, its link names the account, and it is written down before the first byte.
func TestTrailFiles(t *testing.T) {
	c := mustClinic(t)
	c.mira.ask("GET", api.ListPatients.Path, "")
	slot := c.admin.slot
	c.admin.slot = "" // a link carries no header
	res, got := c.admin.ask("GET", api.TrailFile.Path+"?as="+slot, "")
	rows, err := csv.NewReader(strings.NewReader(got)).ReadAll()
	if err != nil || res.StatusCode != 200 || len(rows) < 3 || rows[0][0] != "number" || !strings.Contains(res.Header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%d %v %v %q", res.StatusCode, res.Header, err, got)
	}
	res, got = c.admin.ask("GET", api.TrailFile.Path+"?format=jsonl&as="+slot, "")
	var newest api.TrailEntry
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if err := json.Unmarshal([]byte(lines[0]), &newest); err != nil || res.StatusCode != 200 {
		t.Fatalf("%d %v", res.StatusCode, err)
	}
	if newest.Action != api.TrailFile.ID || newest.Count != len(lines)-1 {
		t.Errorf("the file's own entry is %+v among %d", newest, len(lines))
	}
	if len(lines) != len(rows)-1+1 {
		t.Errorf("%d lines, the table has %d", len(lines), len(rows)-1)
	}
	if res, _ := c.admin.ask("GET", api.ListTrail.Path+"?as="+slot, ""); res.StatusCode == 200 && len(c.admin.http.Jar.Cookies(res.Request.URL)) > 1 {
		t.Error("a page's own questions took the account from the address")
	}
}
