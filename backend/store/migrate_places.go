package store

// placesTables turn roles at a site into grants at a place: the house, a site or a project. Who administered the one
// site there was, administers the house; a patient's role is held at the patient's project. Sites, projects and people
// learn to be deleted so that it can be undone: deleted is the instant, 0 for what is there.
const placesTables = `
CREATE TABLE grants (
	person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, role TEXT NOT NULL,
	site TEXT NOT NULL, project TEXT NOT NULL, since BIGINT NOT NULL, author TEXT NOT NULL,
	PRIMARY KEY (person, role, site, project));
CREATE INDEX grants_site ON grants (site, project, role);
INSERT INTO grants (person, role, site, project, since, author)
	SELECT g.person, g.role, CASE WHEN g.role = 'administrator' THEN '' ELSE g.site END, COALESCE(p.project, ''), 0, ''
	FROM roles AS g LEFT JOIN patients AS p ON p.person = g.person AND g.role = 'patient';
DROP TABLE roles;
ALTER TABLE sites ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE sites ADD COLUMN deleted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE projects ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE projects ADD COLUMN deleted BIGINT NOT NULL DEFAULT 0;
CREATE INDEX projects_site ON projects (site, name);
CREATE TABLE patient_groups (
	id TEXT PRIMARY KEY, project TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE, name TEXT NOT NULL,
	version BIGINT NOT NULL, created BIGINT NOT NULL, deleted BIGINT NOT NULL DEFAULT 0);
CREATE INDEX patient_groups_project ON patient_groups (project, name);
ALTER TABLE people ADD COLUMN deleted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE patients ADD COLUMN deleted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE patients ADD COLUMN patient_group TEXT NOT NULL DEFAULT '';
CREATE INDEX patients_group ON patients (patient_group)
`
