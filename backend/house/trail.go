package house

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"hearth/backend/audit"
	"hearth/backend/store"
	"hearth/shared/fault"
)

// Trail opens the audit trail of a house that may be running at the same time, for an operator's command, and closes it
// after. It never makes a house where there is none.
func Trail(ctx context.Context, c Config, do func(audit.Source) error) (err error) {
	if c.Database == "" {
		if _, err := os.Stat(filepath.Join(c.Dir, store.File)); errors.Is(err, os.ErrNotExist) {
			return fault.New(fault.NotFound, "house.none", err).With("folder", c.Dir)
		}
	}
	s, err := store.Open(ctx, store.Config{URL: c.Database, Dir: c.Dir})
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return do(s)
}
