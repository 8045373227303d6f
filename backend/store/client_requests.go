package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/provider"
	"hearth/shared/care"
)

type clientRequestRow struct {
	bun.BaseModel `bun:"table:client_requests,alias:q"`

	Hash    provider.Hash `bun:",pk"`
	Sealed  string
	Expires int64
}

// PutRequest keeps a wish to sign in at a client.
func (s *Store) PutRequest(ctx context.Context, hash provider.Hash, sealed []byte, expires time.Time) error {
	row := clientRequestRow{Hash: hash, Sealed: base64.StdEncoding.EncodeToString(sealed), Expires: micro(expires)}
	_, err := s.db.NewInsert().Model(&row).Exec(ctx)
	return failed("keep a wish", err)
}

// Request finds a wish that has not expired.
func (s *Store) Request(ctx context.Context, hash provider.Hash, now time.Time) ([]byte, error) {
	row := clientRequestRow{Hash: hash}
	if err := s.db.NewSelect().Model(&row).WherePK().Where("q.expires > ?", micro(now)).Scan(ctx); err != nil {
		return nil, failed("find a wish", err)
	}
	sealed, err := base64.StdEncoding.DecodeString(row.Sealed)
	return sealed, failed("find a wish", err)
}

// TakeRequest is Request, once.
func (s *Store) TakeRequest(ctx context.Context, hash provider.Hash, now time.Time) ([]byte, error) {
	sealed, err := s.Request(ctx, hash, now)
	if err != nil {
		return nil, err
	}
	done, err := s.db.NewDelete().Model((*clientRequestRow)(nil)).Where("hash = ?", hash).Exec(ctx)
	return sealed, failed("take a wish", present(done, err))
}

type agreementRow struct {
	bun.BaseModel `bun:"table:client_agreements,alias:a"`

	Person care.PersonID     `bun:",pk"`
	Client provider.ClientID `bun:",pk"`
	Scopes string
	Given  int64
	Name   string `bun:",scanonly"`
}

func (row agreementRow) agreement() (provider.Agreement, error) {
	a := provider.Agreement{Person: row.Person, Client: row.Client, Name: row.Name, Given: instant(row.Given)}
	return a, json.Unmarshal([]byte(row.Scopes), &a.Scopes)
}

// Agreement is what a person agreed that a client may know.
func (s *Store) Agreement(ctx context.Context, person care.PersonID, client provider.ClientID) (provider.Agreement, error) {
	row := agreementRow{Person: person, Client: client}
	if err := s.db.NewSelect().Model(&row).WherePK().Scan(ctx); err != nil {
		return provider.Agreement{}, failed("find an agreement", err)
	}
	a, err := row.agreement()
	return a, failed("find an agreement", err)
}

// ListAgreements lists those of a person, by the client's name.
func (s *Store) ListAgreements(ctx context.Context, person care.PersonID) (list []provider.Agreement, err error) {
	var rows []agreementRow
	err = s.db.NewSelect().Model(&rows).Column("a.person", "a.client", "a.scopes", "a.given").ColumnExpr("c.name AS name").
		Join("JOIN clients AS c ON c.id = a.client").Where("a.person = ?", person).OrderExpr("c.name, c.id").Scan(ctx)
	for _, row := range rows {
		if err != nil {
			break
		}
		var a provider.Agreement
		a, err = row.agreement()
		list = append(list, a)
	}
	return list, failed("list agreements", err)
}

// PutAgreement writes one down, in the place of an older one.
func (s *Store) PutAgreement(ctx context.Context, a provider.Agreement) error {
	scopes, err := json.Marshal(a.Scopes)
	if err != nil {
		return err
	}
	row := agreementRow{Person: a.Person, Client: a.Client, Scopes: string(scopes), Given: micro(a.Given)}
	_, err = s.db.NewInsert().Model(&row).On("CONFLICT (person, client) DO UPDATE").Set("scopes = EXCLUDED.scopes").Set("given = EXCLUDED.given").Exec(ctx)
	return failed("write an agreement down", err)
}

// DeleteAgreement forgets one and ends every grant of the person at the client.
func (s *Store) DeleteAgreement(ctx context.Context, person care.PersonID, client provider.ClientID) error {
	return s.within(ctx, "take an agreement back", func(ctx context.Context, tx bun.Tx) error {
		if err := endGrants(ctx, tx, s.now(), "person = ? AND client = ?", person, client); err != nil {
			return err
		}
		done, err := tx.NewDelete().Model((*agreementRow)(nil)).Where("person = ? AND client = ?", person, client).Exec(ctx)
		return present(done, err)
	})
}
