package store

import (
	"context"
	"encoding/json"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
)

type vocabularyRow struct {
	bun.BaseModel `bun:"table:vocabulary,alias:v"`

	Project care.ProjectID `bun:",pk"`
	Words   string         // JSON of []care.Word
	Version int64
}

// inProjects narrows vocabularies to the projects by may do action to.
func inProjects(by care.Reader, action access.Action) (string, any) {
	return "v.project IN (?)", projects(by, action)
}

// Vocabulary returns the label buttons of a project of by's site.
func (s *Store) Vocabulary(ctx context.Context, by care.Reader, project care.ProjectID) (v care.Vocabulary, err error) {
	if !care.ValidID(project) {
		return v, errNotFound
	}
	where, arg := inProjects(by, access.ReadVocabulary)
	var row vocabularyRow
	if err := s.db.NewSelect().Model(&row).Where("v.project = ?", project).Where(where, arg).Scan(ctx); err != nil {
		return v, failed("read a vocabulary", err)
	}
	v = care.Vocabulary{Project: row.Project, Version: row.Version}
	return v, failed("read a vocabulary", json.Unmarshal([]byte(row.Words), &v.Words))
}

// PutVocabulary replaces the label buttons of a project of by's site. Version is the one last read.
func (s *Store) PutVocabulary(ctx context.Context, by care.Reader, v care.Vocabulary) (care.Vocabulary, error) {
	if !care.ValidID(v.Project) {
		return care.Vocabulary{}, errNotFound
	}
	if err := v.Validate(); err != nil {
		return care.Vocabulary{}, err
	}
	words, err := json.Marshal(v.Words)
	if err != nil {
		return care.Vocabulary{}, failed("write a vocabulary", err)
	}
	err = s.within(ctx, "put a vocabulary", func(ctx context.Context, tx bun.Tx) error {
		where, arg := inProjects(by, access.WriteVocabulary)
		var row vocabularyRow
		if err := s.locked(tx.NewSelect().Model(&row).Where("v.project = ?", v.Project).Where(where, arg)).Scan(ctx); err != nil {
			return err
		}
		if row.Version != v.Version {
			return errChanged
		}
		row.Words, row.Version = string(words), row.Version+1
		_, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx)
		return err
	})
	v.Version++
	return v, err
}
