package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/care"
)

// herald hears of what invited people may have to be told, in the transaction that makes it true: jobs added here are there
// exactly when what they speak of is. Every change of a visit that anybody invited may have to hear of passes here once.
func (s *Store) herald(ctx context.Context, tx bun.Tx, n care.VisitNews) error {
	for _, tell := range heralds {
		if err := tell(s, ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// heralds are those who listen, each in a file of its own.
var heralds []func(s *Store, ctx context.Context, tx bun.Tx, n care.VisitNews) error
