package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// socket opens the live socket as a page of v does.
func (v *visitor) socket() *websocket.Conn {
	v.t.Helper()
	u, err := url.Parse(v.base)
	if err != nil {
		v.t.Fatal(err)
	}
	headers := http.Header{"Origin": {v.base}}
	for _, c := range v.http.Jar.Cookies(u) {
		headers.Add("Cookie", c.Name+"="+c.Value)
	}
	c, res, err := websocket.DefaultDialer.Dial(strings.Replace(v.base, "http", "ws", 1)+api.LiveSocket+"?as="+v.slot, headers)
	if err != nil {
		v.t.Fatalf("open the socket: %v (%v)", err, res)
	}
	v.t.Cleanup(func() { c.Close() })
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	return c
}

// hello says who the page is.
func (v *visitor) hello(c *websocket.Conn, portal live.Portal) {
	v.t.Helper()
	if err := c.WriteJSON(live.FromPage{Hello: &live.Hello{Protocol: live.Protocol, Build: "test", Member: care.NewID[live.MemberID](), Portal: portal}}); err != nil {
		v.t.Fatal(err)
	}
}

// until reads until a message satisfies want.
func (v *visitor) until(c *websocket.Conn, what string, want func(live.FromHouse) bool) {
	v.t.Helper()
	for {
		var m live.FromHouse
		if err := c.ReadJSON(&m); err != nil {
			v.t.Fatalf("waiting for %s: %v", what, err)
		}
		if want(m) {
			return
		}
	}
}

// standing reads until the page is in a room. Who is welcome is not in yet, and a room that nobody is in hears nothing.
func (v *visitor) standing(c *websocket.Conn, room live.RoomID) {
	v.t.Helper()
	v.until(c, "the room", func(m live.FromHouse) bool { return m.Enter != nil && m.Enter.Room == room })
}

// A change made through the interface reaches the pages that stand in the room, and only the right rooms are entered.
func TestPagesHearOfChanges(t *testing.T) {
	c := mustClinic(t)
	wren := live.PatientRoom(c.patients["Wren-23"])
	mira, admin := c.mira.socket(), c.admin.socket()
	c.mira.hello(mira, live.Therapist)
	c.mira.until(mira, "welcome", func(m live.FromHouse) bool {
		if m.Welcome != nil && len(m.Welcome.Rooms) != 2 {
			t.Errorf("Mira stands in %v, want two rooms", m.Welcome.Rooms)
		}
		return m.Welcome != nil
	})
	c.mira.standing(mira, wren)
	c.admin.hello(admin, live.Admin)
	c.admin.standing(admin, live.SiteRoom(mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil).Site))

	limits := strings.Replace(api.PutLimits.Path, "{patient}", string(c.patients["Wren-23"]), 1)
	mustDo[api.Limits](c.mira, "PUT", limits, api.Limits{HeartLow: 45, HeartHigh: 160, LeadOff: 10})
	c.mira.until(mira, "limits", func(m live.FromHouse) bool {
		return m.Change != nil && m.Change.Room == wren && m.Change.Data != nil && m.Change.Data.What == "limits"
	})
	care := strings.NewReplacer("{patient}", string(c.patients["Wren-23"]), "{therapist}", string(c.people["Mira Solano"].ID)).Replace(api.PutCare.Path)
	mustDo[api.Care](c.admin, "PUT", care, api.PutCareBody{Signals: []access.Signal{access.Movement}})
	for v, s := range map[*visitor]*websocket.Conn{c.mira: mira, c.admin: admin} {
		v.until(s, "permissions", func(m live.FromHouse) bool {
			return m.Change != nil && m.Change.Data != nil && m.Change.Data.What == "permissions"
		})
	}
	mustDo[struct{}](c.admin, "DELETE", care, nil)
	c.mira.until(mira, "the way out of the room", func(m live.FromHouse) bool { return m.Leave != nil && m.Leave.Room == wren })
}

// Who watches from a place that is hidden watches no more, at once.
func TestPagesLeaveAHiddenPlace(t *testing.T) {
	c := mustClinic(t)
	wren := live.PatientRoom(c.patients["Wren-23"])
	mira := c.mira.socket()
	c.mira.hello(mira, live.Therapist)
	c.mira.until(mira, "the room", func(m live.FromHouse) bool { return m.Welcome != nil && slices.Contains(m.Welcome.Rooms, wren) })
	places := mustDo[api.Places](c.admin, "GET", api.ListPlaces.Path, nil)
	home := places.Projects[slices.IndexFunc(places.Projects, func(p api.Project) bool {
		return p.ID == mustDo[api.Records](c.admin, "GET", api.ListRecords.Path, nil).Items[0].Project
	})]
	mustDo[api.Project](c.admin, api.DeleteProject.Method, strings.Replace(api.DeleteProject.Path, "{project}", string(home.ID), 1), api.VersionBody{Version: home.Version})
	c.mira.until(mira, "the way out", func(m live.FromHouse) bool { return m.Leave != nil && m.Leave.Room == wren || m.Refused != nil })
}

// Whoever is not signed in is told so in words a page can show; whoever signs out or is disabled is told at once.
func TestSocketsEndWithTheirSession(t *testing.T) {
	c := mustClinic(t)
	out := stranger(t, c.House)
	s := out.socket()
	out.until(s, "refusal", func(m live.FromHouse) bool { return m.Refused != nil && m.Refused.Code == live.CodeSignedOut })

	wren := c.wren.socket()
	c.wren.hello(wren, live.Patient)
	c.wren.until(wren, "welcome", func(m live.FromHouse) bool { return m.Welcome != nil })
	c.wren.post(api.SignOutPage, "as", c.wren.slot)
	c.wren.until(wren, "signed out", func(m live.FromHouse) bool { return m.Refused != nil && m.Refused.Code == live.CodeSignedOut })

	mira := c.mira.socket()
	c.mira.hello(mira, live.Therapist)
	c.mira.until(mira, "welcome", func(m live.FromHouse) bool { return m.Welcome != nil })
	yes, p := true, c.people["Mira Solano"]
	mustDo[api.Person](c.admin, "PATCH", strings.Replace(api.PatchPerson.Path, "{person}", string(p.ID), 1), api.PatchPersonBody{Version: p.Version, Disabled: &yes})
	c.mira.until(mira, "disabled", func(m live.FromHouse) bool { return m.Refused != nil && m.Refused.Code == live.CodeSignedOut })
}

// Signing in again in another tab keeps the first tab's socket; signing out in either ends both.
func TestSocketsStayWhenSomebodyComesAgain(t *testing.T) {
	c := mustClinic(t)
	first := c.wren.socket()
	c.wren.hello(first, live.Aggregator)
	c.wren.until(first, "welcome", func(m live.FromHouse) bool { return m.Welcome != nil })
	slot := c.wren.slot
	c.wren.mustSignIn(c.Links().Patient)
	if c.wren.slot != slot {
		t.Errorf("the second tab is %s, want %s like the first", c.wren.slot, slot)
	}
	if err := first.WriteJSON(live.FromPage{Ping: &live.Ping{T0: 1}}); err != nil {
		t.Fatal(err)
	}
	c.wren.until(first, "pong", func(m live.FromHouse) bool { return m.Pong != nil })
	c.wren.post(api.SignOutPage, "as", slot)
	c.wren.until(first, "signed out", func(m live.FromHouse) bool { return m.Refused != nil && m.Refused.Code == live.CodeSignedOut })
}

// A browser that came by two sessions of one person, by two sign-ins at once, is rid of both by signing out.
func TestSigningOutOfTwoSessions(t *testing.T) {
	c := mustClinic(t)
	u, err := url.Parse(c.URL())
	if err != nil {
		t.Fatal(err)
	}
	wren := mustEnter(t, c.House, c.Links().Patient)
	wren.http.Jar.SetCookies(u, c.wren.http.Jar.Cookies(u))
	wren.http.Jar.SetCookies(u, c.mira.http.Jar.Cookies(u))
	wren.post(api.SignOutPage, "as", wren.slot)
	res, body := c.wren.ask("GET", api.GetMe.Path, "")
	c.wren.wantProblem("the other session", res, body, http.StatusUnauthorized, "")
	mustDo[api.Me](c.mira, "GET", api.GetMe.Path, nil) // another person's stays
}

// A session that makes room for others in its browser is told at once.
func TestSocketsEndWhenAnotherNeedsTheirPlace(t *testing.T) {
	c := mustClinic(t)
	mira := c.mira.socket()
	c.mira.hello(mira, live.Therapist)
	c.mira.until(mira, "welcome", func(m live.FromHouse) bool { return m.Welcome != nil })
	for i := range identity.MostSlots {
		login := fmt.Sprintf("guest-%d", i)
		made := mustDo[api.HandedOut](c.admin, "POST", api.CreatePerson.Path, api.CreatePersonBody{Name: "Guest", Login: login, Roles: []access.Role{access.Therapist}})
		if res, body := c.mira.post(api.SignInPage, "login", login, "password", made.Password); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s signs in: %d %s", login, res.StatusCode, body)
		}
	}
	c.mira.until(mira, "signed out", func(m live.FromHouse) bool { return m.Refused != nil && m.Refused.Code == live.CodeSignedOut })
}

// A house that closes tells its sockets to come back, and lets requests finish.
func TestClosingTellsSockets(t *testing.T) {
	c := mustClinic(t)
	mira := c.mira.socket()
	c.mira.hello(mira, live.Therapist)
	c.mira.until(mira, "welcome", func(m live.FromHouse) bool { return m.Welcome != nil })
	go c.House.Close(t.Context())
	for {
		if _, _, err := mira.ReadMessage(); err != nil {
			if !websocket.IsCloseError(err, websocket.CloseServiceRestart) {
				t.Errorf("the socket ended with %v, want 1012", err)
			}
			return
		}
	}
}
