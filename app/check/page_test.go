package check

import (
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/live"
)

// door is one somebody stands at.
type door struct{ frame.Door }

func (door) Stand(app.Context) {}
func (door) Bar(bool) app.UI   { return app.P().ID("knock") }
func (door) Front() app.UI     { return app.P().ID("knock-front") }

// Staff are called from this page too, and can let in.
func TestStaffAreCalledHere(t *testing.T) {
	h := remotetest.New()
	h.Person = live.PersonView{ID: "m", Name: "Mira"}
	h.Answer(api.GetMe, func(remotetest.Asked) (any, error) {
		return api.Me{ID: "m", Name: "Mira", Roles: []access.Role{access.Therapist}}, nil
	})
	remotetest.Inside(t, h, live.Therapist, func(e *frame.Env) app.Composer {
		e.Door = door{}
		return &Page{Env: e, Back: api.TherapistPage}
	}, func(t *testing.T, v *remotetest.Visit) { v.Shows(`id="knock"`, `id="knock-front"`) })
}

// The page runs through what the house gives, says what does not get through and what to ask for, and stays readable where
// the browser does not copy. (There are no connections here: whether they work, a browser says.)
func TestPage(t *testing.T) {
	h := remotetest.New()
	h.Person = live.PersonView{ID: "w", Name: "Wren-23"}
	h.Put(live.Snapshot{Room: live.PatientRoom("p"), N: 1})
	h.Answer(api.GetMe, func(remotetest.Asked) (any, error) {
		return api.Me{ID: "w", Name: "Wren-23", Roles: []access.Role{access.Patient}, Patient: "p", Site: "s"}, nil
	})
	h.Reply = func(c live.Command) live.Reply { return live.Reply{ID: c.ID, ICE: given} }
	var p *Page
	remotetest.Inside(t, h, live.Patient, func(e *frame.Env) app.Composer { p = &Page{Env: e, Back: api.PatientPage}; return p }, func(t *testing.T, v *remotetest.Visit) {
		v.Shows("Connection check", `href="/patient"`)
		v.Hides("data-step", "For those who")
		v.Spoken()
		v.Act(p.start)
		if asked := h.Commands(); len(asked) != 1 || asked[0].Relay == nil || asked[0].Room != live.PatientRoom("p") {
			t.Errorf("asked for %+v", asked)
		}
		if html := v.HTML(); strings.Count(html, `data-state="works"`) != 1 || strings.Count(html, `data-state="fails"`) != 3 {
			t.Errorf("the steps are %+v", p.report.Steps)
		}
		v.Shows(`data-verdict="poor"`,
			"Let UDP out to relay.example, port 3478", "Let TLS out to 2a01::1, TCP port 443", "The relay cannot be reached")
		v.Spoken()
		v.Act(p.copy)
		v.Shows("did not allow copying", "[2a01::1]:443")
		v.Spoken()

		h.Reply = func(c live.Command) live.Reply { return live.Reply{ID: c.ID} }
		v.Act(p.start)
		v.Shows(`data-verdict="none"`, "no relay")
		v.Hides("Let UDP out", "did not allow")

		h.Reply = func(c live.Command) live.Reply { return live.Reply{ID: c.ID, Code: live.CodeNotNow} }
		v.Act(p.start)
		v.Shows(`data-verdict="bad"`, `class="note is-warn"`)

		h.Away(true)
		v.Act(p.start)
		v.Shows(`data-verdict="running"`, "is being checked")
		v.Later(patience + time.Second)
		v.Shows(`data-verdict="bad"`, "Let WebSocket connections to", "The live connection does not get through")
		v.Spoken()
	})
}
