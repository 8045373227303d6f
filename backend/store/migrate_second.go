package store

// secondTables are what a second step of signing in needs. Sealed secrets are base64 text, "" for none. A session that
// began before its proof was kept counts as one of a password.
const secondTables = `
ALTER TABLE sessions ADD COLUMN proof TEXT NOT NULL DEFAULT 'password';
ALTER TABLE sessions ADD COLUMN verified BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN system TEXT NOT NULL DEFAULT '';
CREATE TABLE halves (
	hash TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
	created BIGINT NOT NULL, expires BIGINT NOT NULL);
CREATE INDEX halves_person ON halves (person);
CREATE INDEX halves_expires ON halves (expires);
CREATE TABLE codes (
	person TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
	sealed TEXT NOT NULL, step BIGINT NOT NULL, since BIGINT NOT NULL, begun TEXT NOT NULL, begun_at BIGINT NOT NULL);
CREATE TABLE recovery_codes (
	hash TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, made BIGINT NOT NULL);
CREATE INDEX recovery_codes_person ON recovery_codes (person)
`
