package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
	"hearth/shared/care"
)

type demoLinkRow struct {
	bun.BaseModel `bun:"table:demo_links,alias:d"`

	Hash   string `bun:",pk"`
	Person care.PersonID
}

// PutDemoLink stores a sign-in link of the demo.
func (s *Store) PutDemoLink(ctx context.Context, hash identity.Hash, person care.PersonID) error {
	_, err := s.db.NewInsert().Model(&demoLinkRow{Hash: hashText(hash), Person: person}).Exec(ctx)
	return failed("store a demo link", err)
}

// DemoLink returns whose link it is.
func (s *Store) DemoLink(ctx context.Context, hash identity.Hash) (care.PersonID, error) {
	var row demoLinkRow
	err := s.db.NewSelect().Model(&row).Where("d.hash = ?", hashText(hash)).Scan(ctx)
	return row.Person, failed("find a demo link", err)
}
