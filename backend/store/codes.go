package store

import (
	"context"
	"encoding/base64"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type codeRow struct {
	bun.BaseModel `bun:"table:codes,alias:c"`

	Person  care.PersonID `bun:",pk"`
	Sealed  string
	Step    int64
	Since   int64
	Begun   string
	BegunAt int64
}

type recoveryRow struct {
	bun.BaseModel `bun:"table:recovery_codes,alias:r"`

	Hash   string `bun:",pk"`
	Person care.PersonID
	Made   int64
}

func sealedText(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// Means counts what a person can prove themselves with.
func (s *Store) Means(ctx context.Context, person care.PersonID) (m identity.Means, err error) {
	err = s.db.NewRaw(`SELECT EXISTS (SELECT 1 FROM codes WHERE person = ? AND sealed <> ''),
		(SELECT COUNT(*) FROM recovery_codes WHERE person = ?), (SELECT COUNT(*) FROM passkeys WHERE person = ?)`,
		person, person, person).Scan(ctx, &m.Code, &m.Recovery, &m.Passkeys)
	return m, failed("count the means of a person", err)
}

// Code returns a person's secret of codes, sealed, and the one that is being set up; empty when there are none.
func (s *Store) Code(ctx context.Context, person care.PersonID) (identity.Code, error) {
	var row codeRow
	if err := s.db.NewSelect().Model(&row).Where("c.person = ?", person).Scan(ctx); err != nil {
		if err = failed("read a secret of codes", err); fault.Is(err, fault.NotFound) {
			return identity.Code{}, nil
		}
		return identity.Code{}, err
	}
	sealed, err := base64.StdEncoding.DecodeString(row.Sealed)
	begun, err2 := base64.StdEncoding.DecodeString(row.Begun)
	return identity.Code{Sealed: sealed, Step: row.Step, Since: instant(row.Since), Begun: begun, BegunAt: instant(row.BegunAt)},
		failed("read a secret of codes", errors.Join(err, err2))
}

// BeginCode keeps a sealed secret until it is confirmed, instead of another one that was begun.
func (s *Store) BeginCode(ctx context.Context, person care.PersonID, sealed []byte, at time.Time) error {
	_, err := s.db.NewInsert().Model(&codeRow{Person: person, Begun: sealedText(sealed), BegunAt: micro(at)}).
		On("CONFLICT (person) DO UPDATE").Set("begun = EXCLUDED.begun").Set("begun_at = EXCLUDED.begun_at").Exec(ctx)
	return failed("begin a secret of codes", err)
}

// ConfirmCode makes the secret that was begun the one that counts and replaces the recovery codes, in one step. It answers
// fault.NotFound when another secret was begun meanwhile.
func (s *Store) ConfirmCode(ctx context.Context, person care.PersonID, sealed []byte, step int64, at time.Time, recovery []identity.Hash) error {
	return s.within(ctx, "confirm a secret of codes", func(ctx context.Context, tx bun.Tx) error {
		done, err := tx.NewUpdate().Model((*codeRow)(nil)).Set("sealed = begun").Set("begun = ''").Set("begun_at = 0").
			Set("step = ?", step).Set("since = ?", micro(at)).Where("person = ? AND begun = ?", person, sealedText(sealed)).Exec(ctx)
		if err := present(done, err); err != nil {
			return err
		}
		return putRecovery(ctx, tx, person, at, recovery)
	})
}

// UseStep takes a time step of a person's codes; fault.NotFound when it or a later one was taken before.
func (s *Store) UseStep(ctx context.Context, person care.PersonID, sealed []byte, step int64) error {
	done, err := s.db.NewUpdate().Model((*codeRow)(nil)).Set("step = ?", step).
		Where("person = ? AND sealed = ? AND sealed <> '' AND step < ?", person, sealedText(sealed), step).Exec(ctx)
	return failed("use a code", present(done, err))
}

// RemoveCode forgets a person's secret of codes, the one being set up, and every recovery code.
func (s *Store) RemoveCode(ctx context.Context, person care.PersonID) error {
	return s.within(ctx, "remove a secret of codes", func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*codeRow)(nil)).Where("person = ?", person).Exec(ctx); err != nil {
			return err
		}
		return putRecovery(ctx, tx, person, time.Time{}, nil)
	})
}

// PutRecovery replaces a person's recovery codes; fault.NotFound when the person has no secret of codes.
func (s *Store) PutRecovery(ctx context.Context, person care.PersonID, at time.Time, recovery []identity.Hash) error {
	return s.within(ctx, "replace recovery codes", func(ctx context.Context, tx bun.Tx) error {
		var row codeRow
		if err := s.locked(tx.NewSelect().Model(&row).Where("c.person = ? AND c.sealed <> ''", person)).Scan(ctx); err != nil {
			return err
		}
		return putRecovery(ctx, tx, person, at, recovery)
	})
}

func putRecovery(ctx context.Context, tx bun.Tx, person care.PersonID, at time.Time, recovery []identity.Hash) error {
	if _, err := tx.NewDelete().Model((*recoveryRow)(nil)).Where("person = ?", person).Exec(ctx); err != nil || len(recovery) == 0 {
		return err
	}
	rows := make([]recoveryRow, len(recovery))
	for i, hash := range recovery {
		rows[i] = recoveryRow{Hash: hashText(hash), Person: person, Made: micro(at)}
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// UseRecovery takes a recovery code, so that it is worth nothing afterwards; fault.NotFound when it is none.
func (s *Store) UseRecovery(ctx context.Context, person care.PersonID, hash identity.Hash) error {
	done, err := s.db.NewDelete().Model((*recoveryRow)(nil)).Where("hash = ? AND person = ?", hashText(hash), person).Exec(ctx)
	return failed("use a recovery code", present(done, err))
}
