package store

import (
	"cmp"
	"context"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// doorTables keep what lets guests in. Of links, codes and devices there are hashes only. Everything goes with the guest.
//
// A link opens the porch. A session is as one of somebody who signs in, but of a guest. A code lets in a second device, a
// device that asks waits for the staff's yes. Where a guest is and whom to call lies sealed. A call-back is wished for once
// until it is done.
const doorTables = `
CREATE TABLE guest_links (
	hash TEXT PRIMARY KEY, guest TEXT NOT NULL REFERENCES guests (id) ON DELETE CASCADE, made BIGINT NOT NULL, revoked BIGINT NOT NULL);
CREATE INDEX guest_links_guest ON guest_links (guest);
CREATE TABLE guest_sessions (
	hash TEXT PRIMARY KEY, slot TEXT NOT NULL, guest TEXT NOT NULL REFERENCES guests (id) ON DELETE CASCADE,
	created BIGINT NOT NULL, seen BIGINT NOT NULL, expires BIGINT NOT NULL, browser TEXT NOT NULL, system TEXT NOT NULL);
CREATE INDEX guest_sessions_guest ON guest_sessions (guest);
CREATE INDEX guest_sessions_expires ON guest_sessions (expires);
CREATE TABLE guest_codes (
	guest TEXT PRIMARY KEY REFERENCES guests (id) ON DELETE CASCADE, hash TEXT NOT NULL, expires BIGINT NOT NULL);
CREATE TABLE guest_devices (
	id TEXT PRIMARY KEY, hash TEXT NOT NULL, guest TEXT NOT NULL REFERENCES guests (id) ON DELETE CASCADE,
	made BIGINT NOT NULL, browser TEXT NOT NULL, system TEXT NOT NULL, allowed BOOLEAN NOT NULL);
CREATE INDEX guest_devices_guest ON guest_devices (guest);
CREATE TABLE guest_whereabouts (
	guest TEXT PRIMARY KEY REFERENCES guests (id) ON DELETE CASCADE, sealed TEXT NOT NULL, stored BIGINT NOT NULL);
CREATE TABLE call_backs (
	id TEXT PRIMARY KEY, guest TEXT NOT NULL REFERENCES guests (id) ON DELETE CASCADE, wished BIGINT NOT NULL,
	done BIGINT NOT NULL, author TEXT NOT NULL);
CREATE UNIQUE INDEX call_backs_open ON call_backs (guest) WHERE done = 0
`

type guestSessionRow struct {
	bun.BaseModel `bun:"table:guest_sessions,alias:s"`

	Hash    string `bun:",pk"`
	Slot    identity.Slot
	Guest   care.GuestID
	Created int64
	Seen    int64
	Expires int64
	Browser string
	System  string
	Moved   int64 // when another device took its place
}

func guestRowOf(n identity.Session) *guestSessionRow {
	return &guestSessionRow{Hash: hashText(n.Hash), Slot: n.Slot, Guest: n.Guest, Created: micro(n.Created), Seen: micro(n.Seen),
		Expires: micro(n.Expires), Browser: n.Agent.Browser, System: n.Agent.System}
}

func (row guestSessionRow) session() (identity.Session, error) {
	hash, err := parseHash(row.Hash)
	return identity.Session{Hash: hash, Slot: row.Slot, Person: identity.GuestPerson(row.Guest), Guest: row.Guest, Created: instant(row.Created),
		Seen: instant(row.Seen), Expires: instant(row.Expires), Proof: identity.ByLink, Moved: instant(row.Moved),
		Agent: identity.Agent{Browser: row.Browser, System: row.System}}, err
}

// errSecond is the fault of a second device that holds a link and nothing more.
var errSecond = fault.New(fault.Invalid, "link.code-needed", nil)

// createGuest stores a guest's session.
func (s *Store) createGuest(ctx context.Context, tx bun.Tx, n identity.Session) error {
	if err := s.alone(ctx, tx, n); err != nil {
		return err
	}
	_, err := tx.NewInsert().Model(guestRowOf(n)).Exec(ctx)
	return err
}

func (s *Store) renewGuest(ctx context.Context, n identity.Session) error {
	return s.within(ctx, "renew a guest's session", func(ctx context.Context, tx bun.Tx) error {
		there, err := tx.NewSelect().Model((*guestSessionRow)(nil)).Where("s.guest = ? AND s.slot = ?", n.Guest, n.Slot).Exists(ctx)
		if err != nil || !there {
			return cmp.Or(err, error(errNotFound))
		}
		if err := s.alone(ctx, tx, n); err != nil {
			return err
		}
		done, err := tx.NewUpdate().Model((*guestSessionRow)(nil)).Set("hash = ?", hashText(n.Hash)).Set("created = ?", micro(n.Created)).
			Set("seen = ?", micro(n.Seen)).Set("expires = ?", micro(n.Expires)).Set("browser = ?", n.Agent.Browser).Set("system = ?", n.Agent.System).Set("moved = 0").
			Where("guest = ? AND slot = ?", n.Guest, n.Slot).Exec(ctx)
		return present(done, err)
	})
}

// alone refuses a session that must be the first of its guest where another one is in use. It holds the guest until the
// transaction ends, so that of two devices which come at once the second sees the first.
func (s *Store) alone(ctx context.Context, tx bun.Tx, n identity.Session) error {
	if n.Alone.IsZero() {
		return nil
	}
	var g guestRow
	if err := s.held(tx.NewSelect().Model(&g).Where("i.id = ?", n.Guest)).Scan(ctx); err != nil {
		return err
	}
	others, err := tx.NewSelect().Model((*guestSessionRow)(nil)).
		Where("s.guest = ? AND s.slot <> ? AND s.moved = 0 AND s.seen >= ? AND s.expires > ?", n.Guest, n.Slot, micro(n.Alone), micro(n.Created)).Exists(ctx)
	if err == nil && others {
		err = errSecond
	}
	return err
}

// MoveSession notes that another device took the place of a guest's session. It opens nothing from then on, and can still say
// why; ending it twice is harmless.
func (s *Store) MoveSession(ctx context.Context, hash identity.Hash, at time.Time) error {
	_, err := s.db.NewUpdate().Model((*guestSessionRow)(nil)).Set("moved = ?", micro(at)).Where("hash = ? AND moved = 0", hashText(hash)).Exec(ctx)
	return failed("move a guest to another device", err)
}

// guestSessions lists those that open something.
func (s *Store) guestSessions(ctx context.Context, guest care.GuestID, now time.Time) ([]identity.Session, error) {
	var rows []guestSessionRow
	err := s.db.NewSelect().Model(&rows).Where("s.guest = ? AND s.expires > ? AND s.moved = 0", guest, micro(now)).
		OrderExpr("s.seen DESC, s.created DESC, s.slot").Limit(mostListed).Scan(ctx)
	list := make([]identity.Session, len(rows))
	for i, row := range rows {
		if err == nil {
			list[i], err = row.session()
		}
	}
	return list, failed("list a guest's sessions", err)
}

func (s *Store) guestSession(ctx context.Context, condition string, args ...any) (identity.Session, identity.Account, error) {
	var row guestSessionRow
	if err := s.db.NewSelect().Model(&row).Where(condition, args...).Limit(1).Scan(ctx); err != nil {
		return identity.Session{}, identity.Account{}, failed("find a session", err)
	}
	session, err := row.session()
	if err != nil {
		return identity.Session{}, identity.Account{}, failed("find a session", err)
	}
	a, err := s.GuestAccount(ctx, row.Guest)
	return session, a, err
}

// afterwards is how long somebody who was in a visit that was ended may still say how it was.
const afterwards = 30 * time.Minute

// GuestAccount is somebody invited as their session is one of: without name and login, with the role of a guest, disabled
// when nobody lets them in any more; of the visit's patient it says who that is, because their sensors are measured for them.
// Nothing of theirs lasts longer than the visit and its links.
func (s *Store) GuestAccount(ctx context.Context, guest care.GuestID) (identity.Account, error) {
	if !care.ValidID(guest) {
		return identity.Account{}, errNotFound
	}
	var row struct {
		Visit    care.VisitID
		Name     string
		Language string
		State    care.GuestState
		Site     care.SiteID
		Stage    care.VisitState
		Ends     int64
		Over     int64
		Shut     bool
		Patient  care.PatientID
	}
	err := s.db.NewRaw(`SELECT i.visit, i.name, i.language, i.state, j.site, v.state AS stage, v.ends, v.over, `+shut+` AS shut,
			CASE WHEN i.invited_as = 'patient' THEN COALESCE(v.patient, '') ELSE '' END AS patient
		FROM guests AS i JOIN visits AS v ON v.id = i.visit JOIN projects AS j ON j.id = v.project
		WHERE i.id = ? AND i.invited_as <> 'staff' AND j.deleted = 0`, guest).Scan(ctx, &row)
	if err != nil {
		return identity.Account{}, failed("find a guest", err)
	}
	until := instant(row.Ends).Add(care.LinkAfter)
	switch row.Stage {
	case care.Open: // it lasts as long as it lasts
		if late := s.now().Add(care.LinkAfter); late.After(until) {
			until = late
		}
	case care.Ended:
		if row.Over > 0 { // however long it lasted
			until = instant(row.Over).Add(afterwards)
		}
	}
	out := row.Shut || row.State == care.Uninvited || row.State == care.Denied || row.Stage == care.Cancelled
	return identity.Account{Person: care.Person{ID: identity.GuestPerson(guest), Site: row.Site, Name: row.Name, Language: row.Language, Patient: row.Patient,
		Roles: []access.Role{access.Guest}, Grants: []care.Grant{{Role: access.Guest, Place: care.Place{Site: row.Site}}},
		Disabled: out, Guest: guest, Visit: row.Visit}, Until: until}, nil
}
