package frame

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/words"
)

// Keys shows one of the device's passkeys; wasm/passkey has it.
type Keys interface {
	Get(ctx context.Context, options []byte) (answer []byte, err error)
}

// proof is what the person is asked for before something that matters, while something waits for it.
type proof struct {
	ways           []string
	password, code string
	busy           bool
	fault          error
	waiting        []chan bool
}

// proveWithin is how long a device is waited for.
const proveWithin = 2 * time.Minute

// stand notes the page that can show a dialog, and has whatever the house refuses for want of a fresh proof wait for one.
func (e *Env) stand(ctx app.Context) {
	e.mu.Lock()
	e.here = ctx
	e.mu.Unlock()
	e.API.Proving(e.prove)
}

// prove asks the person and waits, on a goroutine of whoever wants something. Two who want something wait for one proof.
func (e *Env) prove(ctx context.Context, ways string) bool {
	done := make(chan bool, 1)
	e.mu.Lock()
	here := e.here
	e.mu.Unlock()
	here.Dispatch(func(app.Context) {
		if e.proof == nil {
			e.proof = &proof{ways: strings.Fields(ways)}
		}
		e.proof.waiting = append(e.proof.waiting, done)
	})
	select {
	case proved := <-done:
		return proved
	case <-ctx.Done():
		return false
	}
}

// settle ends the dialog and tells those who wait.
func (e *Env) settle(proved bool) {
	if e.proof == nil {
		return
	}
	for _, done := range e.proof.waiting {
		done <- proved
	}
	e.proof = nil
}

// Proof is the dialog, for every page from which something that matters can be done. Staff has it already.
func (e *Env) Proof() app.UI {
	p := e.proof
	if p == nil {
		return kit.Slot()
	}
	body, acts := []app.UI{app.P().Text(words.T("porch.prove.lead")), p.trouble()}, e.proofActs(p)
	if len(acts) == 1 {
		body[0] = app.P().Text(words.T("porch.prove.none"))
	}
	if slices.Contains(p.ways, "password") {
		body = append(body, e.proofFields(p)...)
	}
	return kit.Slot(&kit.Dialog{Title: words.T("porch.prove.title"), Over: true, Cancel: e.giveUp, Body: body, Acts: acts})
}

func (e *Env) giveUp(app.Context) { e.settle(false) }

func (e *Env) proofActs(p *proof) []app.UI {
	acts := []app.UI{kit.Button{ID: "prove-cancel", Word: words.T("app.cancel"), Disabled: p.busy, Press: e.giveUp}.Draw()}
	class := "primary"
	if slices.Contains(p.ways, "passkey") && e.Keys != nil {
		acts = append(acts, kit.Button{ID: "prove-passkey", Word: words.T("app.prove.passkey"), Icon: "key", Class: class, Busy: p.busy, Press: e.byPasskey}.Draw())
		class = "line"
	}
	if slices.Contains(p.ways, "password") {
		acts = append(acts, kit.Button{ID: "prove-do", Word: words.T("porch.prove.button"), Class: class, Busy: p.busy, Press: e.byPassword}.Draw())
	}
	return acts
}

func (e *Env) proofFields(p *proof) []app.UI {
	fields := []app.UI{kit.Field{ID: "prove-password", Label: words.T("porch.password"), Type: "password", AutoComplete: "current-password", MaxLength: 200,
		Value: p.password, Enter: e.byPassword, Change: func(_ app.Context, v string) { p.password = v }}.Draw()}
	if slices.Contains(p.ways, "code") {
		fields = append(fields, kit.Field{ID: "prove-code", Label: words.T("porch.second.code"), Help: words.T("porch.prove.code-help"), AutoComplete: "one-time-code", MaxLength: 40,
			Value: p.code, Enter: e.byPassword, Change: func(_ app.Context, v string) { p.code = v }}.Draw())
	}
	return fields
}

func (p *proof) trouble() app.UI {
	if p.fault == nil {
		return app.Text("")
	}
	return kit.Alert(kit.Bad, "warning", Say(p.fault))
}

func (e *Env) byPassword(ctx app.Context) {
	if p := e.proof; p != nil {
		body := api.ProveBody{Password: p.password, Code: p.code}
		e.tried(ctx, p, func(within context.Context) error { return e.API.Prove(within, body) })
	}
}

func (e *Env) byPasskey(ctx app.Context) {
	if p := e.proof; p != nil {
		e.tried(ctx, p, e.shown)
	}
}

// errNotShown is a passkey somebody did not show; browsers do not tell why.
var errNotShown = errors.New("no passkey was shown")

// shown asks the device for a passkey.
func (e *Env) shown(within context.Context) error {
	question, err := e.API.BeginProof(within)
	if err != nil {
		return err
	}
	answer, err := e.Keys.Get(within, []byte(question.Options))
	if err != nil {
		return errNotShown
	}
	return e.API.ProvePasskey(within, api.Answer{Credential: string(answer)})
}

// tried asks the house once.
func (e *Env) tried(ctx app.Context, p *proof, do func(context.Context) error) {
	if p.busy {
		return
	}
	p.busy, p.fault = true, nil
	ctx.Async(func() {
		within, cancel := context.WithTimeout(context.Background(), proveWithin)
		defer cancel()
		err := do(within)
		ctx.Dispatch(func(app.Context) { e.answered(p, err) })
	})
}

func (e *Env) answered(p *proof, err error) {
	p.busy = false
	switch {
	case e.proof != p: // closed meanwhile
	case err == nil:
		e.settle(true)
	case e.SignedOut(err):
		e.settle(false)
	case !errors.Is(err, errNotShown):
		p.fault, p.code = err, ""
		kit.Clear("prove-code")
	}
}
