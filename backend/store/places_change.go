package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/care"
)

// place is what the rows of sites, projects and groups have in common.
type place struct {
	Name    string
	Created int64
	Version int64
	Deleted int64
}

func (p *place) common() *place { return p }

// rename gives a place another name.
func (p *place) rename(name string) (err error) {
	p.Name, err = named(name)
	return err
}

// changePlace reads a row for nobody else to change meanwhile, holds its version against the one last read, lets edit change it
// and keeps it as the next version. Within is the column that must be among list, which says where the reader may do this.
func changePlace[Row any, P interface {
	*Row
	common() *place
}, ID ~string](ctx context.Context, s *Store, id ID, version int64, within string, list any, edit func(context.Context, bun.Tx, P) error) (Row, error) {
	var row Row
	if !care.ValidID(id) {
		return row, errNotFound
	}
	err := s.within(ctx, "change a place", func(ctx context.Context, tx bun.Tx) error {
		err := s.locked(tx.NewSelect().Model(&row).Where("?TableAlias.id = ?", id).Where("?TableAlias.? IN (?)", bun.Ident(within), list)).Scan(ctx)
		switch {
		case err != nil:
			return err
		case P(&row).common().Version != version:
			return errChanged
		}
		if err := edit(ctx, tx, &row); err != nil {
			return err
		}
		P(&row).common().Version++
		_, err = tx.NewUpdate().Model(&row).WherePK().Exec(ctx)
		return err
	})
	return row, err
}
