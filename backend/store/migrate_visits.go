package store

// visitsTables keep visits and who is invited to them. A visit's patient is NULL for a meeting of staff and a caller nobody
// has matched; everything that hangs on a visit goes with it, and a visit goes with its patient. Who did what is an id
// alone, since staff and guests come and go.
const visitsTables = `
CREATE TABLE visits (
	id TEXT PRIMARY KEY,
	project TEXT NOT NULL REFERENCES projects (id),
	patient TEXT REFERENCES patients (id) ON DELETE CASCADE,
	kind TEXT NOT NULL, host TEXT NOT NULL,
	local_time TEXT NOT NULL, zone TEXT NOT NULL, minutes BIGINT NOT NULL, begins BIGINT NOT NULL, ends BIGINT NOT NULL,
	state TEXT NOT NULL, outcome TEXT NOT NULL, said_by TEXT NOT NULL, closing BIGINT NOT NULL, late BIGINT NOT NULL,
	relay BOOLEAN NOT NULL, drop_in BOOLEAN NOT NULL, met BIGINT NOT NULL, host_in BIGINT NOT NULL, over BIGINT NOT NULL,
	created BIGINT NOT NULL, author TEXT NOT NULL, version BIGINT NOT NULL, told BIGINT NOT NULL);
CREATE INDEX visits_project ON visits (project, begins, id);
CREATE INDEX visits_patient ON visits (patient, begins);
CREATE INDEX visits_host ON visits (host, begins);
CREATE INDEX visits_running ON visits (ends) WHERE state IN ('booked', 'open');
CREATE TABLE guests (
	id TEXT PRIMARY KEY,
	visit TEXT NOT NULL REFERENCES visits (id) ON DELETE CASCADE,
	place BIGINT NOT NULL, invited_as TEXT NOT NULL, relative TEXT NOT NULL, relation TEXT NOT NULL, person TEXT NOT NULL,
	name TEXT NOT NULL, language TEXT NOT NULL, zone TEXT NOT NULL, sealed TEXT NOT NULL,
	state TEXT NOT NULL, since BIGINT NOT NULL, reason TEXT NOT NULL, ready TEXT NOT NULL, agreed BIGINT NOT NULL,
	came BIGINT NOT NULL, waiting BIGINT NOT NULL, version BIGINT NOT NULL, created BIGINT NOT NULL);
CREATE INDEX guests_visit ON guests (visit, place);
CREATE INDEX guests_person ON guests (person) WHERE person <> '';
CREATE INDEX guests_waiting ON guests (waiting) WHERE state IN ('arrived', 'checked', 'waiting');
CREATE TABLE guest_events (
	id TEXT PRIMARY KEY,
	visit TEXT NOT NULL REFERENCES visits (id) ON DELETE CASCADE,
	guest TEXT NOT NULL, moment BIGINT NOT NULL, place BIGINT NOT NULL, act TEXT NOT NULL, was TEXT NOT NULL, becomes TEXT NOT NULL,
	author TEXT NOT NULL, reason TEXT NOT NULL);
CREATE INDEX guest_events_visit ON guest_events (visit, moment, place);
CREATE TABLE visit_lines (
	id TEXT PRIMARY KEY,
	visit TEXT NOT NULL REFERENCES visits (id) ON DELETE CASCADE,
	guest TEXT NOT NULL, person TEXT NOT NULL, name TEXT NOT NULL, door TEXT NOT NULL, words TEXT NOT NULL, moment BIGINT NOT NULL);
CREATE INDEX visit_lines_visit ON visit_lines (visit, moment, id);
CREATE TABLE visit_notes (
	visit TEXT NOT NULL REFERENCES visits (id) ON DELETE CASCADE,
	version BIGINT NOT NULL, parts TEXT NOT NULL, author TEXT NOT NULL, stored BIGINT NOT NULL,
	PRIMARY KEY (visit, version));
CREATE TABLE visit_minutes (
	visit TEXT NOT NULL REFERENCES visits (id) ON DELETE CASCADE,
	party TEXT NOT NULL, minute BIGINT NOT NULL, guest TEXT NOT NULL, report TEXT NOT NULL,
	PRIMARY KEY (visit, party, minute));
CREATE TABLE visit_answers (
	guest TEXT PRIMARY KEY REFERENCES guests (id) ON DELETE CASCADE,
	stars BIGINT NOT NULL, wrong TEXT NOT NULL, words TEXT NOT NULL, stored BIGINT NOT NULL);
CREATE TABLE visiting (
	project TEXT PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
	zone TEXT NOT NULL, terms TEXT NOT NULL, emergency TEXT NOT NULL, phone TEXT NOT NULL, drop_in BOOLEAN NOT NULL, hours TEXT NOT NULL,
	notes TEXT NOT NULL, survey BOOLEAN NOT NULL, reminders BOOLEAN NOT NULL, naming TEXT NOT NULL, version BIGINT NOT NULL)
`
