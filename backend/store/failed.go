package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"hearth/shared/fault"
)

// The faults of this room.
var (
	errNotFound = fault.New(fault.NotFound, "not-found", nil)
	errChanged  = fault.New(fault.Conflict, "changed-elsewhere", nil)
	errText     = fault.New(fault.Invalid, "text.invalid", nil)

	errPseudonym = fault.New(fault.Conflict, "pseudonym.taken", nil)
)

// failed says what was being done and turns what a driver says into a fault: unknown rows into NotFound, broken
// references into NotFound, a database that is locked, gone or full into Unavailable. nil stays nil.
func failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	kind, code := diagnosis(err)
	if kind == "" {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return fault.New(kind, code, fmt.Errorf("%s: %w", doing, err))
}

func diagnosis(err error) (fault.Kind, string) {
	var lite *sqlite.Error
	var pg *pgconn.PgError
	var connect *pgconn.ConnectError
	var network net.Error
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fault.NotFound, "not-found"
	case errors.Is(err, context.Canceled):
		return "", "" // whoever asked is gone; nobody reads the words
	case errors.As(err, &lite):
		return sqliteDiagnosis(lite.Code())
	case errors.As(err, &pg):
		return postgresDiagnosis(pg.Code)
	case errors.As(err, &connect), errors.As(err, &network), errors.Is(err, context.DeadlineExceeded),
		errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone), errors.Is(err, io.EOF),
		errors.Is(err, io.ErrUnexpectedEOF), strings.Contains(err.Error(), "sql: database is closed"):
		return fault.Unavailable, "store.unavailable"
	case strings.Contains(err.Error(), "NUL byte"): // bun's own last line of defence
		return fault.Invalid, "text.invalid"
	}
	return "", ""
}

// busy reports whether SQLite gave up because somebody else holds the file.
func busy(err error) bool {
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_BUSY
}

// sqliteDiagnosis reads a result code, https://www.sqlite.org/rescode.html.
func sqliteDiagnosis(code int) (fault.Kind, string) {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fault.Conflict, "changed-elsewhere"
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fault.NotFound, "not-found"
	}
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		return fault.Unavailable, "store.full"
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN,
		sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_NOMEM:
		return fault.Unavailable, "store.unavailable"
	}
	return "", ""
}

// postgresDiagnosis reads a SQLSTATE, PostgreSQL manual, appendix A.
func postgresDiagnosis(state string) (fault.Kind, string) {
	switch state {
	case "23505": // unique_violation
		return fault.Conflict, "changed-elsewhere"
	case "23503": // foreign_key_violation
		return fault.NotFound, "not-found"
	case "22021": // character_not_in_repertoire
		return fault.Invalid, "text.invalid"
	case "53100": // disk_full
		return fault.Unavailable, "store.full"
	case "40001", "40P01", "55P03", "25006": // serialisation, deadlock, lock not available, read-only
		return fault.Unavailable, "store.unavailable"
	}
	switch state[:min(2, len(state))] {
	case "08", "28", "3D", "53", "57", "58": // connection, authorisation, no such database, resources, operator, system
		return fault.Unavailable, "store.unavailable"
	}
	return "", ""
}

// clean refuses text no database keeps as it is: NUL characters and broken UTF-8.
func clean(texts ...string) error {
	for _, t := range texts {
		if strings.ContainsRune(t, 0) || !utf8.ValidString(t) {
			return errText
		}
	}
	return nil
}

// changed is the fault of an update that found no row of the version it was told.
func changed(r sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil {
		return err
	} else if n == 0 {
		return errChanged
	}
	return nil
}

// present is the fault of a change that found no row at all.
func present(r sql.Result, err error) error {
	if err = changed(r, err); errors.Is(err, errChanged) {
		return errNotFound
	}
	return err
}
