package store

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
	"hearth/backend/passkey"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type passkeyRow struct {
	bun.BaseModel `bun:"table:passkeys,alias:k"`

	ID         identity.PasskeyID `bun:",pk"`
	Person     care.PersonID
	Credential string
	Record     string // JSON
	Counter    int64
	Synced     bool
	Kept       bool
	Name       string
	Created    int64
	Used       int64
}

var binaryText = base64.RawURLEncoding

func (row passkeyRow) passkey() (identity.Passkey, error) {
	id, err := binaryText.DecodeString(row.Credential)
	if err != nil {
		return identity.Passkey{}, fmt.Errorf("a stored credential is broken: %w", err)
	}
	return identity.Passkey{ID: row.ID, Person: row.Person, Name: row.Name, Created: instant(row.Created), Used: instant(row.Used),
		Key: passkey.Key{ID: id, Record: []byte(row.Record), Counter: uint32(row.Counter), Synced: row.Synced, Kept: row.Kept}}, nil
}

func passkeyRowOf(p identity.Passkey) passkeyRow {
	return passkeyRow{ID: p.ID, Person: p.Person, Credential: binaryText.EncodeToString(p.Key.ID), Record: string(p.Record), Counter: int64(p.Counter),
		Synced: p.Synced, Kept: p.Kept, Name: p.Name, Created: micro(p.Created), Used: micro(p.Used)}
}

// PasskeyHandle returns the handle devices know a person by; fresh becomes it when there is none yet.
func (s *Store) PasskeyHandle(ctx context.Context, person care.PersonID, fresh []byte) (handle []byte, err error) {
	var text string
	err = s.within(ctx, "find a handle", func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, "INSERT INTO passkey_handles (person, handle) VALUES (?, ?) ON CONFLICT (person) DO NOTHING",
			person, binaryText.EncodeToString(fresh)); err != nil {
			return err
		}
		return tx.NewRaw("SELECT handle FROM passkey_handles WHERE person = ?", person).Scan(ctx, &text)
	})
	if err != nil {
		return nil, err
	}
	return binaryText.DecodeString(text)
}

// Passkeys lists a person's passkeys, the oldest first. Only identity asks.
func (s *Store) Passkeys(ctx context.Context, person care.PersonID) ([]identity.Passkey, error) {
	var rows []passkeyRow
	if err := s.db.NewSelect().Model(&rows).Where("k.person = ?", person).OrderExpr("k.created, k.id").Scan(ctx); err != nil {
		return nil, failed("list passkeys", err)
	}
	list := make([]identity.Passkey, len(rows))
	for i, row := range rows {
		var err error
		if list[i], err = row.passkey(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// PasskeyByCredential finds a passkey with its owner's handle and account, disabled ones too. Only identity asks.
func (s *Store) PasskeyByCredential(ctx context.Context, credential []byte) (p identity.Passkey, handle []byte, a identity.Account, err error) {
	var row passkeyRow
	if err = s.db.NewSelect().Model(&row).Where("k.credential = ?", binaryText.EncodeToString(credential)).Scan(ctx); err != nil {
		return p, nil, a, failed("find a passkey", err)
	}
	if p, err = row.passkey(); err != nil {
		return p, nil, a, err
	}
	var text string
	if err = s.db.NewRaw("SELECT handle FROM passkey_handles WHERE person = ?", row.Person).Scan(ctx, &text); err != nil {
		return p, nil, a, failed("find a handle", err)
	}
	if handle, err = binaryText.DecodeString(text); err != nil {
		return p, nil, a, fmt.Errorf("a stored handle is broken: %w", err)
	}
	a, err = s.Account(ctx, row.Person)
	return p, handle, a, err
}

// AddPasskey keeps a passkey.
func (s *Store) AddPasskey(ctx context.Context, p identity.Passkey, most int) error {
	return s.within(ctx, "add a passkey", func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.holdPerson(ctx, tx, p.Person); err != nil {
			return err
		}
		return addPasskey(ctx, tx, p, most)
	})
}

// addPasskey keeps a passkey of a person whose row is held.
func addPasskey(ctx context.Context, tx bun.Tx, p identity.Passkey, most int) error {
	if err := clean(p.Name, string(p.Record)); err != nil {
		return err
	}
	if n, err := tx.NewSelect().Model((*passkeyRow)(nil)).Where("k.person = ?", p.Person).Count(ctx); err != nil {
		return err
	} else if int(n) >= most {
		return fault.New(fault.Conflict, "passkey.many", nil)
	}
	row := passkeyRowOf(p)
	done, err := tx.NewInsert().Model(&row).On("CONFLICT (credential) DO NOTHING").Exec(ctx)
	if err = changed(done, err); errors.Is(err, errChanged) {
		return fault.New(fault.Conflict, "passkey.there", nil)
	}
	return err
}

// holdPerson reads a person's row and holds it until the end of the transaction.
func (s *Store) holdPerson(ctx context.Context, tx bun.Tx, person care.PersonID) (row personRow, err error) {
	err = s.locked(tx.NewSelect().Model(&row).Where("w.id = ?", person)).Scan(ctx)
	return row, err
}

// RenamePasskey calls a person's passkey something else.
func (s *Store) RenamePasskey(ctx context.Context, person care.PersonID, id identity.PasskeyID, name string) error {
	if err := clean(string(id), name); err != nil {
		return err
	}
	done, err := s.db.NewUpdate().Model((*passkeyRow)(nil)).Set("name = ?", name).Where("id = ? AND person = ?", id, person).Exec(ctx)
	return failed("rename a passkey", present(done, err))
}

// RemovePasskey forgets a person's passkey, unless it is the last way in.
func (s *Store) RemovePasskey(ctx context.Context, person care.PersonID, id identity.PasskeyID) error {
	if err := clean(string(id)); err != nil {
		return err
	}
	return s.within(ctx, "remove a passkey", func(ctx context.Context, tx bun.Tx) error {
		row, err := s.holdPerson(ctx, tx, person)
		if err != nil {
			return err
		}
		done, err := tx.NewDelete().Model((*passkeyRow)(nil)).Where("id = ? AND person = ?", id, person).Exec(ctx)
		if err := present(done, err); err != nil {
			return err
		}
		left, err := tx.NewSelect().Model((*passkeyRow)(nil)).Where("k.person = ?", person).Count(ctx)
		if err != nil || left > 0 || row.Hash != "" {
			return err
		}
		var outside int
		if err := tx.NewRaw("SELECT COUNT(*) FROM hospital_accounts WHERE person = ?", person).Scan(ctx, &outside); err != nil || outside > 0 {
			return err
		}
		return fault.New(fault.Conflict, "passkey.last", nil)
	})
}

// UsePasskey keeps a passkey as it is after a use. A counter only goes up; of devices that do not count it stays 0.
func (s *Store) UsePasskey(ctx context.Context, id identity.PasskeyID, k passkey.Key, now time.Time) error {
	done, err := s.db.NewUpdate().Model((*passkeyRow)(nil)).Set("record = ?", string(k.Record)).Set("counter = ?", int64(k.Counter)).
		Set("kept = ?", k.Kept).Set("used = ?", micro(now)).
		Where("id = ? AND (counter < ? OR counter = 0 AND ? = 0)", id, int64(k.Counter), int64(k.Counter)).Exec(ctx)
	return failed("use a passkey", changed(done, err))
}
