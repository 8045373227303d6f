package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"hearth/shared/api"
	"hearth/shared/care"
)

// Through the interface: what is left out the project decides, what is said holds, and whoever is added later counts.
func TestTheInterfaceLeavesTheRelayToTheProject(t *testing.T) {
	c := mustClinic(t)
	interpreter := func() api.NewGuest {
		return api.NewGuest{ID: care.NewID[care.GuestID](), As: care.AsInterpreter, Name: "Noor", Address: care.Address{Mobile: "+4917055501043"}}
	}
	book := func(relay *bool, more ...api.NewGuest) api.Visit {
		body := c.soon(t)
		body.Relay, body.Guests = relay, append(body.Guests, more...)
		return mustDo[api.Visit](c.mira, "POST", api.BookVisit.Path, body)
	}
	alone := book(nil)
	if alone.Relay || !book(nil, interpreter()).Relay || book(new(false), interpreter()).Relay || !book(new(true)).Relay {
		t.Error("who is invited, or what was said, does not decide")
	}
	if got := mustDo[api.Visit](c.mira, "POST", atVisit(api.AddGuest, alone), interpreter()); !got.Relay {
		t.Error("whoever is invited later is met directly")
	}
	at := strings.ReplaceAll(api.GetVisiting.Path, "{project}", string(alone.Project))
	set := mustDo[api.Visiting](c.admin, "GET", at, nil)
	if set.Relaying != care.RelayOthers {
		t.Errorf("a new project relays %q", set.Relaying)
	}
	set.Relaying = care.RelayNever
	if set = mustDo[api.Visiting](c.admin, "PUT", at, set); set.Relaying != care.RelayNever || book(nil, interpreter()).Relay {
		t.Errorf("the project's choice is %q", set.Relaying)
	}
	set.Relaying = "sometimes"
	text, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	if res, got := c.admin.ask("PUT", at, string(text)); res.StatusCode != http.StatusUnprocessableEntity && res.StatusCode != http.StatusBadRequest {
		t.Errorf("a choice nobody knows: %d %s", res.StatusCode, got)
	}
}
