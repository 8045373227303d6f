package command

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asProgram makes this very test binary the program hearth.
const asProgram = "TEST_AS_HEARTH"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(Main())
	}
	os.Exit(m.Run())
}

// program is a running hearth.
type program struct {
	t       *testing.T
	cmd     *exec.Cmd
	out     *bufio.Reader
	errs    *bytes.Buffer
	stopped bool
}

func start(t *testing.T, args ...string) *program {
	t.Helper()
	return startWith(t, nil, args...)
}

func startWith(t *testing.T, environ []string, args ...string) *program {
	t.Helper()
	p := &program{t: t, cmd: exec.Command(os.Args[0], args...), errs: &bytes.Buffer{}}
	p.cmd.Env = append(append(os.Environ(), asProgram+"=1"), environ...)
	p.cmd.Stderr = p.errs
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !p.stopped {
			p.cmd.Process.Kill()
			p.cmd.Wait()
		}
	})
	return p
}

// end sends a signal and returns the exit status.
func (p *program) end(sig os.Signal) int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		p.t.Fatal(err)
	}
	return p.wait()
}

func (p *program) wait() int {
	p.t.Helper()
	done := make(chan error, 1)
	go func() { done <- p.cmd.Wait() }()
	p.stopped = true
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		p.cmd.Process.Kill()
		p.t.Fatalf("did not end; said %s", p.errs)
	}
	return p.cmd.ProcessState.ExitCode()
}

// announced is what demo --json prints.
type announced struct {
	URL   string            `json:"url"`
	Links map[string]string `json:"links"`

	Tokens map[string]string `json:"tokens"`
	Visit  map[string]string `json:"visit"`
}

func (p *program) ready() announced {
	p.t.Helper()
	line, err := p.out.ReadString('\n')
	if err != nil {
		p.t.Fatalf("nothing was announced: %v; said %s", err, p.errs)
	}
	var a announced
	d := json.NewDecoder(strings.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		p.t.Fatalf("announced %q: %v", line, err)
	}
	return a
}

// status opens an address and follows nothing.
func status(t *testing.T, method, target, host string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, target, nil)
	if err != nil {
		t.Fatal(err)
	}
	if host != "" {
		req.Host = host
	}
	c := http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, target, err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	return res.StatusCode, res.Header.Get("Location") + string(body)
}

func TestDemo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "data")
	p := start(t, "demo", "--addr", ":0", "--data", dir, "--json")
	a := p.ready()
	u, err := url.Parse(a.URL)
	if err != nil || u.Hostname() != "localhost" || u.Scheme != "http" || u.Port() == "0" || u.Path != "" {
		t.Fatalf("url is %q, want http://localhost:port", a.URL)
	}
	if len(a.Links) != 5 || len(a.Tokens) != 4 || a.Tokens["patient"] == "" {
		t.Errorf("links are %v, want five, and tokens for %d, want four", a.Links, len(a.Tokens))
	}
	for who, portal := range map[string]string{"therapist": "/therapist#as=", "patient": "/patient#as=", "patient2": "/patient#as=", "administrator": "/admin#as=", "clerk": "/admin#as="} {
		link := a.Links[who]
		for range 2 {
			if code, body := status(t, "GET", link, ""); code != 200 || !strings.Contains(body, `method="post"`) {
				t.Errorf("%s: looking gives %d, want a page with a button", who, code)
			}
			if code, to := status(t, "POST", link, ""); code != 303 || !strings.HasPrefix(to, portal) {
				t.Errorf("%s: pressing gives %d to %q, want 303 to %s", who, code, to, portal)
			}
		}
		if code, _ := status(t, "GET", link, "evil.example"); code != http.StatusMisdirectedRequest {
			t.Errorf("%s: the link under another name gives %d, want 421", who, code)
		}
	}
	fromNetwork(t, u.Port(), a.Links["therapist"])

	again := start(t, "demo", "--addr", u.Host, "--data", t.TempDir())
	if code := again.wait(); code != 1 || !strings.Contains(again.errs.String(), "taken by another program") || strings.Count(again.errs.String(), "\n") != 1 {
		t.Errorf("a taken port: exit %d, said %q", code, again.errs)
	}
	if code := p.end(syscall.SIGTERM); code != 0 {
		t.Errorf("told to end: exit %d, said %s", code, p.errs)
	}

	p = start(t, "demo", "--addr", "localhost:0", "--data", dir, "--json")
	b := p.ready()
	for who := range a.Links {
		was, is := a.Links[who][strings.LastIndex(a.Links[who], "/"):], b.Links[who][strings.LastIndex(b.Links[who], "/"):]
		if was != is {
			t.Errorf("the link of the %s changed over a restart", who)
		}
	}
	for what, address := range a.Visit {
		if was, is := strings.TrimPrefix(address, a.URL), strings.TrimPrefix(b.Visit[what], b.URL); was != is {
			t.Errorf("the visit's %s was %s and is %s after a restart", what, was, is)
		}
	}
	if code := p.end(os.Interrupt); code != 0 {
		t.Errorf("interrupted: exit %d, said %s", code, p.errs)
	}
}

// fromNetwork opens a link over an address of this machine in its network, as a neighbour would.
func fromNetwork(t *testing.T, port, link string) {
	t.Helper()
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range all {
		prefix, err := netip.ParsePrefix(one.String())
		if err != nil || prefix.Addr().IsLoopback() || !prefix.Addr().Is4() {
			continue
		}
		near := "http://" + net.JoinHostPort(prefix.Addr().String(), port) + link[strings.Index(link, "/demo/"):]
		for _, method := range []string{"GET", "POST"} {
			if code, _ := status(t, method, near, "localhost:"+port); code != http.StatusNotFound {
				t.Errorf("%s of a demo link from the network: %d, want 404", method, code)
			}
		}
		return
	}
	t.Log("this machine is in no network, so a neighbour could not be tried")
}

func TestDemoRefusesInOneSentence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"a folder that is a file": {[]string{"demo", "--addr", "localhost:0", "--data", file}, 1, "cannot be written"},
		"a folder below a file":   {[]string{"demo", "--addr", "localhost:0", "--data", filepath.Join(file, "x")}, 1, "cannot be written"},
		"no address":              {[]string{"demo", "--addr", "nonsense", "--data", t.TempDir()}, 1, "should look like"},
		"an unknown flag":         {[]string{"demo", "--nonsense"}, 2, "hearth demo"},
		"an unknown word":         {[]string{"demo", "nonsense"}, 2, "not clear"},
		"an unknown command":      {[]string{"nonsense"}, 2, "no command"},
	} {
		var out, errs bytes.Buffer
		if got := Run(context.Background(), c.args, Terminal{Out: &out, Err: &errs}); got != c.code || !strings.Contains(errs.String(), c.says) || out.Len() > 0 {
			t.Errorf("%s: exit %d, said %q and %q; want %d and %q", what, got, out.String(), errs.String(), c.code, c.says)
		}
	}
}

func TestHelpAndVersion(t *testing.T) {
	for _, c := range []struct{ ask, says string }{{"help", "hearth demo"}, {"--help", "hearth serve"}, {"version", "hearth "}} {
		var out bytes.Buffer
		if got := Run(context.Background(), []string{c.ask}, Terminal{Out: &out, Err: io.Discard}); got != 0 || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: exit %d, said %q", c.ask, got, out.String())
		}
	}
}

func TestSquare(t *testing.T) {
	code, err := square("https://192.168.1.20:8443/demo/abcdefgh")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(code, "\n"), "\n")
	for _, l := range lines {
		if len([]rune(l)) != len([]rune(lines[0])) {
			t.Fatalf("the code is no rectangle:\n%s", code)
		}
	}
	if !strings.HasPrefix(lines[0], "  ████") || !strings.HasPrefix(lines[len(lines)/2], "  ████") {
		t.Errorf("the code has no quiet border:\n%s", code)
	}
}
