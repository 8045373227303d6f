package therapist

import (
	"context"
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

// notebook is the notes of one visit; the next one gets another. What is not with the house is kept in the browser, sealed as labels are.
type notebook struct {
	stage.Notes
	visit care.VisitID
	page  page.Page
	box   string
	key   []byte
	last  time.Time // when it was tried to save or to read
	busy  bool
}

// notesAgain is how long the house is left alone after notes could not be saved or read.
const notesAgain = 5 * time.Second

// notesWithin is how long saving may take, and telling the rest of what was written, when a visit was left.
const notesWithin = 30 * time.Second

// openNotes reads the notes of the visit.
func (v *Visit) openNotes(ctx app.Context) {
	me := v.Env.Me()
	v.notes = &notebook{visit: v.id, page: v.Env.Page, box: "notes/" + string(me.ID) + "/" + string(v.id), key: me.Seal}
	if v.stage != nil {
		v.stage.Notes = v.noted()
	}
	v.readNotes(ctx)
}

// noted is what the stage shows of them; nil while they are not open.
func (v *Visit) noted() *stage.Notes {
	if v.notes == nil {
		return nil
	}
	return &v.notes.Notes
}

func (v *Visit) readNotes(app.Context) {
	n := v.notes
	n.busy, n.last = true, v.Env.Now()
	v.page.Async(func() {
		stored, err := v.Env.API.VisitNotes(v.page, n.visit)
		v.page.Dispatch(func(app.Context) {
			n.busy = false
			if err != nil || v.notes != n {
				return
			}
			parts := make([]stage.Part, len(stored.Parts))
			for i, p := range stored.Parts {
				parts[i] = stage.Part{Key: p.Key, Title: p.Title, Text: p.Text}
			}
			first := !n.Known()
			n.Read(stored.Version, parts)
			if first {
				n.Keep(n.kept(), v.Env.Now())
			}
		})
	})
}

// save sends what is due. Leaving sends at once.
func (v *Visit) save(ctx app.Context, leaving bool) {
	n, now := v.notes, v.Env.Now()
	if n == nil || n.busy || !leaving && now.Sub(n.last) < notesAgain && (n.Fault != "" || !n.Known()) {
		return
	}
	if !n.Known() {
		v.readNotes(ctx)
		return
	}
	v.put(n, leaving)
}

// put sends what is due of a notebook. Its visit may be left before the answer is here: what comes then is its own alone, and
// what was written last is sent after it.
func (v *Visit) put(n *notebook, leaving bool) {
	parts, due := n.Due(v.Env.Now(), leaving)
	if !due {
		return
	}
	n.busy, n.last = true, v.Env.Now()
	n.keep()
	body := api.PutVisitNotesBody{Version: n.Version, Parts: make([]care.NoteText, len(parts))}
	for i, p := range parts {
		body.Parts[i] = care.NoteText{Key: p.Key, Title: p.Title, Text: p.Text}
	}
	v.page.Async(func() {
		within, cancel := context.WithTimeout(context.WithoutCancel(v.page), notesWithin) // it is sent when the page is left, too
		defer cancel()
		stored, err := v.Env.API.PutVisitNotes(within, n.visit, body)
		if v.gone.Load() { // what is dispatched to a page that left comes nowhere
			v.saved(v.page, n, stored.Version, err)
			return
		}
		v.page.Dispatch(func(ctx app.Context) { v.saved(ctx, n, stored.Version, err) })
	})
}

// saved takes the house's answer for a notebook, which may be of a visit before.
func (v *Visit) saved(ctx app.Context, n *notebook, version int64, err error) {
	n.busy = false
	n.Saved(v.Env.Now(), version, frame.Say(err))
	switch {
	case err == nil:
		n.keep()
		if n != v.notes {
			v.put(n, true)
		}
	case fault.Is(err, fault.Conflict) && n == v.notes: // somebody else wrote: ours go beside theirs
		v.readNotes(ctx)
	}
}

// keep keeps what is unsaved in the browser, and forgets it once it is saved.
func (n *notebook) keep() {
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
