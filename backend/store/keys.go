package store

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/uptrace/bun"

	"hearth/backend/keys"
)

// keysTable holds keys sealed by the master key, which is nowhere in the database. Sealed is base64.
const keysTable = `
CREATE TABLE keys (
	id TEXT PRIMARY KEY, purpose TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,
	created BIGINT NOT NULL, retired BIGINT NOT NULL, sealed TEXT NOT NULL)
`

type keyRow struct {
	bun.BaseModel `bun:"table:keys,alias:k"`

	ID      keys.ID `bun:",pk"`
	Purpose string
	Kind    keys.Kind
	State   keys.State
	Created int64
	Retired int64
	Sealed  string
}

func (row keyRow) key() (keys.Key, error) {
	sealed, err := base64.StdEncoding.DecodeString(row.Sealed)
	if err != nil {
		return keys.Key{}, fmt.Errorf("a stored key is broken: %w", err)
	}
	return keys.Key{ID: row.ID, Purpose: row.Purpose, Kind: row.Kind, State: row.State,
		Created: instant(row.Created), Retired: instant(row.Retired), Sealed: sealed}, nil
}

// Keys lists every key, as they are sealed.
func (s *Store) Keys(ctx context.Context) ([]keys.Key, error) {
	list, err := allKeys(ctx, s.db)
	return list, failed("read the keys", err)
}

func allKeys(ctx context.Context, db bun.IDB) ([]keys.Key, error) {
	var rows []keyRow
	if err := db.NewSelect().Model(&rows).OrderExpr("k.created, k.id").Scan(ctx); err != nil {
		return nil, err
	}
	list := make([]keys.Key, len(rows))
	for i, row := range rows {
		var err error
		if list[i], err = row.key(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// ChangeKeys stores what change makes of the keys. The table is its own meanwhile, so that two nodes agree on one key.
func (s *Store) ChangeKeys(ctx context.Context, change func(all []keys.Key) ([]keys.Key, error)) error {
	return s.within(ctx, "change the keys", func(ctx context.Context, tx bun.Tx) error {
		if s.postgres() {
			if _, err := tx.ExecContext(ctx, "LOCK TABLE keys IN EXCLUSIVE MODE"); err != nil {
				return err
			}
		}
		all, err := allKeys(ctx, tx)
		if err != nil {
			return err
		}
		changed, err := change(all)
		if err != nil {
			return err
		}
		for _, k := range changed {
			row := keyRow{ID: k.ID, Purpose: k.Purpose, Kind: k.Kind, State: k.State, Created: micro(k.Created), Retired: micro(k.Retired),
				Sealed: base64.StdEncoding.EncodeToString(k.Sealed)}
			if _, err := tx.NewInsert().Model(&row).On("CONFLICT (id) DO UPDATE").Set("state = EXCLUDED.state").
				Set("retired = EXCLUDED.retired").Set("sealed = EXCLUDED.sealed").Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}
