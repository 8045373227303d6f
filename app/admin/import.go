package admin

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
	"hearth/wasm/file"
)

// importPage is where a list of patients is brought in.
const importPage = patientsPage + "/import"

// Import brings in a list of patients: a file is chosen, dropped or pasted, what it would make and what is wrong in it is
// shown, and only then it is made, all of it or nothing. Nothing is kept of the file but on this page.
type Import struct {
	app.Compo
	Env *frame.Env

	tree    tree
	project string
	pasted  string
	file    file.File
	id      string // of this import: asking again makes nobody twice
	plan    *api.ImportPreview
	made    *api.Imported
	rows    bool // the patients are shown, not the problems
	from    int  // the first that is shown
	busy    string
	fault   error
	cards   deck

	run   errand
	focus func(id string)
	stops []func()
}

// OnMount reads the places.
func (p *Import) OnMount(ctx app.Context) {
	p.Env.Page.SetTitle(words.T("import.title") + " · " + words.T("app.name"))
	p.run, p.focus = errands(ctx), focusing(ctx, p.Env)
	p.Env.LoadMe(ctx, p.load)
	p.stops = append(p.stops, p.Env.Follow(ctx, func(app.Context, remote.View) {}))
}

// OnDismount ends what OnMount began.
func (p *Import) OnDismount() {
	for _, stop := range p.stops {
		stop()
	}
	p.stops = nil
}

func (p *Import) load(app.Context) {
	p.tree.load(p.Env, p.run, func(app.Context) {
		if all := p.projects(); p.project == "" && len(all) > 0 {
			p.project = string(all[0].ID)
		}
	})
}

func (p *Import) projects() []api.Project { return p.tree.writable(p.Env, access.WritePatients) }

// What the page is busy with.
const (
	readingFile = "read"
	looking     = "look"
	making      = "make"
)

// chosen reads the file that was just chosen.
func (p *Import) chosen(app.Context) {
	if p.busy != "" || p.Env.Files == nil {
		return
	}
	p.busy, p.fault, p.plan = readingFile, nil, nil
	p.run(func(ctx context.Context) func(app.Context) {
		got, err := p.Env.Files.Chosen(ctx, "file", api.MaxFile)
		return func(app.Context) {
			p.busy = ""
			if p.fault = err; err != nil {
				p.focus("file")
				return
			}
			p.take(got)
		}
	})
}

// paste takes what was pasted for a file.
func (p *Import) paste(app.Context) {
	if p.busy == "" && strings.TrimSpace(p.pasted) != "" {
		p.take(file.File{Name: words.T("import.pasted"), Bytes: []byte(p.pasted)})
	}
}

// take begins anew with a file, and has the house look at it.
func (p *Import) take(f file.File) {
	p.file, p.id = f, string(care.NewID[care.PatientID]())
	p.ask()
}

// look has the house look at the file again.
func (p *Import) look(app.Context) { p.ask() }

// ask asks the house what the file would make; nothing is written.
func (p *Import) ask() {
	if p.busy != "" || p.project == "" || len(p.file.Bytes) == 0 {
		return
	}
	p.busy, p.fault, p.plan, p.from = looking, nil, nil, 0
	project, body := care.ProjectID(p.project), api.ImportBody{File: p.file.Bytes}
	p.run(func(ctx context.Context) func(app.Context) {
		plan, err := p.Env.API.PreviewImport(ctx, project, body)
		return func(app.Context) {
			p.busy = ""
			switch {
			case p.Env.SignedOut(err):
			case err != nil:
				p.fault = err
				p.focus("file")
			default:
				p.plan, p.rows = &plan, len(plan.Problems) == 0
				p.focus("plan")
			}
		}
	})
}

// create makes everybody of the file.
func (p *Import) create(app.Context) {
	if p.busy != "" || p.plan == nil || p.plan.Digest == "" {
		return
	}
	p.busy, p.fault = making, nil
	project, body := care.ProjectID(p.project), api.CommitImportBody{File: p.file.Bytes, Digest: p.plan.Digest, ID: p.id}
	p.run(func(ctx context.Context) func(app.Context) {
		made, err := p.Env.API.CommitImport(ctx, project, body)
		return func(app.Context) {
			p.busy = ""
			if p.Env.SignedOut(err) {
				return
			}
			if p.fault = err; err == nil {
				p.made, p.from, p.file = &made, 0, file.File{}
				p.cards = deck{}
				p.focus("made")
			}
		}
	})
}

// another begins with the next list.
func (p *Import) another(app.Context) {
	p.made, p.plan, p.pasted, p.file = nil, nil, "", file.File{}
	p.focus("file")
}

// template gives a list without patients to fill in. Where numbers have a comma, spreadsheets part columns by semicolons.
func (p *Import) template(app.Context) {
	if p.Env.Files == nil {
		return
	}
	apart := ";"
	if words.Current().Language == words.English {
		apart = ","
	}
	p.Env.Files.Save("patients.csv", "text/csv;charset=utf-8", []byte("\ufeff"+strings.Join(api.ImportColumns(), apart)+"\r\n"))
}

// span is the part of n things that is shown.
func (p *Import) span(n int) (from, to int) {
	from = min(p.from, max(n-1, 0)) / part * part
	return from, min(from+part, n)
}
