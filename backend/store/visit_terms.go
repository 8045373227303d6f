package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/care"
)

// agreedToColumn says which of a project's agreements a guest agreed to: a version alone says nothing.
const agreedToColumn = `ALTER TABLE guests ADD COLUMN agreed_to TEXT NOT NULL DEFAULT ''`

// visitTerms is the newest version of the agreement guests of a project are shown, in each of its languages; none where the
// project has none of its own.
func visitTerms(ctx context.Context, db bun.IDB, set care.Visiting) ([]care.ConsentText, error) {
	if set.Terms == "" {
		return nil, nil
	}
	var rows []consentTextRow
	err := db.NewSelect().Model(&rows).Where("t.project = ? AND t.kind = ?", set.Project, set.Terms).
		Where("t.version = (SELECT MAX(m.version) FROM consent_texts AS m WHERE m.project = t.project AND m.kind = t.kind)").OrderExpr("t.language").Scan(ctx)
	list := make([]care.ConsentText, len(rows))
	for i, row := range rows {
		if err == nil {
			list[i], err = row.text()
		}
	}
	return list, err
}
