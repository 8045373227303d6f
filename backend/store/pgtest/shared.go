package pgtest

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
)

// shared is one server for all tests of a package, started when the first one asks.
var shared struct {
	once   sync.Once
	server *Server
	err    error
}

// Main runs a package's tests and stops the server they shared. A package whose tests call MustDatabase has
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
func Main(m *testing.M) int {
	code := m.Run()
	if shared.server != nil {
		if err := shared.server.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "stop PostgreSQL:", err)
			return max(code, 1)
		}
	}
	return code
}

// MustDatabase returns the URL of a new, empty database. Where PostgreSQL is not installed the test is skipped and says
// so; a server that is there and does not start fails it.
func MustDatabase(t testing.TB) string {
	t.Helper()
	return must(t, (*Server).Database)
}

// MustCopy is MustDatabase with all that is in another database of MustDatabase. Nobody may be connected to that one.
func MustCopy(t testing.TB, url string) string {
	t.Helper()
	return must(t, func(s *Server) (string, error) { return s.Copy(url) })
}

func must(t testing.TB, make func(*Server) (string, error)) string {
	t.Helper()
	shared.once.Do(func() { shared.server, shared.err = Start() })
	if errors.Is(shared.err, ErrMissing) {
		fmt.Fprintf(os.Stderr, "%s is skipped: %v\n", t.Name(), shared.err)
		t.Skip(shared.err)
	}
	if shared.err != nil {
		t.Fatal("start PostgreSQL: ", shared.err)
	}
	url, err := make(shared.server)
	if err != nil {
		t.Fatal(err)
	}
	return url
}
