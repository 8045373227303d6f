package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// consentTables hold what patients are asked to agree to, and what they said. Neither is ever changed: the database
// refuses to. What a patient said goes when the patient is erased.
const consentTables = `
CREATE TABLE consent_texts (
	project TEXT NOT NULL REFERENCES projects (id), kind TEXT NOT NULL, version BIGINT NOT NULL, language TEXT NOT NULL,
	title TEXT NOT NULL, paragraphs TEXT NOT NULL, created BIGINT NOT NULL, author TEXT NOT NULL,
	PRIMARY KEY (project, kind, version, language));
CREATE TABLE consents (
	id TEXT PRIMARY KEY, patient TEXT NOT NULL REFERENCES patients (id) ON DELETE CASCADE, project TEXT NOT NULL, kind TEXT NOT NULL,
	version BIGINT NOT NULL, language TEXT NOT NULL, given BOOLEAN NOT NULL, moment BIGINT NOT NULL, signer TEXT NOT NULL,
	way TEXT NOT NULL, note TEXT NOT NULL, author TEXT NOT NULL, stored BIGINT NOT NULL);
CREATE INDEX consents_patient ON consents (patient, moment)
`

func theConsents(ctx context.Context, tx bun.Tx, s *Store) error {
	if err := run(ctx, tx, consentTables); err != nil {
		return err
	}
	guards := []string{
		`CREATE TRIGGER consents_update BEFORE UPDATE ON consents BEGIN SELECT RAISE(ABORT, 'what was said is never changed'); END`,
		`CREATE TRIGGER consent_texts_update BEFORE UPDATE ON consent_texts BEGIN SELECT RAISE(ABORT, 'what was agreed to is never changed'); END`,
		`CREATE TRIGGER consent_texts_delete BEFORE DELETE ON consent_texts BEGIN SELECT RAISE(ABORT, 'what was agreed to is never changed'); END`,
	}
	if s.postgres() {
		guards = []string{
			`CREATE FUNCTION consent_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'what was said is never changed'; END $$`,
			`CREATE TRIGGER consents_rows BEFORE UPDATE ON consents FOR EACH ROW EXECUTE FUNCTION consent_guard()`,
			`CREATE TRIGGER consent_texts_rows BEFORE UPDATE OR DELETE ON consent_texts FOR EACH ROW EXECUTE FUNCTION consent_guard()`,
		}
	}
	for _, g := range guards {
		if _, err := tx.ExecContext(ctx, g); err != nil {
			return err
		}
	}
	return nil
}

type consentTextRow struct {
	bun.BaseModel `bun:"table:consent_texts,alias:t"`

	Project    care.ProjectID `bun:",pk"`
	Kind       string         `bun:",pk"`
	Version    int            `bun:",pk"`
	Language   string         `bun:",pk"`
	Title      string
	Paragraphs string // JSON of []string
	Created    int64
	Author     care.PersonID
}

func (row consentTextRow) text() (care.ConsentText, error) {
	t := care.ConsentText{Project: row.Project, Kind: row.Kind, Version: row.Version, Language: row.Language, Title: row.Title,
		Created: instant(row.Created), By: row.Author}
	return t, json.Unmarshal([]byte(row.Paragraphs), &t.Paragraphs)
}

type consentRow struct {
	bun.BaseModel `bun:"table:consents,alias:k"`

	ID       care.ConsentID `bun:",pk"`
	Patient  care.PatientID
	Project  care.ProjectID
	Kind     string
	Version  int
	Language string
	Given    bool
	Moment   int64
	Signer   string
	Way      string
	Note     string
	Author   care.PersonID
	Stored   int64
}

func (row consentRow) consent() care.Consent {
	return care.Consent{ID: row.ID, Patient: row.Patient, Project: row.Project, Kind: row.Kind, Version: row.Version, Language: row.Language,
		Given: row.Given, At: instant(row.Moment), Signer: row.Signer, Way: row.Way, Note: row.Note, By: row.Author, Stored: instant(row.Stored)}
}

// ListConsentTexts returns every version of every text of a project, by kind, the newest version first. By reads consents
// there, or those of a patient of the project.
func (s *Store) ListConsentTexts(ctx context.Context, by care.Reader, project care.ProjectID) ([]care.ConsentText, error) {
	if !care.ValidID(project) {
		return nil, errNotFound
	}
	var yes int
	err := s.db.NewRaw("SELECT 1 FROM projects WHERE id = ? AND deleted = 0 AND (id IN (?) OR id IN (SELECT project FROM patients WHERE id IN (?)))",
		project, projects(by, access.ReadConsents), visible(by, access.ReadConsents)).Scan(ctx, &yes)
	if err != nil {
		return nil, failed("list consent texts", err)
	}
	var rows []consentTextRow
	err = s.db.NewSelect().Model(&rows).Where("t.project = ?", project).OrderExpr("t.kind, t.version DESC, t.language").Scan(ctx)
	list := make([]care.ConsentText, len(rows))
	for i, row := range rows {
		if err == nil {
			list[i], err = row.text()
		}
	}
	return list, failed("list consent texts", err)
}

// AddConsentText adds the next version of a text, in one or several languages at once: what they are in common is Project
// and Kind of the first.
func (s *Store) AddConsentText(ctx context.Context, by care.Reader, texts []care.ConsentText) ([]care.ConsentText, error) {
	if len(texts) == 0 {
		return nil, fault.New(fault.Invalid, "consent.paragraphs", nil)
	}
	project, kind, seen := texts[0].Project, texts[0].Kind, map[string]bool{}
	for _, t := range texts {
		if err := t.Validate(); err != nil {
			return nil, err
		}
		if seen[t.Language] {
			return nil, fault.New(fault.Invalid, "consent.language", nil)
		}
		seen[t.Language] = true
	}
	added := make([]care.ConsentText, len(texts))
	err := s.within(ctx, "add a consent text", func(ctx context.Context, tx bun.Tx) error {
		var p projectRow // held, so that two who add at once add one version after the other
		if err := s.locked(tx.NewSelect().Model(&p).Where("j.id = ? AND j.deleted = 0 AND j.id IN (?)", project, projects(by, access.ManageProject))).Scan(ctx); err != nil {
			return err
		}
		var latest int
		if err := tx.NewRaw("SELECT COALESCE(MAX(version), 0) FROM consent_texts WHERE project = ? AND kind = ?", project, kind).Scan(ctx, &latest); err != nil {
			return err
		}
		for i, t := range texts {
			paragraphs, err := json.Marshal(t.Paragraphs)
			if err != nil {
				return err
			}
			row := consentTextRow{Project: project, Kind: kind, Version: latest + 1, Language: t.Language, Title: t.Title, Paragraphs: string(paragraphs),
				Created: micro(s.now()), Author: by.Person}
			if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
				return err
			}
			if added[i], err = row.text(); err != nil {
				return err
			}
		}
		return nil
	})
	return added, err
}

// ListConsents returns everything a patient said, the latest first.
func (s *Store) ListConsents(ctx context.Context, by care.Reader, patient care.PatientID) ([]care.Consent, error) {
	if err := allowed(ctx, s.db, patient, visible(by, access.ReadConsents)); err != nil {
		return nil, failed("list consents", err)
	}
	var rows []consentRow
	err := s.db.NewSelect().Model(&rows).Where("k.patient = ?", patient).OrderExpr("k.moment DESC, k.stored DESC, k.id").Scan(ctx)
	list := make([]care.Consent, len(rows))
	for i, row := range rows {
		list[i] = row.consent()
		if by.Service != "" { // a note may name anybody
			list[i].Note = ""
		}
	}
	return list, failed("list consents", err)
}

// AddConsent writes down what a patient said about a text of their project. The same one sent twice is stored once.
func (s *Store) AddConsent(ctx context.Context, by care.Reader, c care.Consent) (care.Consent, error) {
	var row consentRow
	err := s.within(ctx, "write down a consent", func(ctx context.Context, tx bun.Tx) error {
		if err := allowed(ctx, tx, c.Patient, visible(by, access.WriteConsents)); err != nil {
			return err
		}
		if err := c.Validate(s.now()); err != nil {
			return err
		}
		if err := tx.NewRaw("SELECT project FROM patients WHERE id = ?", c.Patient).Scan(ctx, &c.Project); err != nil {
			return err
		}
		var there int
		if err := tx.NewRaw("SELECT COUNT(*) FROM consent_texts WHERE project = ? AND kind = ? AND version = ? AND language = ?",
			c.Project, c.Kind, c.Version, c.Language).Scan(ctx, &there); err != nil {
			return err
		}
		if there == 0 {
			return fault.New(fault.Invalid, "consent.text", nil)
		}
		want := consentRow{ID: c.ID, Patient: c.Patient, Project: c.Project, Kind: c.Kind, Version: c.Version, Language: c.Language, Given: c.Given,
			Moment: micro(c.At.Truncate(time.Microsecond)), Signer: c.Signer, Way: c.Way, Note: c.Note, Author: by.Person, Stored: micro(s.now())}
		if _, err := tx.NewInsert().Model(&want).On("CONFLICT (id) DO NOTHING").Exec(ctx); err != nil {
			return err
		}
		if err := tx.NewSelect().Model(&row).Where("k.id = ? AND k.patient = ?", c.ID, c.Patient).Scan(ctx); err != nil {
			return err
		}
		want.Author, want.Stored = row.Author, row.Stored
		if row != want {
			return errChanged
		}
		return nil
	})
	return row.consent(), err
}
