package command

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"hearth/backend/caller"
	"hearth/backend/house"
	"hearth/backend/identity"
	"hearth/shared/api"
	"hearth/shared/care"
)

// Flags that cannot be meant are refused with a sentence before anybody comes, and without the secret in a link.
func TestSimulateRefuses(t *testing.T) {
	const link, door = "http://localhost:1/i/secretsecret", "http://localhost:1" + api.DropInPage + "p"
	for args, want := range map[string]string{
		"":                                "needs an invitation",
		"--invite ,":                      "needs an invitation",
		"--invite -":                      "needs an invitation",
		"--invite " + link + " --count 2": "an invitation is for one person",
		"--invite " + link + "," + door + " --count 3": "an invitation is for one person",
		"--invite " + door + " --count 10001":          "too many",
		"--invite secretsecret":                        "not the address of an invitation",
		"--invite ftp://localhost/i/secret":            "not the address of an invitation",
		"--invite " + link + " --loud":                 "not defined",
		"--invite " + link + " --stay soon":            "invalid value",
		"--invite " + link + " now":                    "now",
	} {
		var out, said bytes.Buffer
		code := Run(t.Context(), append([]string{"simulate"}, strings.Fields(args)...), Terminal{In: strings.NewReader("\n \n"), Out: &out, Err: &said})
		if code != misled || !strings.Contains(said.String(), want) || out.Len() > 0 {
			t.Errorf("%s: %d %s%s, want %q", args, code, out.String(), said.String(), want)
		}
		if strings.Contains(said.String(), "secretsecret") && !strings.Contains(args, "--invite secretsecret") {
			t.Errorf("%s: the secret is said: %s", args, said.String())
		}
	}
}

// Invitations come from flags or standard input, whole or as their last part with --url; an open door is for as many as come.
func TestSimulateReadsInvitations(t *testing.T) {
	for _, c := range []struct {
		s    simulation
		in   string
		want []string
	}{
		{simulation{invite: "http://h/i/a, http://h/i/b"}, "", []string{"http://h/i/a", "http://h/i/b"}},
		{simulation{invite: "-", url: "http://h/"}, "a\n\nhttp://g/i/b\n", []string{"http://h" + api.LinkPage + "a", "http://g/i/b"}},
		{simulation{invite: "http://h" + api.DropInPage + "p", count: 3}, "", []string{"http://h" + api.DropInPage + "p", "http://h" + api.DropInPage + "p", "http://h" + api.DropInPage + "p"}},
	} {
		if got, err := c.s.links(strings.NewReader(c.in)); err != nil || strings.Join(got, " ") != strings.Join(c.want, " ") {
			t.Errorf("%+v: %v, %v", c.s, got, err)
		}
	}
}

// openHouse is a demo house with its door open all week, which may restart.
type openHouse struct {
	*house.House
	t       *testing.T
	config  house.Config
	mira    caller.Caller
	project care.ProjectID
}

func openClinic(t *testing.T) *openHouse {
	t.Helper()
	c := &openHouse{t: t, config: house.Config{Address: "localhost:0", Dir: t.TempDir(), Demo: true, Version: "test",
		Passwords: identity.Cost{Memory: 64, Time: 1, Threads: 1}, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}}
	c.open()
	t.Cleanup(c.shut)
	tokens := must(c.Tokens(t.Context()))(t)
	alex := caller.Caller{URL: c.URL(), Token: tokens.Administrator}
	c.project = must(caller.Do[api.List[api.Patient]](t.Context(), c.mira, api.ListPatients, nil, nil))(t).Items[0].Project
	in := caller.Params{"project": string(c.project)}
	set := must(caller.Do[api.Visiting](t.Context(), alex, api.GetVisiting, in, nil))(t)
	set.DropIn, set.Hours = true, nil
	for day := range time.Weekday(7) {
		set.Hours = append(set.Hours, care.Opening{Day: day, From: "00:00", Until: "24:00"})
	}
	must(caller.Do[api.Visiting](t.Context(), alex, api.PutVisiting, in, set))(t)
	return c
}

func (c *openHouse) open() {
	c.t.Helper()
	c.House = must(house.Open(context.Background(), c.config))(c.t)
	if at, err := url.Parse(c.URL()); err == nil {
		c.config.Address = at.Host // the same after a restart
	}
	c.mira = caller.Caller{URL: c.URL(), Token: must(c.Tokens(c.t.Context()))(c.t).Therapist}
}

func (c *openHouse) shut() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := c.Close(ctx); err != nil {
		c.t.Errorf("close the house: %v", err)
	}
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// until waits for something to come true.
func until(t *testing.T, what string, came func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !came(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: it never came", what)
		}
	}
}

// Three people come by an open door, are let in, stay in their visits while the house restarts, and say what it was like: a line
// of JSON each, with the break of the line in it.
func TestSimulateAtAnOpenDoor(t *testing.T) {
	c := openClinic(t)
	var out, complaint bytes.Buffer
	over := make(chan int, 1)
	go func() {
		over <- Run(t.Context(), []string{"simulate", "--invite", c.URL() + api.DropInPage + string(c.project), "--count", "3", "--every", "10ms", "--json", "--loopback"}, Terminal{Out: &out, Err: &complaint})
	}()
	inside := map[care.VisitID]care.GuestID{}
	until(t, "three are let in", func() bool {
		for _, q := range must(caller.Do[api.List[api.Queued]](t.Context(), c.mira, api.GetQueue, nil, nil))(t).Items {
			if q.State == care.WaitingRoom && inside[q.Visit] == "" {
				must(caller.Do[api.Visit](t.Context(), c.mira, api.AdmitGuest, caller.Params{"visit": string(q.Visit), "guest": string(q.ID)}, nil))(t)
				inside[q.Visit] = q.ID
			}
		}
		return len(inside) == 3
	})
	all := func(state care.GuestState) func() bool {
		return func() bool {
			for id := range inside {
				v := must(caller.Do[api.Visit](t.Context(), c.mira, api.GetVisit, caller.Params{"visit": string(id)}, nil))(t)
				if len(v.Guests) != 1 || v.Guests[0].State != state {
					return false
				}
			}
			return true
		}
	}
	until(t, "they are in their visits", all(care.InCall))
	c.shut()
	c.open()
	until(t, "they are back in their visits", all(care.InCall))
	for id := range inside {
		must(caller.Do[api.Visit](t.Context(), c.mira, api.EndVisit, caller.Params{"visit": string(id)}, api.EndVisitBody{}))(t)
	}
	if code := <-over; code != well {
		t.Errorf("ended with %d: %s%s", code, out.String(), complaint.String())
	}
	peers := map[int]bool{}
	for text := range strings.Lines(out.String()) {
		var one said
		if err := json.Unmarshal([]byte(text), &one); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		peers[one.Peer] = true
		if one.Error != "" || one.LetIn < 0 || one.Breaks < 1 || one.Talked < 0 || one.Hears != -1 {
			t.Errorf("%s", text)
		}
	}
	if len(peers) != 3 || !peers[1] || !peers[2] || !peers[3] {
		t.Errorf("who said something: %v\n%s", peers, out.String())
	}
	if strings.Contains(out.String()+complaint.String(), string(c.project)) {
		t.Errorf("the link is said: %s%s", out.String(), complaint.String())
	}
}
