package store

import (
	"context"
	"encoding/json"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
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

// ownVocabularyTable keeps the label buttons of those who chose their own.
const ownVocabularyTable = `
CREATE TABLE own_vocabulary (
	person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
	project TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
	words TEXT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (person, project)
)`

type ownVocabularyRow struct {
	bun.BaseModel `bun:"table:own_vocabulary,alias:v"`

	Person  care.PersonID  `bun:",pk"`
	Project care.ProjectID `bun:",pk"`
	Words   string
	Version int64
}

// OwnVocabulary returns the label buttons by has in a project: their own, or the project's as long as they have none, with
// version 0.
func (s *Store) OwnVocabulary(ctx context.Context, by care.Reader, project care.ProjectID) (care.Vocabulary, error) {
	v, err := s.Vocabulary(ctx, by, project)
	if err != nil {
		return v, err
	}
	var row ownVocabularyRow
	err = s.db.NewSelect().Model(&row).Where("v.person = ? AND v.project = ?", by.Person, project).Scan(ctx)
	if err = failed("read an own vocabulary", err); fault.Is(err, fault.NotFound) {
		v.Version = 0
		return v, nil
	} else if err != nil {
		return v, err
	}
	v = care.Vocabulary{Project: project, Version: row.Version}
	return v, failed("read an own vocabulary", json.Unmarshal([]byte(row.Words), &v.Words))
}

// PutOwnVocabulary makes the label buttons by has in a project their own. Version is the one last read, 0 when they had none.
func (s *Store) PutOwnVocabulary(ctx context.Context, by care.Reader, v care.Vocabulary) (care.Vocabulary, error) {
	if err := v.Validate(); err != nil {
		return care.Vocabulary{}, err
	}
	words, err := json.Marshal(v.Words)
	if err != nil {
		return care.Vocabulary{}, failed("write an own vocabulary", err)
	}
	row := ownVocabularyRow{Person: by.Person, Project: v.Project, Words: string(words), Version: v.Version + 1}
	err = s.within(ctx, "put an own vocabulary", func(ctx context.Context, tx bun.Tx) error {
		if err := writesWords(ctx, tx, by, v.Project); err != nil {
			return err
		}
		if v.Version == 0 {
			return changed(tx.NewInsert().Model(&row).On("CONFLICT (person, project) DO NOTHING").Exec(ctx))
		}
		return changed(tx.NewUpdate().Model(&row).Where("person = ? AND project = ? AND version = ?", by.Person, v.Project, v.Version).Exec(ctx))
	})
	v.Version = row.Version
	return v, err
}

// DeleteOwnVocabulary gives by the project's label buttons again.
func (s *Store) DeleteOwnVocabulary(ctx context.Context, by care.Reader, project care.ProjectID) error {
	return s.within(ctx, "forget an own vocabulary", func(ctx context.Context, tx bun.Tx) error {
		if err := writesWords(ctx, tx, by, project); err != nil {
			return err
		}
		_, err := tx.NewDelete().Model((*ownVocabularyRow)(nil)).Where("person = ? AND project = ?", by.Person, project).Exec(ctx)
		return err
	})
}

// writesWords answers fault.NotFound unless by may choose label buttons in a project.
func writesWords(ctx context.Context, tx bun.Tx, by care.Reader, project care.ProjectID) error {
	var yes int
	if !care.ValidID(project) {
		return errNotFound
	}
	where, arg := inProjects(by, access.WriteVocabulary)
	return tx.NewRaw("SELECT 1 FROM vocabulary AS v WHERE v.project = ? AND "+where, project, arg).Scan(ctx, &yes)
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
