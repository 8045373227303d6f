package store

// passkeyTables keep passkeys, the ceremonies that are open, and enrolment codes. A credential's id and a handle are
// base64url text; hashes are hexadecimal.
const passkeyTables = `
CREATE TABLE passkey_handles (
	person TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE, handle TEXT NOT NULL UNIQUE);
CREATE TABLE passkeys (
	id TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
	credential TEXT NOT NULL UNIQUE, record TEXT NOT NULL, counter BIGINT NOT NULL,
	synced BOOLEAN NOT NULL, kept BOOLEAN NOT NULL,
	name TEXT NOT NULL, created BIGINT NOT NULL, used BIGINT NOT NULL);
CREATE INDEX passkeys_person ON passkeys (person, created);
CREATE TABLE challenges (
	hash TEXT PRIMARY KEY, browser TEXT NOT NULL, ceremony TEXT NOT NULL, person TEXT NOT NULL, expires BIGINT NOT NULL);
CREATE INDEX challenges_expires ON challenges (expires);
CREATE TABLE enrolments (
	person TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
	issuer TEXT REFERENCES people (id) ON DELETE CASCADE,
	hash TEXT NOT NULL, pass TEXT NOT NULL, expires BIGINT NOT NULL);
CREATE INDEX enrolments_hash ON enrolments (hash);
CREATE INDEX enrolments_pass ON enrolments (pass)
`
