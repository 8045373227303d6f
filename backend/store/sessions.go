package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type sessionRow struct {
	bun.BaseModel `bun:"table:sessions,alias:s"`

	Hash    string `bun:",pk"`
	Slot    identity.Slot
	Person  care.PersonID
	Created int64
	Seen    int64
	Expires int64

	Proof    identity.Proof
	Verified int64
	Browser  string
	System   string

	Pin        string
	PinIdle    int64
	PinDue     int64
	PinLocked  int64
	PinGuesses int
}

func rowOf(n identity.Session) *sessionRow {
	return &sessionRow{
		Hash: hashText(n.Hash), Slot: n.Slot, Person: n.Person, Created: micro(n.Created), Seen: micro(n.Seen), Expires: micro(n.Expires),
		Proof: n.Proof, Verified: micro(n.Verified), Browser: n.Agent.Browser, System: n.Agent.System,
	}
}

func (row sessionRow) session() (identity.Session, error) {
	hash, err := parseHash(row.Hash)
	return identity.Session{
		Hash: hash, Slot: row.Slot, Person: row.Person,
		Created: instant(row.Created), Seen: instant(row.Seen), Expires: instant(row.Expires),
		Proof: row.Proof, Verified: instant(row.Verified), Agent: identity.Agent{Browser: row.Browser, System: row.System}, Guard: row.guard(),
	}, err
}

func hashText(h identity.Hash) string { return hex.EncodeToString(h[:]) }

func parseHash(text string) (h identity.Hash, err error) {
	if n, err := hex.Decode(h[:], []byte(text)); err != nil || n != len(h) {
		return h, fmt.Errorf("a stored hash is broken: %w", err)
	}
	return h, nil
}

// CreateSession stores a session.
func (s *Store) CreateSession(ctx context.Context, n identity.Session) error {
	if err := clean(string(n.Slot)); err != nil {
		return err
	}
	if n.Guest != "" {
		return s.within(ctx, "create a guest's session", func(ctx context.Context, tx bun.Tx) error { return s.createGuest(ctx, tx, n) })
	}
	_, err := s.db.NewInsert().Model(rowOf(n)).Exec(ctx)
	return failed("create a session", err)
}

// RenewSession puts a session in the place of the one its person has in its slot, whose hash is worth nothing from then on.
// It answers fault.NotFound when there is none, and never brings one back. Its PIN stays, and it is open.
func (s *Store) RenewSession(ctx context.Context, n identity.Session) error {
	if n.Guest != "" {
		return s.renewGuest(ctx, n)
	}
	done, err := renewing(s.db, n).Set("pin_locked = 0").Set("pin_guesses = 0").Set("pin_due = CASE WHEN pin = '' THEN 0 ELSE ? + pin_idle END", micro(n.Seen)).
		Where("person = ? AND slot = ?", n.Person, n.Slot).Exec(ctx)
	return failed("renew a session", present(done, err))
}

// ReplaceSession is RenewSession for exactly the session whose hash was: of two at once one gets fault.NotFound.
func (s *Store) ReplaceSession(ctx context.Context, was identity.Hash, n identity.Session) error {
	done, err := renewing(s.db, n).Where("hash = ? AND person = ?", hashText(was), n.Person).Exec(ctx)
	return failed("replace a session", present(done, err))
}

func renewing(db bun.IDB, n identity.Session) *bun.UpdateQuery {
	return db.NewUpdate().Model((*sessionRow)(nil)).Set("hash = ?", hashText(n.Hash)).
		Set("created = ?", micro(n.Created)).Set("seen = ?", micro(n.Seen)).Set("expires = ?", micro(n.Expires)).
		Set("proof = ?", n.Proof).Set("verified = ?", micro(n.Verified)).
		Set("browser = ?", n.Agent.Browser).Set("system = ?", n.Agent.System)
}

// VerifySession notes when the person of a session proved who they are.
func (s *Store) VerifySession(ctx context.Context, hash identity.Hash, at time.Time) error {
	done, err := s.db.NewUpdate().Model((*sessionRow)(nil)).Set("verified = ?", micro(at)).Where("hash = ?", hashText(hash)).Exec(ctx)
	return failed("verify a session", present(done, err))
}

// mostListed is how many sessions of a person a list shows.
const mostListed = 200

// ListSessions lists a person's sessions that are not over, the most recently used first.
func (s *Store) ListSessions(ctx context.Context, person care.PersonID, now time.Time) ([]identity.Session, error) {
	var rows []sessionRow
	err := s.db.NewSelect().Model(&rows).Where("s.person = ? AND s.expires > ?", person, micro(now)).
		OrderExpr("s.seen DESC, s.created DESC, s.slot").Limit(mostListed).Scan(ctx)
	list := make([]identity.Session, len(rows))
	for i, row := range rows {
		if err == nil {
			list[i], err = row.session()
		}
	}
	if len(rows) == 0 && err == nil {
		return s.guestSessions(ctx, care.GuestID(person), now)
	}
	return list, failed("list sessions", err)
}

// SessionByHash returns a session, expired or not, with the account it is for.
func (s *Store) SessionByHash(ctx context.Context, hash identity.Hash) (identity.Session, identity.Account, error) {
	session, a, err := s.sessionWhere(ctx, "s.hash = ?", hashText(hash))
	if fault.Is(err, fault.NotFound) {
		return s.guestSession(ctx, "s.hash = ?", hashText(hash))
	}
	return session, a, err
}

// SessionIn returns a person's session in a slot, expired or not, with the account.
func (s *Store) SessionIn(ctx context.Context, person care.PersonID, slot identity.Slot) (identity.Session, identity.Account, error) {
	session, a, err := s.sessionWhere(ctx, "s.person = ? AND s.slot = ?", person, slot)
	if fault.Is(err, fault.NotFound) {
		return s.guestSession(ctx, "s.guest = ? AND s.slot = ?", person, slot)
	}
	return session, a, err
}

func (s *Store) sessionWhere(ctx context.Context, condition string, args ...any) (identity.Session, identity.Account, error) {
	none := identity.Account{}
	var row sessionRow
	if err := s.db.NewSelect().Model(&row).Where(condition, args...).OrderExpr("s.expires DESC").Limit(1).Scan(ctx); err != nil {
		return identity.Session{}, none, failed("find a session", err)
	}
	session, err := row.session()
	if err != nil {
		return identity.Session{}, none, failed("find a session", err)
	}
	a, err := s.Account(ctx, row.Person)
	return session, a, err
}

// TouchSession moves a session's end. It answers fault.NotFound when the session has ended meanwhile, and never brings
// one back.
func (s *Store) TouchSession(ctx context.Context, hash identity.Hash, seen, expires time.Time) error {
	done, err := s.db.NewUpdate().Model((*sessionRow)(nil)).Set("seen = ?", micro(seen)).Set("expires = ?", micro(expires)).
		Where("hash = ?", hashText(hash)).Exec(ctx)
	if err = present(done, err); errors.Is(err, errNotFound) {
		done, err = s.db.NewUpdate().Model((*guestSessionRow)(nil)).Set("seen = ?", micro(seen)).Set("expires = ?", micro(expires)).
			Where("hash = ? AND moved = 0", hashText(hash)).Exec(ctx)
		err = present(done, err)
	}
	return failed("touch a session", err)
}

// EndSession ends one session; ending it again is harmless.
func (s *Store) EndSession(ctx context.Context, hash identity.Hash) error {
	_, err := s.db.NewDelete().Model((*sessionRow)(nil)).Where("hash = ?", hashText(hash)).Exec(ctx)
	if err == nil {
		_, err = s.db.NewDelete().Model((*guestSessionRow)(nil)).Where("hash = ?", hashText(hash)).Exec(ctx)
	}
	if err == nil {
		err = forgetBrowsers(ctx, s.db, s.now())
	}
	return failed("end a session", err)
}

// EndSessionIn ends a person's session in a slot; fault.NotFound when there is none.
func (s *Store) EndSessionIn(ctx context.Context, person care.PersonID, slot identity.Slot) error {
	if err := clean(string(slot)); err != nil {
		return errNotFound
	}
	done, err := s.db.NewDelete().Model((*sessionRow)(nil)).Where("person = ? AND slot = ?", person, slot).Exec(ctx)
	return failed("end a session", present(done, err))
}

// ListSessionsOf lists the sessions of somebody by may manage that are not over, the most recently used first.
func (s *Store) ListSessionsOf(ctx context.Context, by care.Reader, person care.PersonID, now time.Time) (care.Person, []identity.Session, error) {
	if !care.ValidID(person) {
		return care.Person{}, nil, errNotFound
	}
	a, err := account(ctx, s.db, "w.id = ? AND w.id IN (?)", person, staff(by, access.ManagePeople))
	if err != nil {
		return care.Person{}, nil, failed("find a person", err)
	}
	list, err := s.ListSessions(ctx, person, now)
	return a.Person, list, err
}

// EndSessionOf ends the session of somebody by may manage in one slot; fault.NotFound when there is none.
func (s *Store) EndSessionOf(ctx context.Context, by care.Reader, person care.PersonID, slot identity.Slot) (care.Person, error) {
	if err := clean(string(slot)); err != nil {
		return care.Person{}, errNotFound
	}
	return s.change(ctx, by, person, func(ctx context.Context, tx bun.Tx, _ *personRow) error {
		done, err := tx.NewDelete().Model((*sessionRow)(nil)).Where("person = ? AND slot = ?", person, slot).Exec(ctx)
		return present(done, err)
	})
}

// EndSessionsOf ends all sessions of somebody by may manage.
func (s *Store) EndSessionsOf(ctx context.Context, by care.Reader, person care.PersonID) (care.Person, error) {
	return s.change(ctx, by, person, func(ctx context.Context, tx bun.Tx, _ *personRow) error {
		return endSessions(ctx, tx, person, identity.Hash{})
	})
}

// EndSessions ends all sessions of a person but one; the zero Hash spares none.
func (s *Store) EndSessions(ctx context.Context, person care.PersonID, except identity.Hash) error {
	return failed("end sessions", endSessions(ctx, s.db, person, except))
}

// endSessions ends halves too: who began to sign in with the old password begins anew.
func endSessions(ctx context.Context, db bun.IDB, person care.PersonID, except identity.Hash) error {
	if _, err := db.NewDelete().Model((*halfRow)(nil)).Where("person = ?", person).Exec(ctx); err != nil {
		return err
	}
	if _, err := db.NewDelete().Model((*sessionRow)(nil)).Where("person = ? AND hash <> ?", person, hashText(except)).Exec(ctx); err != nil {
		return err
	}
	if _, err := db.NewDelete().Model((*guestSessionRow)(nil)).Where("guest = ? AND hash <> ?", person, hashText(except)).Exec(ctx); err != nil {
		return err
	}
	if err := forgetBrowsersOf(ctx, db, person); err != nil {
		return err
	}
	// What other programs were given for the person ends too: it was given to whoever was signed in.
	_, err := db.NewRaw("DELETE FROM client_grants WHERE person = ?", person).Exec(ctx)
	return err
}

// SweepSessions forgets sessions that have expired.
func (s *Store) SweepSessions(ctx context.Context, now time.Time) error {
	if err := outlast(ctx, s.db, now); err != nil {
		return failed("sweep sessions", err)
	}
	_, err := s.db.NewDelete().Model((*sessionRow)(nil)).Where("expires <= ?", micro(now)).Exec(ctx)
	if err == nil {
		_, err = s.db.NewDelete().Model((*guestSessionRow)(nil)).Where("expires <= ?", micro(now)).Exec(ctx)
	}
	if err == nil {
		err = forgetBrowsers(ctx, s.db, now)
	}
	return failed("sweep sessions", err)
}
