package house

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"hearth/backend/keys"
	"hearth/backend/store"
	"hearth/shared/fault"
)

// Keys opens the ring of a house that may be running at the same time, for an operator's command, and closes it after.
// It never makes a house where there is none.
func Keys(ctx context.Context, c Config, do func(*keys.Ring) error) (err error) {
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
	ring, err := keys.Open(ctx, s, keys.Config{Master: c.Master, Dir: c.Dir, Log: c.Log})
	if err != nil {
		return fmt.Errorf("open the keys: %w", err)
	}
	defer ring.Close()
	return do(ring)
}

// Ring is the open house's ring of keys.
func (h *House) Ring() *keys.Ring { return h.keys }
