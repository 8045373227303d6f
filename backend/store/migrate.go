package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"
)

// A migration is one step of the tables' history, the same for both databases. Steps are only ever added: what has run
// at a clinic cannot be changed here.
type migration struct {
	name string
	run  func(ctx context.Context, tx bun.Tx, s *Store) error
}

// migrations in their order; the number of a migration is its place, beginning with 1.
var migrations = []migration{
	{"the house", theHouse},
	{"attempts know when they began", statements("ALTER TABLE attempts ADD COLUMN began BIGINT NOT NULL DEFAULT 0")},
	{"keys, sealed", statements(keysTable)},
	{"second steps", statements(secondTables)},
	{"places and grants", statements(placesTables)},
	{"tickets taken back", statements(revokedTable)},
	{"passkeys and enrolment codes", statements(passkeyTables)},
	{"the audit trail is a chain", theTrail},
	{"sign-ins of hospitals", statements(hospitalsTables)},
	{"jobs", statements(jobsTable)},
	{"records of patients", theRecords},
	{"erasures and retention", statements(erasuresTables)},
	{"programs people sign in to", statements(clientTables)},
	{"people in their order", statements(peopleIndex)},
	{"devices", statements(devicesTables)},
	{"consents", theConsents},
	{"games and holds", statements(gameColumns)},
	{"who handed out a password", statements(handedColumn)},
	{"services", statements(servicesTables)},
	{"locks of sessions", statements(locksColumns)},
	{"loans and types of devices", theLoans},
	{"settings of places", statements(siteSettingsTable)},
	{"public pages", statements(pagesTable)},
	{"own label buttons", statements(ownVocabularyTable)},
	{"loans of who moved", openLoans},
	{"services know since when they may have missed an erasure", statements(missedColumn)},
	{"visits", statements(visitsTables)},
	{"the door of visits", statements(doorTables)},
	{"messages to guests", statements(messagesTables)},
	{"labels know their place in a visit", statements(labelVisitColumns)},
	{"guests know what they agreed to", statements(agreedToColumn)},
	{"links that were handed over", statements("ALTER TABLE guest_links ADD COLUMN by_hand BOOLEAN NOT NULL DEFAULT FALSE")},
	{"sessions of guests know that another device took their place", statements("ALTER TABLE guest_sessions ADD COLUMN moved BIGINT NOT NULL DEFAULT 0")},
	{"captions of services", statements(captionsTables)},
	{"notices belong to a session of a browser", statements(subscriptionColumns)},
	{"guests know when staff were called to them", statements(rungColumn)},
	{"visits of many go through the relay", statements(relayColumns)},
	{"guests know since when their page is closed, and who knows that they wait", statements(standColumns)},
	{"messages know that an attempt may have gone", statements(perhapsColumn)},
}

// statements is a migration that only runs statements.
func statements(text string) func(context.Context, bun.Tx, *Store) error {
	return func(ctx context.Context, tx bun.Tx, _ *Store) error { return run(ctx, tx, text) }
}

// migrateKey is Hearth's advisory lock in PostgreSQL: "hearth" in ASCII.
const migrateKey = 0x686561727468

// turnTime is how long a program waits for others that open the same file at the same instant.
const turnTime = 10 * time.Second

// migrateInTurn is migrate, tried again while SQLite says that the file is busy: switching a new file to the write-ahead
// log takes a lock for which it does not wait (https://www.sqlite.org/wal.html, section 6), busy_timeout or not.
func (s *Store) migrateInTurn(ctx context.Context) error {
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	end := time.Now().Add(turnTime)
	for {
		err := s.migrate(ctx)
		if !busy(err) || time.Now().After(end) {
			return err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return err
		}
	}
}

// migrate brings the tables up to date in one transaction, so a crash leaves the old tables or the new ones. The lock
// (SQLite: of the transaction, PostgreSQL: an advisory one) makes a second node wait for the first.
func (s *Store) migrate(ctx context.Context) error {
	return s.within(ctx, "migrate", func(ctx context.Context, tx bun.Tx) error {
		if s.postgres() {
			if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", migrateKey); err != nil {
				return err
			}
		}
		if err := run(ctx, tx, `CREATE TABLE IF NOT EXISTS migrations (
			number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied BIGINT NOT NULL)`); err != nil {
			return err
		}
		var done int
		if err := tx.NewRaw("SELECT COALESCE(MAX(number), 0) FROM migrations").Scan(ctx, &done); err != nil {
			return err
		}
		if done > len(migrations) {
			return fmt.Errorf("the database was written by a newer Hearth (its step %d, ours %d): start the newer one", done, len(migrations))
		}
		for i, m := range migrations[done:] {
			if err := m.run(ctx, tx, s); err != nil {
				return fmt.Errorf("step %d, %s: %w", done+i+1, m.name, err)
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO migrations (number, name, applied) VALUES (?, ?, ?)",
				done+i+1, m.name, micro(s.now())); err != nil {
				return err
			}
		}
		return nil
	})
}

// run executes statements separated by semicolons.
func run(ctx context.Context, tx bun.Tx, statements string) error {
	for one := range strings.SplitSeq(statements, ";") {
		if strings.TrimSpace(one) == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, one); err != nil {
			return err
		}
	}
	return nil
}
