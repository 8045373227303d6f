package turn

import (
	"errors"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"hearth/shared/live"
)

// mustFind finds one of coturn's programs, or says what was not tried.
func mustFind(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("no %s here (Debian package coturn): only pion's own client was tried", program)
	}
	return path
}

// uclient runs coturn's client and returns what it says.
func uclient(t testing.TB, s *Server, way string, p live.ICEServer, more ...string) string {
	t.Helper()
	args, port := []string{"-c", "-n", "20", "-m", "2"}, s.port
	switch way {
	case TCP:
		args = append(args, "-t")
	case TLS:
		args, port = append(args, "-t", "-S"), s.tls
	}
	args = append(append(args, more...), "-u", p.Username, "-w", p.Credential, "-p", strconv.Itoa(port), "127.0.0.1")
	out, err := exec.CommandContext(t.Context(), mustFind(t, "turnutils_uclient"), args...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out)
}

var (
	lost     = regexp.MustCompile(`Total lost packets (\d+)`)
	received = regexp.MustCompile(`tot_recv_msgs=(\d+)`)
)

// coturn's client, written by others, is content with us over every way: nothing of what it sends to itself through two
// relays, or to a peer, is lost.
func TestCoturnClient(t *testing.T) {
	mustFind(t, "turnutils_uclient")
	s := mustOpen(t, withTLS(t, "127.0.0.1", time.Now().Add(time.Hour)))
	for _, way := range []string{UDP, TCP, TLS} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			said := uclient(t, s, way, pass(s, "member/"+way), "-y")
			if l, r := lost.FindStringSubmatch(said), received.FindAllStringSubmatch(said, -1); l == nil || l[1] != "0" || r == nil || r[len(r)-1][1] == "0" {
				t.Errorf("it lost something:\n%s", said)
			}
		})
	}
}

// What coturn's client may not do, it is refused: to come with a wrong password or an old credential, and to reach what
// is inside. pion answers with 400 and 401 where others say 401 and 403.
func TestCoturnClientRefused(t *testing.T) {
	mustFind(t, "turnutils_uclient")
	s := mustOpen(t, withTLS(t, "127.0.0.1", time.Now().Add(time.Hour)))
	wrong := pass(s, "a")
	wrong.Credential = "wrong" + wrong.Credential
	for name, c := range map[string]struct {
		pass live.ICEServer
		peer string
		want string
	}{
		"wrong password":     {wrong, "127.0.0.1", "error 400"},
		"expired credential": {s.Credentials("a", time.Now().Add(-time.Hour))[1], "127.0.0.1", "error 400"},
		"forbidden peer":     {pass(s, "b"), "192.168.1.1", "channel bind: error 401"},
	} {
		for _, way := range []string{UDP, TCP, TLS} {
			t.Run(name+" over "+way, func(t *testing.T) {
				t.Parallel()
				said := uclient(t, s, way, c.pass, "-e", c.peer)
				if !strings.Contains(said, c.want) || received.MatchString(said) && !strings.Contains(said, "tot_recv_msgs=0") {
					t.Errorf("want %q:\n%s", c.want, said)
				}
			})
		}
	}
}
