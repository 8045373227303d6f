package command

import (
	"encoding/json"
	"net/url"
	"path"
	"syscall"
	"testing"

	"hearth/backend/caller"
	"hearth/shared/api"
	"hearth/shared/care"
)

// A house that is killed after it let somebody in, and before they notice, begins where it was: they are let in, come into the visit
// by themselves, and are there once. Killed while they are inside, it has them there still, and their page goes on.
func TestKilledBetweenLettingInAndTheCall(t *testing.T) {
	dir := t.TempDir()
	p := start(t, "demo", "--addr", "localhost:0", "--data", dir, "--json")
	a := p.ready()
	at := must(url.Parse(a.URL))(t)
	mira := caller.Caller{URL: a.URL, Token: a.Tokens["therapist"]}
	visit := path.Base(must(url.Parse(a.Visit["page"]))(t).Path)
	again := func() { // as the power does that fails
		p.end(syscall.SIGKILL)
		p = start(t, "demo", "--addr", at.Host, "--data", dir, "--json")
		mira.Token = p.ready().Tokens["therapist"]
	}
	report := func() api.Report {
		return must(caller.Do[api.Report](t.Context(), mira, api.VisitReport, caller.Params{"visit": visit}, nil))(t)
	}
	wren := func() api.Guest {
		for _, g := range report().Visit.Guests {
			if g.As == care.AsPatient {
				return g
			}
		}
		t.Fatal("the visit has no patient")
		return api.Guest{}
	}
	guest := start(t, "simulate", "--invite", a.Visit["guest"], "--json", "--loopback")
	until(t, "the patient waits", func() bool { return wren().State == care.WaitingRoom })
	if err := guest.cmd.Process.Signal(syscall.SIGSTOP); err != nil { // a phone that sleeps notices nothing
		t.Fatal(err)
	}
	if v := must(caller.Do[api.Visit](t.Context(), mira, api.AdmitGuest, caller.Params{"visit": visit, "guest": string(wren().ID)}, nil))(t); v.ID != care.VisitID(visit) {
		t.Fatalf("let into %s", v.ID)
	}
	again()
	if got := wren().State; got != care.Admitted {
		t.Errorf("after the restart they are %q", got)
	}
	if err := guest.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	inside := func() bool { return wren().State == care.InCall }
	until(t, "they are in the visit", inside)
	again()
	until(t, "they are in the visit still", inside)
	acts := map[string]int{}
	for _, e := range report().Events {
		if e.Guest == wren().ID {
			acts[e.Act]++
		}
	}
	if acts[string(care.Admit)] != 1 || acts[string(care.Arrive)] != 1 || acts[string(care.Join)] < 1 || acts[string(care.Wait)] != 1 {
		t.Errorf("what happened to them: %v", acts)
	}
	must(caller.Do[api.Visit](t.Context(), mira, api.EndVisit, caller.Params{"visit": visit}, api.EndVisitBody{}))(t)
	line := must(guest.out.ReadBytes('\n'))(t)
	var told said
	if err := json.Unmarshal(line, &told); err != nil || told.Error != "" || told.LetIn < 0 || told.Breaks < 1 {
		t.Errorf("%s: %v", line, err)
	}
	if code := guest.wait(); code != well {
		t.Errorf("their page ended with %d: %s", code, guest.errs)
	}
}
