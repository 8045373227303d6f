package store

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"hearth/backend/audit"
	"hearth/shared/care"
)

// trailTables hold the audit trail as a chain, see backend/audit. Its rows refer to nothing, so that forgetting a person
// leaves them as they are. trail_ends has two rows: after which entry the trail begins, and with which it ends.
const trailTables = `
CREATE TABLE trail (
	number NUMBER PRIMARY KEY, before TEXT NOT NULL, hash TEXT NOT NULL, moment BIGINT NOT NULL,
	person TEXT NOT NULL, action TEXT NOT NULL, patient TEXT NOT NULL, object TEXT NOT NULL, network TEXT NOT NULL,
	site TEXT NOT NULL, project TEXT NOT NULL, things BIGINT NOT NULL);
CREATE TABLE trail_ends (
	name TEXT PRIMARY KEY, number BIGINT NOT NULL, hash TEXT NOT NULL);
INSERT INTO trail_ends (name, number, hash) VALUES ('base', 0, 'ZERO'), ('tail', 0, 'ZERO')
`

// trailIndexes serve the ways people look through the trail.
const trailIndexes = `
CREATE INDEX trail_moment ON trail (moment);
CREATE INDEX trail_person ON trail (person, number);
CREATE INDEX trail_patient ON trail (patient, number);
CREATE INDEX trail_place ON trail (site, project, number)
`

// guards keep the trail as it was written, whoever speaks to the database: nothing is changed, nothing put in between,
// and only what lies before the beginning is taken out. The ends only move on.
var sqliteGuards = []string{
	`CREATE TRIGGER trail_update BEFORE UPDATE ON trail BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END`,
	`CREATE TRIGGER trail_delete BEFORE DELETE ON trail WHEN OLD.number > (SELECT number FROM trail_ends WHERE name = 'base')
		BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END`,
	`CREATE TRIGGER trail_insert BEFORE INSERT ON trail WHEN NEW.number <= (SELECT number FROM trail_ends WHERE name = 'tail')
		OR NEW.number <= (SELECT COALESCE(MAX(number), 0) FROM trail)
		BEGIN SELECT RAISE(ABORT, 'the audit trail is only appended to'); END`,
	`CREATE TRIGGER trail_ends_update BEFORE UPDATE ON trail_ends WHEN NEW.name <> OLD.name OR NEW.number <= OLD.number
		BEGIN SELECT RAISE(ABORT, 'the ends of the audit trail only move on'); END`,
	`CREATE TRIGGER trail_ends_delete BEFORE DELETE ON trail_ends BEGIN SELECT RAISE(ABORT, 'the audit trail has two ends'); END`,
	`CREATE TRIGGER trail_ends_insert BEFORE INSERT ON trail_ends BEGIN SELECT RAISE(ABORT, 'the audit trail has two ends'); END`,
}

var postgresGuards = []string{
	`CREATE FUNCTION trail_guard() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		IF TG_OP = 'INSERT' THEN
			IF NEW.number <= (SELECT number FROM trail_ends WHERE name = 'tail') OR NEW.number <= (SELECT COALESCE(MAX(number), 0) FROM trail) THEN
				RAISE EXCEPTION 'the audit trail is only appended to';
			END IF;
			RETURN NEW;
		END IF;
		IF TG_OP = 'DELETE' THEN
			IF OLD.number <= (SELECT number FROM trail_ends WHERE name = 'base') THEN
				RETURN OLD;
			END IF;
		END IF;
		RAISE EXCEPTION 'the audit trail is never changed';
	END $$`,
	`CREATE FUNCTION trail_ends_guard() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		IF TG_OP = 'UPDATE' THEN
			IF NEW.name = OLD.name AND NEW.number > OLD.number THEN
				RETURN NEW;
			END IF;
		END IF;
		RAISE EXCEPTION 'the ends of the audit trail only move on';
	END $$`,
	`CREATE TRIGGER trail_rows BEFORE INSERT OR UPDATE OR DELETE ON trail FOR EACH ROW EXECUTE FUNCTION trail_guard()`,
	`CREATE TRIGGER trail_all BEFORE TRUNCATE ON trail FOR EACH STATEMENT EXECUTE FUNCTION trail_guard()`,
	`CREATE TRIGGER trail_ends_rows BEFORE INSERT OR UPDATE OR DELETE ON trail_ends FOR EACH ROW EXECUTE FUNCTION trail_ends_guard()`,
	`CREATE TRIGGER trail_ends_all BEFORE TRUNCATE ON trail_ends FOR EACH STATEMENT EXECUTE FUNCTION trail_ends_guard()`,
}

// theTrail carries the lines of the audit table over into the chain, in their order, and guards it.
func theTrail(ctx context.Context, tx bun.Tx, s *Store) error {
	number := "INTEGER" // SQLite's own number of a row
	if s.postgres() {
		number = "BIGINT"
	}
	text := strings.NewReplacer("NUMBER", number, "ZERO", audit.Sum{}.String()).Replace(trailTables)
	if err := run(ctx, tx, text); err != nil {
		return err
	}
	if err := s.carryOver(ctx, tx); err != nil {
		return err
	}
	if err := run(ctx, tx, "DROP TABLE audit;"+trailIndexes); err != nil {
		return err
	}
	guards := sqliteGuards
	if s.postgres() {
		guards = postgresGuards
	}
	for _, g := range guards {
		if _, err := tx.ExecContext(ctx, g); err != nil {
			return err
		}
	}
	return nil
}

// carryOver appends what the audit table holds, a part at a time.
func (s *Store) carryOver(ctx context.Context, tx bun.Tx) error {
	type row struct {
		ID      string
		Moment  int64
		Person  care.PersonID
		Action  string
		Patient care.PatientID
		Object  string
		Network string
		Site    care.SiteID
		Project care.ProjectID
	}
	after := row{Moment: -1}
	for {
		var rows []row
		err := tx.NewRaw(`SELECT a.id, a.moment, COALESCE(a.person, '') AS person, a.action, COALESCE(a.patient, '') AS patient, a.object, a.network,
			COALESCE(j.site, w.site, '') AS site, COALESCE(j.id, '') AS project
			FROM audit AS a LEFT JOIN patients AS p ON p.id = a.patient LEFT JOIN projects AS j ON j.id = p.project LEFT JOIN people AS w ON w.id = a.person
			WHERE a.moment > ? OR (a.moment = ? AND a.id > ?) ORDER BY a.moment, a.id LIMIT 500`, after.Moment, after.Moment, after.ID).Scan(ctx, &rows)
		if err != nil || len(rows) == 0 {
			return err
		}
		entries := make([]audit.Entry, len(rows))
		for i, r := range rows {
			entries[i] = audit.Entry{At: instant(r.Moment), Person: r.Person, Action: r.Action, Patient: r.Patient, Object: r.Object,
				From: r.Network, Place: care.Place{Site: r.Site, Project: r.Project}}
		}
		if err := s.appendTrail(ctx, tx, entries); err != nil {
			return err
		}
		after = rows[len(rows)-1]
	}
}
