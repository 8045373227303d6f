package therapist

import (
	"encoding/json"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/sitting"
	"hearth/app/stage"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/wasm/page"
)

// notebook is the notes of the visit at hand. What is not with the house is kept in the browser, sealed as labels are.
type notebook struct {
	stage.Notes
	page page.Page
	box  string
	key  []byte
	last time.Time // when it was tried to save or to read
	busy bool
}

// notesAgain is how long the house is left alone after notes could not be saved or read.
const notesAgain = 5 * time.Second

// openNotes reads the notes of the visit.
func (v *Visit) openNotes(ctx app.Context) {
	me := v.Env.Me()
	v.notes = notebook{page: v.Env.Page, box: "notes/" + string(me.ID) + "/" + string(v.id), key: me.Seal}
	v.readNotes(ctx)
}

func (v *Visit) readNotes(ctx app.Context) {
	id := v.id
	v.notes.busy, v.notes.last = true, v.Env.Now()
	v.page.Async(func() {
		n, err := v.Env.API.VisitNotes(v.page, id)
		v.page.Dispatch(func(app.Context) {
			v.notes.busy = false
			if err != nil || v.id != id {
				return
			}
			parts := make([]stage.Part, len(n.Parts))
			for i, p := range n.Parts {
				parts[i] = stage.Part{Key: p.Key, Title: p.Title, Text: p.Text}
			}
			first := !v.notes.Known()
			v.notes.Read(n.Version, parts)
			if first {
				v.notes.Keep(v.notes.kept(), v.Env.Now())
			}
		})
	})
}

// save sends what is due. Leaving sends at once.
func (v *Visit) save(ctx app.Context, leaving bool) {
	n, now := &v.notes, v.Env.Now()
	if n.busy || n.page == nil || !leaving && now.Sub(n.last) < notesAgain && (n.Fault != "" || !n.Known()) {
		return
	}
	if !n.Known() {
		v.readNotes(ctx)
		return
	}
	parts, due := n.Due(now, leaving)
	if !due {
		return
	}
	n.busy, n.last = true, now
	n.keep()
	id, body := v.id, api.PutVisitNotesBody{Version: n.Version, Parts: make([]care.NoteText, len(parts))}
	for i, p := range parts {
		body.Parts[i] = care.NoteText{Key: p.Key, Title: p.Title, Text: p.Text}
	}
	v.page.Async(func() {
		stored, err := v.Env.API.PutVisitNotes(v.page, id, body)
		v.page.Dispatch(func(ctx app.Context) {
			n.busy = false
			n.Saved(v.Env.Now(), stored.Version, frame.Say(err))
			switch {
			case err == nil:
				n.keep()
			case fault.Is(err, fault.Conflict): // somebody else wrote: ours go beside theirs
				v.readNotes(ctx)
			}
		})
	})
}

// keep keeps what is unsaved in the browser, and forgets it once it is saved.
func (n *notebook) keep() {
	if n.page == nil {
		return
	}
	if !n.Unsaved() {
		n.page.Keep(n.box, "")
		return
	}
	if b, err := json.Marshal(n.Parts); err == nil {
		if sealed, err := sitting.Seal(n.key, n.box, b); err == nil {
			n.page.Keep(n.box, sealed)
		}
	}
}

// kept is what an earlier page could not save.
func (n *notebook) kept() (parts []stage.Part) {
	if b, err := sitting.Unseal(n.key, n.box, n.page.Kept(n.box)); err == nil {
		_ = json.Unmarshal(b, &parts) // what cannot be read is not ours
	}
	return parts
}
