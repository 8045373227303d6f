package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/care"
)

// recordsTables give patients a pseudonym nobody else has, let some come by link only, and keep who they are apart from
// everything else, sealed: base64 of what only the ring of keys opens.
const recordsTables = `
ALTER TABLE people ADD COLUMN link_only BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE patients ADD COLUMN mark TEXT NOT NULL DEFAULT '';
CREATE TABLE contacts (
	patient TEXT PRIMARY KEY REFERENCES patients (id) ON DELETE CASCADE,
	sealed TEXT NOT NULL, version BIGINT NOT NULL, changed BIGINT NOT NULL, author TEXT NOT NULL)
`

// recordsIndexes come when every patient has a mark.
const recordsIndexes = `
CREATE UNIQUE INDEX patients_mark ON patients (mark);
CREATE INDEX patients_project_mark ON patients (project, mark);
CREATE INDEX patients_group_mark ON patients (patient_group, mark);
DROP INDEX patients_project;
DROP INDEX patients_group
`

// theRecords marks the patients there are. Of two with one pseudonym the later one is marked by its id; the next change
// of its name has to find another.
func theRecords(ctx context.Context, tx bun.Tx, _ *Store) error {
	if err := run(ctx, tx, recordsTables); err != nil {
		return err
	}
	var rows []struct {
		ID   care.PatientID
		Name string
	}
	if err := tx.NewRaw("SELECT p.id AS id, w.name AS name FROM patients AS p JOIN people AS w ON w.id = p.person ORDER BY p.created, p.id").Scan(ctx, &rows); err != nil {
		return err
	}
	taken := map[string]bool{}
	for _, row := range rows {
		mark := care.PseudonymKey(row.Name)
		if taken[mark] {
			mark = string(row.ID)
		}
		taken[mark] = true
		if _, err := tx.NewRaw("UPDATE patients SET mark = ? WHERE id = ?", mark, row.ID).Exec(ctx); err != nil {
			return err
		}
	}
	return run(ctx, tx, recordsIndexes)
}
