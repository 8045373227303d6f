// Package store is the house's memory: people, who cares for whom, sittings and what was said about them, in SQLite or
// PostgreSQL. It decides nothing by itself: what a reader may see comes from shared/access and is evaluated in SQL. It
// never keeps passwords, tokens or addresses in the clear, and no signals. Only backend/house opens it; other rooms
// name the methods they need.
//
// Every table has its file, with its unexported row beside the conversion to the type of shared/care. Instants are
// microseconds since the Unix epoch, UTC. Methods that take a care.Reader answer fault.NotFound for what is unknown and
// for what the reader may not see, so the two look alike. A database that is locked, gone or full answers
// fault.Unavailable, and nothing is half written: whatever touches two rows runs in one transaction.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Config says where the data is: the URL of a PostgreSQL server ("postgres://…"), or, when it is empty, the folder of
// the SQLite file.
type Config struct {
	URL     string
	Dir     string
	Now     func() time.Time // nil: time.Now
	NoRelay bool             // the house has none: no visit goes through it by itself, and none may be made to
}

// Store is the house's memory. It may be used by many goroutines at once.
type Store struct {
	db      *bun.DB
	now     func() time.Time
	noRelay bool
	close   func() error

	scribe *scribe // writes the audit trail
}

// File is the name of the SQLite file inside Config.Dir.
const File = "hearth.db"

// Open connects, brings the tables up to date and returns the store. Two nodes may open an empty database at once: one
// makes the tables, the other waits.
func Open(ctx context.Context, c Config) (*Store, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	db, err := connect(c)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, now: c.Now, noRelay: c.NoRelay}
	s.close = sync.OnceValue(db.Close)
	s.scribe = newScribe(s.writeTrail)
	if err := s.migrateInTurn(ctx); err != nil {
		s.Close()
		return nil, fmt.Errorf("bring the database up to date: %w", err)
	}
	return s, nil
}

// Close ends all connections. It may be called twice.
func (s *Store) Close() error { return s.close() }

// Ready reports whether the database answers.
func (s *Store) Ready(ctx context.Context) error {
	var one int
	return failed("ask the database", s.db.NewRaw("SELECT 1 FROM sites LIMIT 1").Scan(ctx, &one))
}

// Database is "sqlite" or "postgres".
func (s *Store) Database() string {
	if s.postgres() {
		return "postgres"
	}
	return "sqlite"
}

func (s *Store) postgres() bool { return s.db.Dialect().Name() == dialect.PG }

// connect chooses the database. SQLite: write-ahead log, so readers never wait for the writer; every transaction takes
// the write lock at its beginning, so none fails half-way for want of it.
func connect(c Config) (*bun.DB, error) {
	if c.URL != "" {
		if !strings.HasPrefix(c.URL, "postgres://") && !strings.HasPrefix(c.URL, "postgresql://") {
			return nil, fmt.Errorf("database URL: only postgres:// is known")
		}
		pool, err := sql.Open("pgx", c.URL)
		if err != nil {
			return nil, fmt.Errorf("database URL: %w", err)
		}
		pool.SetMaxOpenConns(16)
		pool.SetMaxIdleConns(16) // what a burst opened is kept for the next: PostgreSQL makes a process for each
		pool.SetConnMaxIdleTime(5 * time.Minute)
		return bun.NewDB(pool, pgdialect.New()), nil
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	pragmas := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "foreign_keys(1)", "synchronous(NORMAL)", "secure_delete(1)",
	}}
	path, err := filepath.Abs(filepath.Join(c.Dir, File))
	if err != nil {
		return nil, fmt.Errorf("find the data folder: %w", err)
	}
	if err := private(path); err != nil {
		return nil, fmt.Errorf("keep the database to ourselves: %w", err)
	}
	pool, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: pragmas.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	pool.SetMaxOpenConns(16) // where another program holds the file, who writes waits on one each, and who reads goes on
	pool.SetMaxIdleConns(8)
	return bun.NewDB(pool, sqlitedialect.New()), nil
}

// private makes the database file, or takes one that is there, for this account of the machine alone: the folder may be
// older than the house and open to others. SQLite gives its journals the mode of the database.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	for _, journal := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + journal)
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			err = os.Chmod(path+journal, 0o600)
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// within runs do in one transaction.
func (s *Store) within(ctx context.Context, doing string, do func(ctx context.Context, tx bun.Tx) error) error {
	return failed(doing, s.db.RunInTx(ctx, nil, do))
}

// locked makes a select of a transaction hold its rows until the end. SQLite has one writer at a time and needs none.
func (s *Store) locked(q *bun.SelectQuery) *bun.SelectQuery {
	if s.postgres() {
		return q.For("UPDATE")
	}
	return q
}

// held is locked for rows whose keys never change: who adds rows that point to them, such as a link or a message of a guest,
// waits for nobody, and so is never waited for in turn.
func (s *Store) held(q *bun.SelectQuery) *bun.SelectQuery {
	if s.postgres() {
		return q.For("NO KEY UPDATE")
	}
	return q
}

// micro and instant convert between Go's time and the database's; a zero time is 0.
func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
