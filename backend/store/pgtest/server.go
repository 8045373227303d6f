// Package pgtest starts a real PostgreSQL server for tests from the programs installed on the machine, and gives each
// test a database of its own. It never runs the server as root, never listens beyond this machine, and never
// touches a server that was there before.
package pgtest

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"hearth/backend/leftover"
)

// ErrMissing means that the programs of PostgreSQL are not installed, or nobody but root could run them.
var ErrMissing = errors.New("PostgreSQL is not installed (no initdb in /usr/lib/postgresql/*/bin or PATH)")

// Server is a running PostgreSQL with an empty cluster of its own.
type Server struct {
	bin  string
	dir  string
	port int
	as   *syscall.Credential // nil: as whoever runs the test
	stop func() error
	left func() // takes back what clears up after a killed test
}

// Start makes a cluster in a new temporary folder and starts a server on it. Its data is not safe against power cuts.
func Start() (*Server, error) {
	bin := programs()
	if bin == "" {
		return nil, ErrMissing
	}
	s := &Server{bin: bin}
	if os.Geteuid() == 0 {
		if s.as = humble(); s.as == nil {
			return nil, fmt.Errorf("%w, or there is neither a user postgres nor nobody to run it as", ErrMissing)
		}
	}
	var err error
	if s.dir, err = os.MkdirTemp("", "hearth-pg-"); err != nil {
		return nil, err
	}
	if s.left, err = leftover.Clear(afterKill, s.dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.dir))
	}
	s.stop = sync.OnceValue(s.end)
	if err := s.begin(); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// afterKill stops a server whose test was killed: it is nobody's child any more.
const afterKill = `pid=$(head -n 1 "$1/data/postmaster.pid") && kill -QUIT "$pid" && while kill -0 "$pid"; do sleep 0.1; done
rm -rf "$1"`

// Close stops the server and removes its folder. It may be called twice.
func (s *Server) Close() error { return s.stop() }

func (s *Server) begin() error {
	if s.as != nil {
		if err := os.Chown(s.dir, int(s.as.Uid), int(s.as.Gid)); err != nil {
			return err
		}
	}
	if err := s.run("initdb", "-D", s.data(), "-U", "hearth", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"); err != nil {
		return err
	}
	var err error
	for range 5 { // the port is free when we look and may be taken when the server does
		if s.port, err = freePort(); err != nil {
			return err
		}
		options := fmt.Sprintf("-p %d -k %s -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c max_connections=200", s.port, s.dir)
		if err = s.run("pg_ctl", "-D", s.data(), "-l", filepath.Join(s.dir, "log"), "-o", options, "-w", "-t", "60", "start"); err == nil {
			return nil
		}
	}
	return err
}

func (s *Server) end() error {
	defer s.left()
	var stopped error
	if _, err := os.Stat(filepath.Join(s.data(), "postmaster.pid")); err == nil {
		stopped = s.run("pg_ctl", "-D", s.data(), "-m", "immediate", "-w", "stop")
	}
	return errors.Join(stopped, os.RemoveAll(s.dir))
}

// Stop halts the server as a crash would, and Resume starts it again on the same port: what a store must live through.
func (s *Server) Stop() error {
	return s.run("pg_ctl", "-D", s.data(), "-m", "immediate", "-w", "stop")
}

// Resume starts a stopped server again; it recovers its data first.
func (s *Server) Resume() error {
	options := fmt.Sprintf("-p %d -k %s -c listen_addresses=127.0.0.1 -c fsync=off", s.port, s.dir)
	return s.run("pg_ctl", "-D", s.data(), "-l", filepath.Join(s.dir, "log"), "-o", options, "-w", "-t", "60", "start")
}

// Database makes a new, empty database and returns its URL.
func (s *Server) Database() (string, error) { return s.create("template1") }

// Copy makes a database with all that is in another one of this server, and returns its URL. Nobody may be connected to the other.
func (s *Server) Copy(of string) (string, error) {
	u, err := url.Parse(of)
	if err != nil {
		return "", err
	}
	return s.create(strings.TrimPrefix(u.Path, "/"))
}

// create makes a database after the pattern of another.
func (s *Server) create(template string) (string, error) {
	admin, err := sql.Open("pgx", s.url("postgres"))
	if err != nil {
		return "", err
	}
	defer admin.Close()
	name := "hearth_" + strings.ToLower(rand.Text())
	if _, err := admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + template); err != nil {
		return "", fmt.Errorf("create a database: %w", err)
	}
	return s.url(name), nil
}

func (s *Server) url(database string) string {
	host := net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port))
	return (&url.URL{Scheme: "postgres", User: url.User("hearth"), Host: host, Path: database, RawQuery: "sslmode=disable"}).String()
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// run executes one of PostgreSQL's programs as the humble user. Its output goes to a file: the server inherits it and
// would keep a pipe open for ever.
func (s *Server) run(program string, args ...string) error {
	out, err := os.CreateTemp("", "hearth-pg-out-")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	cmd := exec.Command(filepath.Join(s.bin, program), args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, out, out
	cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	if s.as != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	}
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		return fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(string(said)))
	}
	return nil
}

// programs returns the folder of the newest PostgreSQL installed, or "".
func programs() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is right: no error
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	if len(found) > 0 {
		return filepath.Dir(found[0])
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	return ""
}

func version(initdb string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb))))
	if err != nil {
		return 0
	}
	return n
}

// humble finds somebody who is not root.
func humble() *syscall.Credential {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil && uid != 0 {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	return nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
