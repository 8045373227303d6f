package store

import (
	"context"
	"encoding/json"

	"github.com/uptrace/bun"

	"hearth/shared/care"
)

// houseTables are the first tables, in words both databases know. Instants are BIGINT microseconds; hashes are
// hexadecimal text; small lists that are only ever read whole are JSON text.
const houseTables = `
CREATE TABLE sites (
	id TEXT PRIMARY KEY, name TEXT NOT NULL, created BIGINT NOT NULL);
CREATE TABLE projects (
	id TEXT PRIMARY KEY, site TEXT NOT NULL REFERENCES sites (id), name TEXT NOT NULL, created BIGINT NOT NULL);
CREATE TABLE people (
	id TEXT PRIMARY KEY, site TEXT NOT NULL REFERENCES sites (id), name TEXT NOT NULL, login TEXT NOT NULL,
	hash TEXT NOT NULL, must_change BOOLEAN NOT NULL, disabled BOOLEAN NOT NULL,
	language TEXT NOT NULL, theme TEXT NOT NULL, version BIGINT NOT NULL, created BIGINT NOT NULL);
CREATE UNIQUE INDEX people_login ON people (login);
CREATE INDEX people_site ON people (site, name);
CREATE TABLE roles (
	person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, role TEXT NOT NULL,
	site TEXT NOT NULL REFERENCES sites (id), PRIMARY KEY (person, role, site));
CREATE TABLE patients (
	id TEXT PRIMARY KEY, project TEXT NOT NULL REFERENCES projects (id),
	person TEXT NOT NULL UNIQUE REFERENCES people (id), version BIGINT NOT NULL, created BIGINT NOT NULL);
CREATE INDEX patients_project ON patients (project);
CREATE TABLE care (
	patient TEXT NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
	therapist TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
	since BIGINT NOT NULL, PRIMARY KEY (patient, therapist));
CREATE INDEX care_therapist ON care (therapist);
CREATE TABLE permissions (
	patient TEXT NOT NULL, therapist TEXT NOT NULL, signal TEXT NOT NULL, PRIMARY KEY (patient, therapist, signal),
	FOREIGN KEY (patient, therapist) REFERENCES care (patient, therapist) ON DELETE CASCADE);
CREATE TABLE sessions (
	hash TEXT PRIMARY KEY, slot TEXT NOT NULL, person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
	created BIGINT NOT NULL, seen BIGINT NOT NULL, expires BIGINT NOT NULL);
CREATE INDEX sessions_person ON sessions (person);
CREATE INDEX sessions_expires ON sessions (expires);
CREATE TABLE attempts (
	name TEXT PRIMARY KEY, tries BIGINT NOT NULL, latest BIGINT NOT NULL);
CREATE INDEX attempts_latest ON attempts (latest);
CREATE TABLE audit (
	id TEXT PRIMARY KEY, moment BIGINT NOT NULL, person TEXT REFERENCES people (id) ON DELETE SET NULL,
	action TEXT NOT NULL, patient TEXT REFERENCES patients (id) ON DELETE SET NULL,
	object TEXT NOT NULL, network TEXT NOT NULL);
CREATE INDEX audit_moment ON audit (moment);
CREATE INDEX audit_patient ON audit (patient, moment);
CREATE TABLE sittings (
	id TEXT PRIMARY KEY, patient TEXT NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
	begins BIGINT NOT NULL, ends BIGINT);
CREATE UNIQUE INDEX sittings_open ON sittings (patient) WHERE ends IS NULL;
CREATE INDEX sittings_patient ON sittings (patient, begins);
CREATE TABLE labels (
	id TEXT PRIMARY KEY, sitting TEXT NOT NULL REFERENCES sittings (id) ON DELETE CASCADE,
	stamp BIGINT NOT NULL, kind TEXT NOT NULL, word TEXT NOT NULL, company TEXT NOT NULL, note TEXT NOT NULL,
	rating BIGINT NOT NULL, removed BOOLEAN NOT NULL, author TEXT NOT NULL REFERENCES people (id),
	version BIGINT NOT NULL, stored BIGINT NOT NULL);
CREATE INDEX labels_sitting ON labels (sitting, stamp);
CREATE TABLE baselines (
	sitting TEXT PRIMARY KEY REFERENCES sittings (id) ON DELETE CASCADE,
	begins BIGINT NOT NULL, ends BIGINT NOT NULL, measures TEXT NOT NULL,
	author TEXT NOT NULL REFERENCES people (id), version BIGINT NOT NULL);
CREATE TABLE limits (
	patient TEXT PRIMARY KEY REFERENCES patients (id) ON DELETE CASCADE,
	heart_low BIGINT NOT NULL, heart_high BIGINT NOT NULL, lead_off BIGINT NOT NULL,
	author TEXT NOT NULL REFERENCES people (id), version BIGINT NOT NULL);
CREATE TABLE vocabulary (
	project TEXT PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
	words TEXT NOT NULL, version BIGINT NOT NULL);
CREATE TABLE setup_codes (
	hash TEXT PRIMARY KEY, expires BIGINT NOT NULL);
CREATE TABLE demo_links (
	hash TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE);
CREATE TABLE settings (
	name TEXT PRIMARY KEY, value TEXT NOT NULL)
`

// theHouse makes the first tables, the built-in site and project, and the vocabulary a project starts with.
func theHouse(ctx context.Context, tx bun.Tx, s *Store) error {
	if err := run(ctx, tx, houseTables); err != nil {
		return err
	}
	site, project, now := care.NewID[care.SiteID](), care.NewID[care.ProjectID](), micro(s.now())
	words, err := json.Marshal(care.DefaultVocabulary())
	if err != nil {
		return err
	}
	for _, row := range []struct {
		insert string
		args   []any
	}{
		{"INSERT INTO sites (id, name, created) VALUES (?, ?, ?)", []any{site, "Hearth", now}},
		{"INSERT INTO projects (id, site, name, created) VALUES (?, ?, ?, ?)", []any{project, site, "Therapy", now}},
		{"INSERT INTO vocabulary (project, words, version) VALUES (?, ?, 1)", []any{project, string(words)}},
	} {
		if _, err := tx.ExecContext(ctx, row.insert, row.args...); err != nil {
			return err
		}
	}
	return nil
}
