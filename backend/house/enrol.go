package house

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"hearth/backend/identity"
	"hearth/backend/store"
	"hearth/shared/fault"
)

// Enrol makes a code for whoever signs in as login, for an operator's command: the way back in for an administrator whom
// nobody else can give one. The house may be running at the same time. It never makes a house where there is none.
func Enrol(ctx context.Context, c Config, login string) (e identity.Enrolment, err error) {
	if c.Database == "" {
		if _, err := os.Stat(filepath.Join(c.Dir, store.File)); errors.Is(err, os.ErrNotExist) {
			return e, fault.New(fault.NotFound, "house.none", err).With("folder", c.Dir)
		}
	}
	s, err := store.Open(ctx, store.Config{URL: c.Database, Dir: c.Dir})
	if err != nil {
		return e, fmt.Errorf("open the database: %w", err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	who, err := identity.Open(ctx, s, identity.Config{Passwords: c.Passwords})
	if err != nil {
		return e, fmt.Errorf("open identity: %w", err)
	}
	defer who.Close()
	e, err = who.EnrolLogin(ctx, login)
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.NotFound, "enrol.nobody", err).With("login", login)
	}
	return e, err
}
