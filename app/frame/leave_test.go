package frame_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/app/sitting"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// desk is a staff page of a test, with a browser that keeps things.
type desk struct {
	app.Compo
	Env *frame.Env
}

// Render draws it.
func (d *desk) Render() app.UI { return d.Env.Staff("Desk", nil) }

var seal = []byte("0123456789abcdef0123456789abcdef")

// TestSigningOutWithUnsentNotes: they are sent first; what cannot be is the person's to decide about.
func TestSigningOutWithUnsentNotes(t *testing.T) {
	h := remotetest.New()
	h.Person = live.PersonView{ID: "mira", Name: "Mira"}
	h.Answer(api.GetMe, func(remotetest.Asked) (any, error) {
		return api.Me{ID: "mira", Name: "Mira", Roles: []access.Role{access.Therapist}, Seal: seal}, nil
	})
	h.Answer(api.OpenSitting, func(remotetest.Asked) (any, error) { return api.Sitting{ID: "sitting", Start: time.Now()}, nil })
	h.Answer(api.ListSittings, func(remotetest.Asked) (any, error) {
		return api.List[api.Sitting]{Items: []api.Sitting{{ID: "sitting"}}}, nil
	})
	h.Answer(api.ListLabels, func(remotetest.Asked) (any, error) { return api.List[api.Label]{}, nil })
	h.Answer(api.GetBaseline, func(remotetest.Asked) (any, error) { return api.Baseline{}, nil })
	h.Answer(api.PutLabel, func(a remotetest.Asked) (any, error) {
		var l api.Label
		a.Read(t, &l)
		l.Version++
		return l, nil
	})
	remotetest.Inside(t, h, live.Therapist, func(e *frame.Env) app.Composer { return &desk{Env: e} }, func(t *testing.T, v *remotetest.Visit) {
		v.Act(func(ctx app.Context) { v.Env.LoadMe(ctx, func(app.Context) {}) })
		write := func() {
			b := sitting.Open(sitting.Options{Store: v.Env.API, Keeper: v.Document, Patient: "wren", Person: "mira", Key: seal, Now: v.Env.Stamp})
			b.Write(api.Label{Kind: care.Note, Text: "panic at the door", At: v.Env.Stamp()})
			synctest.Wait()
			b.Close()
		}
		unsent := func() int {
			return sitting.Left{Drawer: v.Document, Store: v.Env.API, Person: "mira", Key: seal, Now: v.Env.Stamp}.Count()
		}
		h.Away(true)
		write()
		v.Act(v.Env.SignOut)
		v.Later(6 * time.Second)
		v.Shows("1 note is not sent yet", "Stay signed in", "Discard and sign out")
		if len(v.Document.Posted) != 0 {
			t.Fatalf("signed out with a note unsent: %v", v.Document.Posted)
		}
		v.Act(func(ctx app.Context) { frame.Stay(v.Env, ctx) })
		v.Hides("not sent yet")
		if unsent() != 1 || len(v.Document.Posted) != 0 {
			t.Fatal("staying lost the note, or signed out")
		}

		h.Away(false)
		v.Act(v.Env.SignOut)
		v.Later(6 * time.Second)
		if len(v.Document.Posted) != 1 || unsent() != 0 || len(h.Asked(api.PutLabel)) != 1 {
			t.Fatalf("posted %v, %d unsent, %d sent", v.Document.Posted, unsent(), len(h.Asked(api.PutLabel)))
		}

		h.Away(true)
		write()
		v.Act(v.Env.SignOut)
		v.Later(6 * time.Second)
		v.Act(func(ctx app.Context) { frame.Discard(v.Env, ctx) })
		if len(v.Document.Posted) != 2 || unsent() != 0 {
			t.Errorf("posted %v, %d unsent after discarding", v.Document.Posted, unsent())
		}
		for k, kept := range v.Document.Drawer {
			if strings.Contains(kept, "panic") {
				t.Errorf("%s lies open", k)
			}
		}
	})
}
