package admin

import (
	"context"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/wasm/file"
)

// tray is a desk with one file on it; it keeps what was saved.
type tray struct {
	chosen file.File
	fault  error
	saved  []string
	last   string
}

func (d *tray) Chosen(context.Context, string, int64) (file.File, error) { return d.chosen, d.fault }
func (d *tray) Save(name, _ string, content []byte) {
	d.saved, d.last = append(d.saved, name), string(content)
}

func TestAListIsLookedAtBeforeItIsMade(t *testing.T) {
	h := thousands(1, access.Administrator)
	desk := &tray{chosen: file.File{Name: "p.csv", Bytes: []byte("pseudonym\nA\n")}}
	plan := api.ImportPreview{Rows: 120, Problems: []api.ImportProblem{{Line: 7, Column: "mobile", Code: "contact.mobile", Words: "Please write the number"}}}
	for i := range 120 {
		plan.List = append(plan.List, api.ImportRow{Line: i + 2, Pseudonym: "Crane " + grouped(i)})
	}
	h.Answer(api.PreviewImport, func(a remotetest.Asked) (any, error) {
		if strings.Contains(string(a.Body), "bGF0aW4") {
			return nil, fault.New(fault.Invalid, "import.latin1", nil)
		}
		return plan, nil
	})
	changed := true
	h.Answer(api.CommitImport, func(remotetest.Asked) (any, error) {
		if changed {
			return nil, fault.New(fault.Conflict, "import.changed", nil)
		}
		return api.Imported{Made: []api.ImportedRow{{Line: 2, ID: wren, Person: "w", Name: "Crane 0", Login: "crane-0"}, {Line: 3, ID: wren, Person: "x", Name: "Crane 1"}}}, nil
	})
	var codes []string // whom one was made for
	h.Answer(api.IssueEnrolment, func(a remotetest.Asked) (any, error) {
		if codes = append(codes, a.Names["person"]); len(codes) == 2 {
			return nil, fault.New(fault.Unavailable, "unavailable", nil)
		}
		return api.Enrolment{Code: "ABCDE-FGHJK", Person: api.Person{ID: care.PersonID(a.Names["person"])}}, nil
	})
	portal(t, h, func(e *frame.Env) *Import { return &Import{Env: e} }, func(t *testing.T, v *remotetest.Visit, p *Import) {
		p.Env.Files = desk
		v.Shows("Choose a file, or drop it here", "Template", "10\u202f000 patients")
		v.Spoken()
		v.Act(p.template)
		if desk.saved[0] != "patients.csv" || !strings.HasPrefix(desk.last, "\ufeffpseudonym,group") {
			t.Errorf("the template is %q", desk.last)
		}
		desk.fault = fault.New(fault.TooLarge, "file.large", nil).With("megabytes", "4")
		v.Act(p.chosen)
		v.Shows("larger than 4 MB", "Nothing was written.")
		desk.fault = nil
		p.pasted = "latin"
		v.Act(p.paste)
		v.Shows("old encoding", `id="look-again"`)
		v.Spoken()
		v.Act(p.chosen)
		v.Shows("1 problem", "Please write the number", `data-line="7"`)
		v.Hides(`id="import-do"`, "old encoding")
		v.Spoken()
		plan.Problems, plan.Digest = nil, "d"
		v.Act(p.look)
		v.Shows("No problems", "Import 120 patients", "Crane 0", "1–50 of 120")
		v.Act(func(app.Context) { p.from = 100 })
		v.Shows("Crane 119", "101–120 of 120")
		v.Spoken()
		v.Act(p.create)
		v.Shows("Something is not as it was", `id="look-again"`)
		changed = false
		v.Act(p.create)
		v.Shows("2 patients are there", "Make 1 card", "Crane 1")
		v.Spoken()
		codesFor := func(app.Context) { p.cards.issue(p.Env, p.run, p.focus, []care.PersonID{"w", "x"}) }
		v.Act(codesFor)
		v.Act(codesFor)
		if got := strings.Join(codes, " "); got != "w x x" {
			t.Errorf("codes were made for %s, want it to go on with x", got)
		}
		v.Shows("Open 2 cards to print")
		v.Act(p.another)
		v.Shows("Choose a file, or drop it here")
		v.Hides("Crane")
	})
}
