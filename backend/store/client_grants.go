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

type clientGrantRow struct {
	bun.BaseModel `bun:"table:client_grants,alias:f"`

	ID      provider.GrantID `bun:",pk"`
	Person  care.PersonID
	Client  provider.ClientID
	Scopes  string // JSON
	Methods string // JSON
	Proved  int64
	Created int64
	Expires int64
	Ended   int64
}

func (row clientGrantRow) grant() (g provider.Grant, err error) {
	g = provider.Grant{ID: row.ID, Person: row.Person, Client: row.Client, Proved: instant(row.Proved), Created: instant(row.Created), Expires: instant(row.Expires)}
	if err = json.Unmarshal([]byte(row.Scopes), &g.Scopes); err == nil {
		err = json.Unmarshal([]byte(row.Methods), &g.Methods)
	}
	return g, err
}

type clientTokenRow struct {
	bun.BaseModel `bun:"table:client_tokens,alias:t"`

	Hash    provider.Hash `bun:",pk"`
	Family  provider.GrantID
	Kind    provider.TokenKind
	Sealed  string
	Used    int64
	Expires int64
}

func (row clientTokenRow) token() (provider.Token, error) {
	sealed, err := base64.StdEncoding.DecodeString(row.Sealed)
	return provider.Token{Hash: row.Hash, Kind: row.Kind, Sealed: sealed, Expires: instant(row.Expires)}, err
}

func putTokens(ctx context.Context, tx bun.Tx, family provider.GrantID, tokens []provider.Token) error {
	rows := make([]clientTokenRow, len(tokens))
	for i, t := range tokens {
		rows[i] = clientTokenRow{Hash: t.Hash, Family: family, Kind: t.Kind, Sealed: base64.StdEncoding.EncodeToString(t.Sealed), Expires: micro(t.Expires)}
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// OpenGrant begins a grant with its code.
func (s *Store) OpenGrant(ctx context.Context, g provider.Grant, code provider.Token) error {
	scopes, err := json.Marshal(g.Scopes)
	if err != nil {
		return err
	}
	methods, err := json.Marshal(g.Methods)
	if err != nil {
		return err
	}
	return s.within(ctx, "open a grant", func(ctx context.Context, tx bun.Tx) error {
		row := clientGrantRow{ID: g.ID, Person: g.Person, Client: g.Client, Scopes: string(scopes), Methods: string(methods),
			Proved: micro(g.Proved), Created: micro(g.Created), Expires: micro(g.Expires)}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		return putTokens(ctx, tx, g.ID, []provider.Token{code})
	})
}

// UseToken uses up a token that is good for one use; where it was used before, its grant ends.
func (s *Store) UseToken(ctx context.Context, hash provider.Hash, kind provider.TokenKind, client provider.ClientID, now time.Time) (g provider.Grant, t provider.Token, err error) {
	replayed := false
	err = s.within(ctx, "use a token", func(ctx context.Context, tx bun.Tx) error {
		replayed = false
		row := clientTokenRow{Hash: hash}
		if err := s.locked(tx.NewSelect().Model(&row).WherePK()).Scan(ctx); err != nil {
			return err
		}
		family := clientGrantRow{ID: row.Family}
		if err := s.locked(tx.NewSelect().Model(&family).WherePK()).Scan(ctx); err != nil {
			return err
		}
		if row.Kind != kind || family.Client != client {
			return errNotFound
		}
		if row.Used > 0 { // however long ago: somebody else has it too (RFC 6749 section 4.1.2)
			replayed = true
			return endGrants(ctx, tx, now, "id = ?", row.Family)
		}
		if over(row, family, now) {
			return errNotFound
		}
		row.Used = micro(now)
		if _, err := tx.NewUpdate().Model(&row).Column("used").WherePK().Exec(ctx); err != nil {
			return err
		}
		if g, err = family.grant(); err == nil {
			t, err = row.token()
		}
		return err
	})
	if err == nil && replayed {
		err = provider.ErrReplayed
	}
	return g, t, err
}

func over(row clientTokenRow, family clientGrantRow, now time.Time) bool {
	return row.Expires <= micro(now) || family.Expires <= micro(now) || family.Ended > 0
}

// PutTokens adds to a grant that has not ended.
func (s *Store) PutTokens(ctx context.Context, grant provider.GrantID, now time.Time, tokens ...provider.Token) error {
	return s.within(ctx, "hand tokens out", func(ctx context.Context, tx bun.Tx) error {
		family := clientGrantRow{ID: grant}
		if err := s.locked(tx.NewSelect().Model(&family).WherePK()).Scan(ctx); err != nil {
			return err
		}
		if family.Ended > 0 || family.Expires <= micro(now) {
			return errNotFound
		}
		return putTokens(ctx, tx, grant, tokens)
	})
}

// Token finds one that is still good and was not used.
func (s *Store) Token(ctx context.Context, hash provider.Hash, now time.Time) (g provider.Grant, t provider.Token, err error) {
	row := clientTokenRow{Hash: hash}
	if err := s.db.NewSelect().Model(&row).WherePK().Scan(ctx); err != nil {
		return g, t, failed("find a token", err)
	}
	family := clientGrantRow{ID: row.Family}
	if err := s.db.NewSelect().Model(&family).WherePK().Scan(ctx); err != nil {
		return g, t, failed("find a token", err)
	}
	if row.Used > 0 || over(row, family, now) {
		return g, t, errNotFound
	}
	if g, err = family.grant(); err == nil {
		t, err = row.token()
	}
	return g, t, failed("find a token", err)
}

// EndGrant ends a grant, and with it all its tokens. Ending it again is harmless.
func (s *Store) EndGrant(ctx context.Context, grant provider.GrantID, now time.Time) error {
	return failed("end a grant", endGrants(ctx, s.db, now, "id = ?", grant))
}

// EndGrants ends every grant of a person at a client.
func (s *Store) EndGrants(ctx context.Context, person care.PersonID, client provider.ClientID, now time.Time) error {
	return failed("end grants", endGrants(ctx, s.db, now, "person = ? AND client = ?", person, client))
}

// EndGrantsOf ends every grant of a person.
func (s *Store) EndGrantsOf(ctx context.Context, person care.PersonID, now time.Time) error {
	return failed("end grants", endGrants(ctx, s.db, now, "person = ?", person))
}

func endGrants(ctx context.Context, db bun.IDB, now time.Time, which string, args ...any) error {
	_, err := db.NewUpdate().Model((*clientGrantRow)(nil)).Set("ended = ?", micro(now)).Where("ended = 0").Where(which, args...).Exec(ctx)
	return err
}

// SweepGrants forgets what is over: wishes, grants and tokens, and names taken once.
func (s *Store) SweepGrants(ctx context.Context, now time.Time) error {
	return s.within(ctx, "sweep grants", func(ctx context.Context, tx bun.Tx) error {
		for _, model := range []any{(*clientRequestRow)(nil), (*revokedRow)(nil), (*clientTokenRow)(nil), (*clientGrantRow)(nil)} {
			if _, err := tx.NewDelete().Model(model).Where("expires <= ?", micro(now)).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}
