package command

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"hearth/backend/config"
)

// An empty house prints a code, takes it once, and prints none when it has an administrator.
func TestServe(t *testing.T) {
	environ := []string{"HEARTH_ADDR=localhost:0", "HEARTH_DATA=" + t.TempDir(), "HEARTH_TURN_ADDR=127.0.0.1:0"}
	p := startWith(t, environ, "serve")
	var said strings.Builder
	code := regexp.MustCompile(`(?m)^    (\S+)$`)
	for code.FindString(said.String()) == "" {
		line, err := p.out.ReadString('\n')
		if err != nil {
			t.Fatalf("said %q and %q: %v", said.String(), p.errs, err)
		}
		said.WriteString(line)
	}
	base := regexp.MustCompile(`http://localhost:\d+`).FindString(said.String())
	secret := code.FindStringSubmatch(said.String())[1]
	move := func(code string) (int, string) {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		c := http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		res, err := c.PostForm(base+"/set-up", url.Values{"code": {code}, "name": {"Ada Blum"}, "login": {"ada"}, "fresh": {"several warm words"}})
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		return res.StatusCode, res.Header.Get("Location") + string(body)
	}
	if got, body := move("not-the-code"); got == 303 || !strings.Contains(body, `id="code-trouble"`) {
		t.Errorf("a wrong code: %d, want the page with words beside the code", got)
	}
	if got, to := move(secret); got != 303 || !strings.HasPrefix(to, "/account/protect?") || !strings.Contains(to, "next=%2Fadmin") {
		t.Errorf("the code: %d to %q, want 303 to the second step, then /admin", got, to)
	}
	if got, _ := move(secret); got != http.StatusNotFound {
		t.Errorf("the code once more: %d, want 404", got)
	}
	if got, _ := status(t, "GET", base+"/demo/x", ""); got != http.StatusNotFound {
		t.Errorf("a clinic has demo pages: %d", got)
	}
	if got := p.end(syscall.SIGTERM); got != 0 {
		t.Errorf("told to end: exit %d, said %s", got, p.errs)
	}
	if strings.Contains(p.errs.String(), secret) {
		t.Error("the log holds the code")
	}

	p = startWith(t, environ, "serve")
	line, err := p.out.ReadString('\n')
	if err != nil || !strings.Contains(line, "Hearth is open at") {
		t.Fatalf("said %q: %v; %s", line, err, p.errs)
	}
	p.cmd.Process.Signal(syscall.SIGTERM)
	rest, _ := io.ReadAll(p.out)
	if code.Match(rest) {
		t.Errorf("a house with an administrator printed a code: %s", rest)
	}
	p.wait()
}

func TestServeRefusesInSentences(t *testing.T) {
	for environ, want := range map[string]string{
		"HEARTH_ADDR=nonsense":         "HEARTH_ADDR",
		"HEARTH_URL=ftp://x":           "HEARTH_URL",
		"HEARTH_COLOUR=red":            "HEARTH_COLOUR",
		"HEARTH_DATABASE_URL=mysql://": "HEARTH_DATABASE_URL",
	} {
		var errs bytes.Buffer
		if got := Run(context.Background(), []string{"serve"}, Terminal{Out: io.Discard, Err: &errs, Environ: []string{environ}}); got != misled || !strings.Contains(errs.String(), want) {
			t.Errorf("%s: exit %d, said %q", environ, got, errs.String())
		}
	}
}

func TestRelayOf(t *testing.T) {
	for what, c := range map[string]struct {
		config         config.Config
		listen, gotten string
		fails          bool
	}{
		"this machine":  {config.Config{URL: "http://localhost:8080", TURNAddr: ":3478"}, "127.0.0.1:3478", "127.0.0.1", false},
		"an address":    {config.Config{URL: "https://hearth.example", TURNAddr: "192.0.2.7:3478"}, "192.0.2.7:3478", "192.0.2.7", false},
		"behind a wall": {config.Config{URL: "https://hearth.example", TURNAddr: ":3478", TURNRelay: "198.51.100.4"}, "0.0.0.0:3478", "198.51.100.4", false},
		"nobody knows":  {config.Config{URL: "https://hearth.invalid", TURNAddr: ":3478"}, "", "", true},
	} {
		r, err := relayOf(context.Background(), c.config)
		if (err != nil) != c.fails || (!c.fails && (r.Listen != c.listen || r.Address.String() != c.gotten)) {
			t.Errorf("%s: %+v, %v; want %s reached by %s", what, r, err, c.listen, c.gotten)
		}
	}
}

// TLS stands beside the relay, or on an address of its own.
func TestRelayOverTLS(t *testing.T) {
	for set, want := range map[string]string{"": "", "off": "", ":5349": "192.0.2.7:5349", "192.0.2.8:443": "192.0.2.8:443"} {
		r, err := relayOf(t.Context(), config.Config{URL: "https://hearth.example", TURNAddr: "192.0.2.7:3478", TURNTLSAddr: set, TURNMegabits: 8})
		if err != nil || r.TLSListen != want || r.Host != "hearth.example" || r.Total != 1_000_000 {
			t.Errorf("%q: %+v, %v; want %q", set, r, err, want)
		}
	}
}

// The help names every setting, so that an unknown one can be looked up.
func TestHelpNamesSettings(t *testing.T) {
	for _, name := range []string{"ADDR", "URL", "DATA", "DATABASE_URL", "MASTER_KEY", "TLS_CERT", "TRUSTED_PROXIES", "TURN_ADDR", "TURN_HOST", "TURN_RELAY", "TURN_PORTS", "TURN_SECRET", "TURN_TLS_ADDR",
		"TURN_TLS_CERT", "TURN_TLS_KEY", "TURN_PER_ADDRESS", "TURN_MBITS", "WEBHOOK_NETWORKS", "SECOND_STEP", "LOG"} {
		if !strings.Contains(usage, config.Prefix+name) {
			t.Errorf("the help lacks %s", config.Prefix+name)
		}
	}
}
