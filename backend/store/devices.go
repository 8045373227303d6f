package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/device"
	"hearth/backend/ticket"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// devicesTables hold devices, the codes they register with, and the proofs that were shown already.
const devicesTables = `
CREATE TABLE devices (
	id TEXT PRIMARY KEY, project TEXT NOT NULL REFERENCES projects (id), kind TEXT NOT NULL, model TEXT NOT NULL,
	name TEXT NOT NULL, serial TEXT NOT NULL, state TEXT NOT NULL, patient TEXT REFERENCES patients (id) ON DELETE SET NULL,
	within_kit TEXT NOT NULL, note TEXT NOT NULL, public_key TEXT NOT NULL, seen BIGINT NOT NULL, version BIGINT NOT NULL,
	created BIGINT NOT NULL, deleted BIGINT NOT NULL);
CREATE INDEX devices_project ON devices (project, name);
CREATE INDEX devices_patient ON devices (patient);
CREATE UNIQUE INDEX devices_key ON devices (public_key) WHERE public_key <> '';
CREATE TABLE device_codes (
	hash TEXT PRIMARY KEY, project TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE, expires BIGINT NOT NULL,
	left_over BIGINT NOT NULL);
CREATE TABLE device_proofs (
	device TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE, proof TEXT NOT NULL, expires BIGINT NOT NULL,
	PRIMARY KEY (device, proof));
CREATE INDEX device_proofs_expires ON device_proofs (expires)
`

type deviceRow struct {
	bun.BaseModel `bun:"table:devices,alias:v"`

	ID        care.DeviceID `bun:",pk"`
	Project   care.ProjectID
	Kind      care.DeviceKind
	Type      care.DeviceTypeID
	Model     string
	Name      string
	Serial    string
	State     care.DeviceState
	Patient   care.PatientID `bun:",nullzero"`
	WithinKit care.DeviceID
	Note      string
	PublicKey string
	Seen      int64
	Version   int64
	Created   int64
	Deleted   int64

	PatientName string `bun:",scanonly"`
}

func (row deviceRow) device() care.Device {
	return care.Device{ID: row.ID, Project: row.Project, Kind: row.Kind, Type: row.Type, Model: row.Model, Name: row.Name, Serial: row.Serial, State: row.State,
		Patient: row.Patient, Within: row.WithinKit, Note: row.Note, Keyed: row.PublicKey != "", Seen: instant(row.Seen), Version: row.Version,
		Created: instant(row.Created), Deleted: instant(row.Deleted), PatientName: row.PatientName}
}

func (row *deviceRow) take(d care.Device) {
	row.Project, row.Kind, row.Type, row.Model, row.Name, row.Serial, row.State = d.Project, d.Kind, d.Type, d.Model, strings.TrimSpace(d.Name), d.Serial, d.State
	row.Patient, row.WithinKit, row.Note = d.Patient, d.Within, d.Note
}

func devices(ctx context.Context, db bun.IDB, narrow func(*bun.SelectQuery) *bun.SelectQuery) ([]care.Device, error) {
	var rows []deviceRow
	q := db.NewSelect().Model(&rows).ColumnExpr("v.*").ColumnExpr("COALESCE(pw.name, '') AS patient_name").
		Join("LEFT JOIN patients AS p ON p.id = v.patient AND p.project = v.project AND p.deleted = 0").Join("LEFT JOIN people AS pw ON pw.id = p.person").OrderExpr("v.name, v.id")
	if err := narrow(q).Scan(ctx); err != nil {
		return nil, err
	}
	list := make([]care.Device, len(rows))
	for i, row := range rows {
		list[i] = row.device()
	}
	return list, nil
}

// ListDevices returns a part of the devices of projects by may see, by name: of one project, or of all when it is "". The
// cursor is the last one's id.
func (s *Store) ListDevices(ctx context.Context, by care.Reader, project care.ProjectID, page care.Page) (list []care.Device, next string, err error) {
	limit := page.Limit
	if limit <= 0 || limit > 200 {
		limit = 100
	}
	list, err = devices(ctx, s.db, func(q *bun.SelectQuery) *bun.SelectQuery {
		q = q.Where("v.project IN (?)", projects(by, access.ReadDevices)).
			Where("v.deleted = 0 OR v.project IN (?)", projects(by, access.WriteDevices)).Limit(int64(limit) + 1)
		if project != "" {
			q = q.Where("v.project = ?", project)
		}
		if page.After != "" {
			const last = "(SELECT name FROM devices WHERE id = ?)"
			q = q.Where("v.name > "+last+" OR (v.name = "+last+" AND v.id > ?)", page.After, page.After, page.After)
		}
		return q
	})
	if err == nil && len(list) > limit {
		list = list[:limit]
		next = string(list[limit-1].ID)
	}
	if by.Service != "" { // a note may name anybody
		for i := range list {
			list[i].Note = ""
		}
	}
	return list, next, failed("list devices", err)
}

// PutDevice makes (version 0) or changes a device of a project by manages. A patient it is lent to and a kit it lies in are
// of the same project. A device that is switched off, or goes to another project, loses its tickets in the same step.
func (s *Store) PutDevice(ctx context.Context, by care.Reader, d care.Device) (out care.Device, err error) {
	if err := errors.Join(clean(d.Name, d.Model, d.Serial, d.Note), d.Validate()); err != nil {
		return out, err
	}
	err = s.within(ctx, "put a device", func(ctx context.Context, tx bun.Tx) error {
		if err := s.holdKit(ctx, tx, "v.id = ?", d.Within); err != nil {
			return err
		}
		row := deviceRow{ID: d.ID, Created: micro(s.now())}
		if d.Version > 0 {
			if err := s.ownDevice(ctx, tx, by, d.ID, d.Version, &row); err != nil {
				return err
			}
		}
		if err := s.mayKeep(ctx, tx, by, row, d); err != nil {
			return err
		}
		if row.State == care.DeviceEnabled && (d.State != care.DeviceEnabled || d.Project != row.Project) {
			if err := s.endTickets(ctx, tx, d.ID); err != nil {
				return err
			}
		}
		if err := s.staysKit(ctx, tx, row, d); err != nil {
			return err
		}
		was := row
		row.take(d)
		if err := errors.Join(s.inKit(ctx, tx, was.WithinKit, &row), s.typed(ctx, tx, was.Type, &row)); err != nil {
			return err
		}
		if err := s.tellOfDevice(ctx, tx, row, was.State); err != nil {
			return err
		}
		if d.Version == 0 {
			if _, err = tx.NewInsert().Model(&row).Exec(ctx); err != nil {
				return err
			}
		}
		out, err = s.handed(ctx, tx, by, was.Patient, row)
		return err
	})
	return out, err
}

// endTickets takes back what a device was given so far, so that nothing of it opens anything when it is enabled again.
func (s *Store) endTickets(ctx context.Context, tx bun.Tx, id care.DeviceID) error {
	name, expires := ticket.All(ticket.Device, string(id), s.now())
	return revoke(ctx, tx, name, s.now(), expires)
}

func byDevice(id care.DeviceID) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("v.id = ?", id) }
}

// mayKeep refuses a place, a patient or a kit that is not by's to give a device to. With whom and in what it is already it
// may stay: a patient who was hidden since keeps nobody from switching it off.
func (s *Store) mayKeep(ctx context.Context, tx bun.Tx, by care.Reader, was deviceRow, d care.Device) error {
	here := was.Project == d.Project
	var yes int
	err := tx.NewRaw("SELECT 1 FROM projects WHERE id = ? AND deleted = 0 AND id IN (?)", d.Project, projects(by, access.WriteDevices)).Scan(ctx, &yes)
	if err == nil && d.Patient != "" && (d.Patient != was.Patient || !here) {
		err = tx.NewRaw("SELECT 1 FROM patients WHERE id = ? AND project = ? AND deleted = 0", d.Patient, d.Project).Scan(ctx, &yes)
	}
	if err == nil && d.Within != "" && (d.Within != was.WithinKit || d.Patient != was.Patient || !here) {
		err = tx.NewRaw("SELECT 1 FROM devices WHERE id = ? AND project = ? AND kind = ? AND deleted = 0", d.Within, d.Project, care.Kit).Scan(ctx, &yes)
	}
	return err
}

// ownDevice reads and holds a device by manages as it is now.
func (s *Store) ownDevice(ctx context.Context, tx bun.Tx, by care.Reader, id care.DeviceID, version int64, row *deviceRow) error {
	if !care.ValidID(id) {
		return errNotFound
	}
	err := s.locked(tx.NewSelect().Model(row).Where("v.id = ? AND v.project IN (?)", id, projects(by, access.WriteDevices))).Scan(ctx)
	if err == nil && row.Version != version {
		err = errChanged
	}
	return err
}

// BuryDevice hides a device, which takes back what it may do, or brings it back. It comes back disabled, and nobody has it;
// with a hidden kit everything in it is returned.
func (s *Store) BuryDevice(ctx context.Context, by care.Reader, id care.DeviceID, version int64, deleted bool) (out care.Device, err error) {
	err = s.within(ctx, "bury a device", func(ctx context.Context, tx bun.Tx) error {
		var row deviceRow
		if err := s.ownDevice(ctx, tx, by, id, version, &row); err != nil {
			return err
		}
		was := row.State
		from := row.Patient
		row.Deleted, row.State = 0, care.DeviceDisabled
		if deleted {
			row.Deleted, row.Patient = micro(s.now()), ""
		}
		if err := s.tellOfDevice(ctx, tx, row, was); err != nil {
			return err
		}
		if err := s.endTickets(ctx, tx, id); err != nil {
			return err
		}
		out, err = s.handed(ctx, tx, by, from, row)
		return err
	})
	return out, err
}

// PutDeviceCode stores a code that so many devices may register with at a project by manages, and forgets those that
// expired.
func (s *Store) PutDeviceCode(ctx context.Context, by care.Reader, project care.ProjectID, hash device.Hash, expires time.Time, uses int) error {
	return s.within(ctx, "store a device's code", func(ctx context.Context, tx bun.Tx) error {
		var yes int
		err := tx.NewRaw("SELECT 1 FROM projects WHERE id = ? AND deleted = 0 AND id IN (?)", project, projects(by, access.WriteDevices)).Scan(ctx, &yes)
		if err != nil {
			return err
		}
		if _, err := tx.NewRaw("DELETE FROM device_codes WHERE expires < ?", micro(s.now())).Exec(ctx); err != nil {
			return err
		}
		_, err = tx.NewRaw("INSERT INTO device_codes (hash, project, expires, left_over) VALUES (?, ?, ?, ?)", hash.Text(), project, micro(expires), uses).Exec(ctx)
		return err
	})
}

// IssuedDeviceCode finds a code that works still, at a project whose devices by writes.
func (s *Store) IssuedDeviceCode(ctx context.Context, by care.Reader, hash device.Hash) (got device.Issued, err error) {
	var row struct {
		Project  care.ProjectID
		Name     string
		LeftOver int
		Expires  int64
	}
	err = s.db.NewRaw(`SELECT c.project, q.name, c.left_over, c.expires FROM device_codes AS c JOIN projects AS q ON q.id = c.project AND q.deleted = 0
		WHERE c.hash = ? AND c.left_over > 0 AND c.expires > ? AND c.project IN (?)`, hash.Text(), micro(s.now()), projects(by, access.WriteDevices)).Scan(ctx, &row)
	return device.Issued{Project: row.Project, Name: row.Name, Left: row.LeftOver, Expires: instant(row.Expires)}, failed("find a device's code", err)
}

// RegisterDevice uses a code up by one and makes a device that waits, in one step. A device that shows the same key again,
// as after a lost answer, is the one it was. A wrong, used or expired code gets fault.Invalid "device.code".
func (s *Store) RegisterDevice(ctx context.Context, hash device.Hash, d care.Device, key string) (out care.Device, err error) {
	wrong := fault.New(fault.Invalid, "device.code", nil)
	err = s.within(ctx, "register a device", func(ctx context.Context, tx bun.Tx) error {
		var project care.ProjectID
		err := tx.NewRaw(`SELECT c.project FROM device_codes AS c JOIN projects AS j ON j.id = c.project AND j.deleted = 0
			WHERE c.hash = ? AND c.expires > ?`, hash.Text(), micro(s.now())).Scan(ctx, &project)
		if fault.Is(failed("", err), fault.NotFound) {
			return wrong
		} else if err != nil {
			return err
		}
		known, err := devices(ctx, tx, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("v.public_key = ?", key) })
		if err != nil {
			return err
		}
		if len(known) > 0 {
			if out = known[0]; out.Project != project || !out.Deleted.IsZero() {
				return wrong
			}
			return nil
		}
		done, err := tx.NewRaw("UPDATE device_codes SET left_over = left_over - 1 WHERE hash = ? AND left_over > 0", hash.Text()).Exec(ctx)
		if err = changed(done, err); errors.Is(err, errChanged) {
			return wrong
		} else if err != nil {
			return err
		}
		row := deviceRow{ID: care.NewID[care.DeviceID](), PublicKey: key, Version: 1, Created: micro(s.now())}
		d.Project, d.State = project, care.DeviceWaiting
		row.take(d)
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		out, err = one(devices(ctx, tx, byDevice(row.ID)))
		return err
	})
	return out, err
}

// Device returns a device as it stands, with its key; only the house asks, for a device that shows a proof or ticket.
func (s *Store) Device(ctx context.Context, id care.DeviceID) (d care.Device, key string, err error) {
	if !care.ValidID(id) {
		return d, "", errNotFound
	}
	var row deviceRow
	err = s.db.NewSelect().Model(&row).Join("JOIN projects AS j ON j.id = v.project AND j.deleted = 0").Where("v.id = ? AND v.deleted = 0", id).Scan(ctx)
	return row.device(), row.PublicKey, failed("find a device", err)
}

// SpendProof remembers a proof until it expires, and that its device was there. One that was shown before gets
// fault.Conflict.
func (s *Store) SpendProof(ctx context.Context, id care.DeviceID, proof device.Hash, expires time.Time) error {
	return s.within(ctx, "spend a proof", func(ctx context.Context, tx bun.Tx) error {
		now := micro(s.now())
		if _, err := tx.NewRaw("DELETE FROM device_proofs WHERE expires < ?", now).Exec(ctx); err != nil {
			return err
		}
		done, err := tx.NewRaw("INSERT INTO device_proofs (device, proof, expires) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", id, proof.Text(), micro(expires)).Exec(ctx)
		if err := changed(done, err); err != nil {
			return err
		}
		_, err = tx.NewRaw("UPDATE devices SET seen = ? WHERE id = ?", now, id).Exec(ctx)
		return err
	})
}
