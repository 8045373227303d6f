package frame_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// phone shows a passkey when it is asked the right question.
type phone struct{ shy bool }

func (p *phone) Get(_ context.Context, options []byte) ([]byte, error) {
	if p.shy || string(options) != `{"challenge":"x"}` {
		return nil, errors.New("NotAllowedError")
	}
	return []byte(`{"id":"k"}`), nil
}

// TestWhatMattersAsksAgain: an operation the house refuses for want of a proof opens a dialog and is done after it; closing
// the dialog leaves it undone; two at once wait for one proof.
func TestWhatMattersAsksAgain(t *testing.T) {
	h := remotetest.New()
	h.Person = live.PersonView{ID: "ada", Name: "Ada"}
	fresh, ways := false, "passkey password code"
	h.Answer(api.GetMe, func(remotetest.Asked) (any, error) {
		return api.Me{ID: "ada", Name: "Ada", Roles: []access.Role{access.Administrator}}, nil
	})
	h.Answer(api.ResetPassword, func(remotetest.Asked) (any, error) {
		if !fresh {
			return nil, fault.New(fault.Conflict, "step-up.needed", nil).With("ways", ways)
		}
		return api.HandedOut{Password: "x"}, nil
	})
	h.Answer(api.Prove, func(a remotetest.Asked) (any, error) {
		var body api.ProveBody
		if a.Read(t, &body); body.Password != "right" || body.Code != "123456" {
			return nil, fault.New(fault.Invalid, "step-up.wrong", nil)
		}
		fresh = true
		return struct{}{}, nil
	})
	h.Answer(api.BeginProof, func(remotetest.Asked) (any, error) { return api.Question{Options: `{"challenge":"x"}`}, nil })
	h.Answer(api.ProvePasskey, func(a remotetest.Asked) (any, error) {
		var body api.Answer
		a.Read(t, &body)
		fresh = body.Credential == `{"id":"k"}`
		return struct{}{}, nil
	})
	remotetest.Inside(t, h, live.Admin, func(e *frame.Env) app.Composer { return &desk{Env: e} }, func(t *testing.T, v *remotetest.Visit) {
		v.Act(func(ctx app.Context) { v.Env.LoadMe(ctx, func(app.Context) {}) })
		ended := make(chan error, 2)
		reset := func() {
			go func() { // the engine of a test waits for what is asynchronous, and this waits for the person
				_, err := v.Env.API.ResetPassword(t.Context(), "p")
				ended <- err
			}()
			v.Later(time.Second)
		}
		want := func(what, code string) {
			t.Helper()
			v.Later(time.Second)
			select {
			case err := <-ended:
				if got := fault.Of(err).Code; (err == nil) != (code == "") || err != nil && got != code {
					t.Errorf("%s: %v, want %q", what, err, code)
				}
			default:
				t.Errorf("%s: still waiting", what)
			}
		}
		reset()
		reset()
		v.Shows("Is it you?", "prove-password", "prove-code", "It is me")
		v.Hides("Use a passkey") // this browser has none
		v.Spoken()
		v.Act(func(ctx app.Context) { frame.TypeProof(v.Env, ctx, "right", "000000") })
		v.Shows("That was not right")
		v.Act(func(ctx app.Context) { frame.TypeProof(v.Env, ctx, "right", "123456") })
		want("after a proof", "")
		want("the other that waited", "")
		v.Hides("Is it you?")

		fresh = false
		reset()
		v.Act(func(ctx app.Context) { frame.CancelProof(v.Env, ctx) })
		want("after closing the dialog", "step-up.needed")
		v.Hides("Is it you?")

		device := &phone{shy: true}
		v.Env.Keys = device
		reset()
		v.Shows("Use a passkey")
		v.Act(func(ctx app.Context) { frame.ShowPasskey(v.Env, ctx) })
		v.Shows("Is it you?") // nothing was shown, and nothing is wrong
		v.Hides("not right")
		device.shy = false
		v.Act(func(ctx app.Context) { frame.ShowPasskey(v.Env, ctx) })
		want("after a passkey", "")

		fresh, ways = false, ""
		reset()
		v.Shows("sign out and in again")
		v.Act(func(ctx app.Context) { frame.CancelProof(v.Env, ctx) })
		want("with no way to prove anything", "step-up.needed")
	})
}
