package web_test

import (
	"net/http"
	"strings"
	"testing"

	"hearth/shared/api"
	"hearth/shared/live"
)

// connectionBodies are sound bodies for what ends connections.
func connectionBodies() map[string]string {
	return map[string]string{api.EndConnection.ID: `{"id":"0123abcd"}`}
}

// An administrator sees where a patient is signed in and what is open there, and ends one place: its pages end at once, the
// other place stays.
func TestConnectionsOfAPatient(t *testing.T) {
	c := mustClinic(t)
	wren := c.people["Wren-23"].ID
	path := func(op api.Operation) string { return strings.Replace(op.Path, "{person}", string(wren), 1) }
	phone, other := c.wren.socket(), mustEnter(t, c.House, c.Links().Patient)
	c.wren.hello(phone, live.Patient)
	c.wren.until(phone, "welcome", func(m live.FromHouse) bool { return m.Welcome != nil })
	tablet := other.socket()
	other.hello(tablet, live.Aggregator)
	other.until(tablet, "welcome", func(m live.FromHouse) bool { return m.Welcome != nil })

	list := mustDo[api.List[api.Connection]](c.admin, "GET", path(api.ListConnections), nil).Items
	open := map[string]string{}
	for _, one := range list {
		if len(one.Pages) == 1 {
			open[one.ID] = one.Pages[0].Portal
		}
	}
	if len(list) != 2 || open[c.wren.slot] != "patient" || open[other.slot] != "aggregator" {
		t.Fatalf("there are %+v", list)
	}
	mustDo[struct{}](c.admin, "POST", path(api.EndConnection), api.EndConnectionBody{ID: other.slot})
	other.until(tablet, "the end", func(m live.FromHouse) bool { return m.Refused != nil && m.Refused.Code == live.CodeSignedOut })
	res, got := other.ask("GET", api.GetMe.Path, "")
	other.wantProblem("who was signed out", res, got, http.StatusUnauthorized, "")
	if me := mustDo[api.Me](c.wren, "GET", api.GetMe.Path, nil); me.Name != "Wren-23" {
		t.Errorf("the other place has %+v", me)
	}
	if list = mustDo[api.List[api.Connection]](c.admin, "GET", path(api.ListConnections), nil).Items; len(list) != 1 || len(list[0].Pages) != 1 {
		t.Errorf("afterwards there are %+v", list)
	}
	res, got = c.admin.ask("POST", path(api.EndConnection), `{"id":"`+other.slot+`"}`)
	c.admin.wantProblem("a place that ended", res, got, http.StatusNotFound, "request.not-found")
	res, got = c.mira.ask("GET", path(api.ListConnections), "")
	c.mira.wantProblem("a therapist looks", res, got, http.StatusNotFound, "request.not-found")
}
