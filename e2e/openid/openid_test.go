// Package openid signs in through a house as other programs do, with a library of somebody else's (openid-client), and
// tries what thieves try. It needs Node, and no browser.
package openid

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"hearth/backend/house"
	"hearth/backend/identity"
	"hearth/backend/keys"
	"hearth/backend/leftover"
	"hearth/backend/store/pgtest"
	"hearth/backend/web"
)

// least is how many scenes there are at least: a script that says nothing must not pass.
const least = 23

func TestProgramsSignInThroughUs(t *testing.T) {
	if _, err := os.Stat("../node_modules/openid-client/package.json"); err != nil {
		t.Skip("skipped: openid-client is not there; .ci/needs installs it")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("skipped: there is no node; .ci/needs installs it")
	}
	t.Run("sqlite", func(t *testing.T) { scenes(t, node, mustHouse(t, house.Config{Dir: t.TempDir()})) })
	t.Run("postgres", func(t *testing.T) {
		master := keys.NewMaster()
		scenes(t, node, mustHouse(t, house.Config{Database: pgtest.MustDatabase(t), Master: &master}))
	})
}

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // as the program does
	os.Exit(pgtest.Main(m))
}

func scenes(t *testing.T, node string, h *house.House) {
	for name, trouble := range play(t, node, h.URL(), h) {
		t.Run(name, func(t *testing.T) {
			if trouble != "" {
				t.Error(trouble)
			}
		})
	}
}

func mustHouse(t *testing.T, c house.Config) *house.House {
	t.Helper()
	fast := web.Rate{Each: time.Microsecond, Burst: 1 << 20}
	c.Address, c.Demo, c.Version, c.Passwords = "localhost:0", true, "test", identity.Cost{Memory: 64, Time: 1, Threads: 1}
	c.Relay, c.Limits = house.Relay{Off: true}, web.Limits{Address: fast, Person: fast, Door: fast}
	h, err := house.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Shut(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// play runs the scenes against the provider at issuer and returns what was wrong with each, "" for nothing.
func play(t *testing.T, node, issuer string, h *house.House) map[string]string {
	t.Helper()
	tokens, err := h.Tokens(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, "main.mjs")
	cmd.Stderr = os.Stderr
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	stop, err3 := leftover.Start(cmd)
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	defer stop()
	if err := json.NewEncoder(in).Encode(map[string]any{"issuer": issuer, "links": h.Links(), "tokens": tokens}); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var line struct {
			Scene, Trouble, Ask string
			End                 bool
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("said %s: %v", lines.Text(), err)
		}
		switch {
		case line.Ask != "":
			answer(t.Context(), in, h)
		case line.End:
			if len(found) < least {
				t.Errorf("%d scenes were played, want at least %d", len(found), least)
			}
			return found
		default:
			found[line.Scene] = line.Trouble
		}
	}
	t.Fatal("the scenes broke off")
	return nil
}

// answer does the one thing that scenes ask for: new keys.
func answer(ctx context.Context, in io.Writer, h *house.House) {
	said := "done"
	if err := h.Ring().Rotate(ctx); err != nil {
		said = err.Error()
	}
	fmt.Fprintln(in, said)
}
