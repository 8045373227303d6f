package frame_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/api"
	"hearth/shared/live"
	"hearth/wasm/page"
	"hearth/wasm/push"
)

// bell is a browser that takes notices until it is told not to.
type bell struct {
	push.None
	off int
}

func (b *bell) Unsubscribe(context.Context) (string, error) {
	b.off++
	return "https://push.example/e", nil
}

// tab is one of an account.
type tab struct{ page.Page }

func (tab) Slot() string { return "00c0ffee" }

// Signing out ends the notices of this browser, whichever session they were switched on in, unless they are somebody else's who
// is signed in here still.
func TestSigningOutEndsNotices(t *testing.T) {
	for name, c := range map[string]struct {
		told  string
		taken bool
		err   error
		off   int
	}{
		"none":                        {},
		"of this session":             {told: "00c0ffee", off: 1},
		"of one that ran out":         {told: "0ddba115", off: 1},
		"somebody else's":             {told: "0ddba115", taken: true},
		"nobody knows whose they are": {told: "0ddba115", err: errors.New("away"), off: 1},
	} {
		h, b := remotetest.New(), &bell{}
		h.Person = live.PersonView{ID: "mira", Name: "Mira"}
		h.Answer(api.GetMe, func(remotetest.Asked) (any, error) { return api.Me{ID: "mira", Name: "Mira"}, nil })
		h.Answer(api.GetPush, func(remotetest.Asked) (any, error) { return api.Push{Own: []string{}, Taken: c.taken}, c.err })
		remotetest.Inside(t, h, live.Therapist, func(e *frame.Env) app.Composer {
			e.Push, e.Page = b, tab{e.Page}
			return &desk{Env: e}
		}, func(t *testing.T, v *remotetest.Visit) {
			v.Document.Keep(frame.ToldKey, c.told)
			v.Act(v.Env.SignOut)
			v.Later(2 * time.Second)
			if left := v.Document.Kept(frame.ToldKey); b.off != c.off || len(v.Document.Posted) != 1 || (left == "") != (c.off == 1 || c.told == "") {
				t.Errorf("%s: ended %d times, want %d; posted %v, left %q", name, b.off, c.off, v.Document.Posted, left)
			}
		})
	}
}
