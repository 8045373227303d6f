package stage

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
)

// FileInput is the id of the input in which a file is chosen.
const FileInput = "stage-file"

// files are those handed from page to page; the house never has them.
func (s *Stage) files() []app.UI {
	var rows []app.UI
	for _, f := range s.view.Files {
		rows = append(rows, s.fileRow(f))
	}
	body := app.UI(para("dim", say("files.none")))
	if len(rows) > 0 {
		body = app.Ul().ID("files").Class("list stage-people").Body(rows...)
	}
	return []app.UI{div("scroll stack gap3 stage-lines",
		para("small dim", say("files.help")), body,
		app.Label().Class("btn line wide stage-choose").Body(kit.Icon("upload", "sm"), app.Span().Text(say("files.offer")),
			app.Input().ID(FileInput).Type("file").OnChange(func(ctx app.Context, _ app.Event) { s.Acts.Offer(ctx, FileInput) }, kit.Fresh())))}
}

func (s *Stage) fileRow(f File) app.UI {
	word := say("file."+string(f.State), "name", f.With)
	if f.Mine && f.State == Offered {
		word = say("file.waits", "name", f.With)
	}
	row := []app.UI{div("row gap2", kit.Icon("document", "sm"), strong("grow stage-said", f.Name), span("small num nowrap", size(f.Bytes)))}
	row = append(row, para("small dim", word))
	if f.State == Moving {
		row = append(row, app.Progress().Class("progress").Max(100).Value(percent(f)).Aria("label", f.Name))
	}
	act := func(word, class string, do func(app.Context, string)) app.UI {
		return kit.Button{Word: word, Class: class, Label: word + ": " + f.Name, Press: func(ctx app.Context) { do(ctx, f.ID) }}.Draw()
	}
	var acts []app.UI
	switch {
	case f.State == Offered && !f.Mine:
		acts = []app.UI{act(say("file.accept"), "primary small", s.Acts.Accept), act(say("file.refuse"), "line small", s.Acts.Refuse)}
	case f.State == Offered, f.State == Moving:
		acts = []app.UI{act(words1("cancel"), "line small", s.Acts.Cancel)}
	case f.State == Given:
		acts = []app.UI{act(say("file.again"), "line small", s.Acts.Save)}
	case f.State == Ready:
		acts = []app.UI{act(words1("save"), "primary small", s.Acts.Save)}
	}
	return app.Li().DataSet("file", f.ID).DataSet("state", string(f.State)).Class("stage-person").Body(append(row, div("row gap2", acts...))...)
}

func percent(f File) int {
	if f.Bytes <= 0 {
		return 0
	}
	return int(min(100, 100*f.Done/f.Bytes))
}

// size writes how large a file is.
func size(n int64) string {
	switch {
	case n >= 1<<20:
		return strconv.FormatInt((n+1<<19)>>20, 10) + " MB"
	case n >= 1<<10:
		return strconv.FormatInt((n+1<<9)>>10, 10) + " kB"
	}
	return strconv.FormatInt(n, 10) + " B"
}
