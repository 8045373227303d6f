package caller_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hearth/backend/caller"
	"hearth/backend/house"
	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/api"
)

// mustHouse opens a real demo house and gives a caller for each role.
func mustHouse(t *testing.T) map[access.Role]caller.Caller {
	t.Helper()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // as the program does
	h, err := house.Open(t.Context(), house.Config{Address: "localhost:0", Dir: t.TempDir(), Demo: true, Version: "test",
		Passwords: identity.Cost{Memory: 64, Time: 1, Threads: 1}, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		h.Close(ctx)
	})
	tokens, err := h.Tokens(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return map[access.Role]caller.Caller{"": {URL: h.URL()}, access.Therapist: {URL: h.URL(), Token: tokens.Therapist},
		access.Administrator: {URL: h.URL() + "/", Token: tokens.Administrator}}
}

func TestARealHouseAnswers(t *testing.T) {
	as, ctx := mustHouse(t), t.Context()
	me, err := caller.Do[api.Me](ctx, as[access.Administrator], api.GetMe, nil, nil)
	if err != nil || me.Name != "Alex Rivers" {
		t.Fatalf("who am I: %+v, %v", me, err)
	}
	names := ""
	if err := caller.All(ctx, as[access.Administrator], api.ListPeople, caller.Params{"limit": "2"}, func(p api.Person) bool {
		names += p.Name + ";"
		return !strings.HasPrefix(p.Name, "Wren")
	}); err != nil || strings.Count(names, ";") < 4 || !strings.HasSuffix(names, "Wren-23;") {
		t.Errorf("people, two a page, until Wren: %s, %v", names, err)
	}
	home, err := caller.Do[api.Records](ctx, as[access.Administrator], api.ListRecords, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	made, err := caller.Do[api.Group](ctx, as[access.Administrator], api.CreateGroup, caller.Params{"project": string(home.Items[0].Project)}, api.NameBody{Name: "Arm/B?"})
	if err != nil || made.Name != "Arm/B?" {
		t.Errorf("a group: %+v, %v", made, err)
	}
	for what, try := range map[string]struct {
		as   access.Role
		op   api.Operation
		p    caller.Params
		code string
	}{
		"a stranger":        {"", api.ListPeople, nil, "sign-in.needed"},
		"a therapist":       {access.Therapist, api.ListPeople, nil, "request.not-found"},
		"nothing of a name": {access.Administrator, api.GetRecord, caller.Params{"patient": "../people"}, "request.not-found"},
		"a bad page":        {access.Administrator, api.ListPeople, caller.Params{"limit": "many"}, "request.invalid"},
	} {
		_, err := caller.Do[struct{}](ctx, as[try.as], try.op, try.p, nil)
		var no *caller.Refused
		if !errors.As(err, &no) || no.Code != try.code || no.Detail == "" {
			t.Errorf("%s: %v, want %s", what, err, try.code)
		}
	}
	if _, err := caller.Do[struct{}](ctx, as[access.Administrator], api.GetRecord, nil, nil); err == nil || err.Error() != "get-record needs patient" {
		t.Errorf("a name left out: %v", err)
	}
}

// Whatever stands in the way says something else than a house; the token is not in what is said, nor sent on.
func TestWhatIsNoHouse(t *testing.T) {
	seen := ""
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = r.Header.Get("Authorization") }))
	defer elsewhere.Close()
	for what, answer := range map[string]http.HandlerFunc{
		"a proxy": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(502)
			fmt.Fprint(w, "<h1>Bad gateway</h1>")
		},
		"a redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) },
		"no JSON":    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"an end":     func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) },
		"a half": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "{")
		},
	} {
		s := httptest.NewServer(answer)
		_, err := caller.Do[api.Me](t.Context(), caller.Caller{URL: s.URL, Token: "very-secret"}, api.GetMe, caller.Params{"text": "a name"}, nil)
		s.Close()
		if err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "name") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if seen != "" {
		t.Error("the token went elsewhere")
	}
}
