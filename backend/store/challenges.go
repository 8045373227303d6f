package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
	"hearth/shared/care"
)

type challengeRow struct {
	bun.BaseModel `bun:"table:challenges,alias:c"`

	Hash     string `bun:",pk"`
	Browser  string
	Ceremony identity.Ceremony
	Person   care.PersonID // "" while nobody knows who it is
	Expires  int64
}

// PutChallenge keeps an open ceremony, and forgets those that have run out by the time it began: strangers may open as many
// as they like.
func (s *Store) PutChallenge(ctx context.Context, c identity.Challenge) error {
	if err := s.SweepChallenges(ctx, s.now()); err != nil {
		return err
	}
	_, err := s.db.NewInsert().Model(&challengeRow{Hash: hashText(c.Hash), Browser: hashText(c.Browser), Ceremony: c.Ceremony,
		Person: c.Person, Expires: micro(c.Expires)}).Exec(ctx)
	return failed("keep a challenge", err)
}

// TakeChallenge returns a challenge, expired or not, and forgets it in the same step: of two who answer it one finds it.
func (s *Store) TakeChallenge(ctx context.Context, hash identity.Hash) (identity.Challenge, error) {
	var row challengeRow
	err := s.db.NewRaw("DELETE FROM challenges WHERE hash = ? RETURNING browser, ceremony, person, expires", hashText(hash)).Scan(ctx, &row)
	if err != nil {
		return identity.Challenge{}, failed("take a challenge", err)
	}
	browser, err := parseHash(row.Browser)
	return identity.Challenge{Hash: hash, Browser: browser, Ceremony: row.Ceremony, Person: row.Person, Expires: instant(row.Expires)}, err
}

// SweepChallenges forgets those nobody answered in time.
func (s *Store) SweepChallenges(ctx context.Context, now time.Time) error {
	_, err := s.db.NewDelete().Model((*challengeRow)(nil)).Where("expires <= ?", micro(now)).Exec(ctx)
	return failed("sweep challenges", err)
}
