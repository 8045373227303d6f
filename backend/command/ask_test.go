package command

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hearth/backend/house"
	"hearth/backend/identity"
	"hearth/shared/api"
)

// A script asks a real house: what it answers comes as JSON, what it refuses as a sentence.
func TestAsk(t *testing.T) {
	h, err := house.Open(t.Context(), house.Config{Address: "localhost:0", Dir: t.TempDir(), Demo: true, Version: "test",
		Passwords: identity.Cost{Memory: 64, Time: 1, Threads: 1}, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		h.Close(ctx)
	}()
	tokens, err := h.Tokens(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(kept, []byte(tokens.Administrator+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(in string, args ...string) (int, string, string) {
		var out, complaint bytes.Buffer
		code := Run(t.Context(), append([]string{"ask"}, args...), Terminal{In: strings.NewReader(in), Out: &out, Err: &complaint,
			Environ: []string{"HEARTH_URL=" + h.URL(), "HEARTH_TOKEN_FILE=" + kept}})
		return code, out.String(), complaint.String()
	}
	code, out, _ := run("", "get-me")
	var me api.Me
	if err := json.Unmarshal([]byte(out), &me); code != well || err != nil || me.Name != "Alex Rivers" {
		t.Errorf("who am I: %d %s %v", code, out, err)
	}
	code, out, _ = run(`{"name":"North","project":"Sleep"}`, "create-site", "--body", "-")
	var made api.SiteMade
	if err := json.Unmarshal([]byte(out), &made); code != well || err != nil || made.Project.Name != "Sleep" {
		t.Errorf("a site: %d %s %v", code, out, err)
	}
	if code, out, said := run("", "list-people", "limit=1"); code != well || strings.Count(out, `"login"`) != 1 {
		t.Errorf("one person: %d %s %s", code, out, said)
	}
	for args, want := range map[string]struct {
		code int
		said string
	}{
		"get-record":                   {failed, "needs patient"},
		"get-record patient=nobody":    {failed, "(request.not-found)"},
		"create-site --body -":         {failed, "not JSON"},
		"create-site --body /no/where": {failed, "cannot be read"},
		"burn-down":                    {misled, "no operation"},
		"get-me now":                   {misled, "NAME=VALUE"},
		"":                             {misled, "needs the name"},
	} {
		code, out, said := run("{", strings.Fields(args)...)
		if code != want.code || !strings.Contains(said, want.said) || out != "" || strings.Contains(said, tokens.Administrator) {
			t.Errorf("%q: %d %q %q", args, code, out, said)
		}
	}
	for _, wrong := range []string{"ftp://hearth.example", "hearth.example", "http://hearth.example"} {
		var said bytes.Buffer
		if code := Run(t.Context(), []string{"ask", "get-me"}, Terminal{Out: io.Discard, Err: &said, Environ: []string{"HEARTH_URL=" + wrong}}); code != misled || !strings.HasPrefix(said.String(), "HEARTH_URL") {
			t.Errorf("%s: %d %.80s", wrong, code, said.String())
		}
	}
	if code, out, _ := run("", "--list"); code != well || !strings.Contains(out, "list-people\tGET\t/api/v1/people\n") {
		t.Errorf("the list: %d %.80s", code, out)
	}
}
