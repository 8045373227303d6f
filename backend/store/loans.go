package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// loansTables hold who had which device when, and the house's list of types of devices.
const loansTables = `
CREATE TABLE loans (
	id TEXT PRIMARY KEY, device TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
	patient TEXT NOT NULL REFERENCES patients (id) ON DELETE CASCADE, kit TEXT NOT NULL,
	since BIGINT NOT NULL, ends BIGINT NOT NULL, lent_by TEXT NOT NULL, returned_by TEXT NOT NULL);
CREATE INDEX loans_device ON loans (device, since);
CREATE INDEX loans_patient ON loans (patient, since);
CREATE UNIQUE INDEX loans_open ON loans (device) WHERE ends = 0;
CREATE TABLE device_types (
	id TEXT PRIMARY KEY, kind TEXT NOT NULL, parent TEXT NOT NULL, names TEXT NOT NULL, version BIGINT NOT NULL, deleted BIGINT NOT NULL);
ALTER TABLE devices ADD COLUMN type TEXT NOT NULL DEFAULT ''
`

// theLoans makes the tables, notes who has what today, and writes the first words of the list.
func theLoans(ctx context.Context, tx bun.Tx, s *Store) error {
	if err := run(ctx, tx, loansTables); err != nil {
		return err
	}
	var rows []struct {
		ID      care.DeviceID
		Patient care.PatientID
		Kit     care.DeviceID
	}
	if err := tx.NewRaw("SELECT id, patient, within_kit AS kit FROM devices WHERE patient IS NOT NULL").Scan(ctx, &rows); err != nil {
		return err
	}
	for _, r := range rows {
		if err := s.lend(ctx, tx, "", r.ID, r.Patient, r.Kit); err != nil {
			return err
		}
	}
	return seedTypes(ctx, tx)
}

// openLoans ends loans that stayed open though their patient moved away and left the device. When that was nobody wrote
// down: by now it was.
func openLoans(ctx context.Context, tx bun.Tx, s *Store) error {
	_, err := tx.NewRaw(`UPDATE loans SET ends = ? WHERE ends = 0
		AND NOT EXISTS (SELECT 1 FROM devices AS v WHERE v.id = loans.device AND v.patient = loans.patient)`, micro(s.now())).Exec(ctx)
	return err
}

type loanRow struct {
	bun.BaseModel `bun:"table:loans,alias:l"`

	ID         care.LoanID `bun:",pk"`
	Device     care.DeviceID
	Patient    care.PatientID
	Kit        care.DeviceID
	Since      int64
	Ends       int64
	LentBy     care.PersonID
	ReturnedBy care.PersonID

	DeviceName   string `bun:",scanonly"`
	PatientName  string `bun:",scanonly"`
	LenderName   string `bun:",scanonly"`
	ReturnerName string `bun:",scanonly"`
}

func (row loanRow) loan() care.Loan {
	return care.Loan{ID: row.ID, Device: row.Device, Patient: row.Patient, Kit: row.Kit, Since: instant(row.Since), Until: instant(row.Ends),
		DeviceName: row.DeviceName, PatientName: row.PatientName, LentBy: row.LenderName, ReturnedBy: row.ReturnerName}
}

// lend writes down that a patient has a device from now on.
func (s *Store) lend(ctx context.Context, tx bun.Tx, by care.PersonID, id care.DeviceID, patient care.PatientID, kit care.DeviceID) error {
	_, err := tx.NewInsert().Model(&loanRow{ID: care.NewID[care.LoanID](), Device: id, Patient: patient, Kit: kit, Since: micro(s.now()), LentBy: by}).Exec(ctx)
	return err
}

// handOver writes down that a device goes from one to another, either "" for the cupboard. Nothing happens when nobody new
// gets it.
func (s *Store) handOver(ctx context.Context, tx bun.Tx, by care.Reader, id care.DeviceID, from, to care.PatientID, kit care.DeviceID) error {
	if from == to {
		return nil
	}
	if _, err := tx.NewRaw("UPDATE loans SET ends = ?, returned_by = ? WHERE device = ? AND ends = 0", micro(s.now()), by.Person, id).Exec(ctx); err != nil || to == "" {
		return err
	}
	return s.lend(ctx, tx, by.Person, id, to, kit)
}

// contents are the devices that lie in a kit, held until the end.
func (s *Store) contents(ctx context.Context, tx bun.Tx, kit care.DeviceID) (rows []deviceRow, err error) {
	err = s.locked(tx.NewSelect().Model(&rows).Where("v.within_kit = ? AND v.deleted = 0", kit).OrderExpr("v.id")).Scan(ctx)
	return rows, err
}

// follow lets everything in a kit go where the kit goes.
func (s *Store) follow(ctx context.Context, tx bun.Tx, by care.Reader, kit deviceRow) error {
	rows, err := s.contents(ctx, tx, kit.ID)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Patient == kit.Patient {
			continue
		}
		if err := s.handOver(ctx, tx, by, row.ID, row.Patient, kit.Patient, kit.ID); err != nil {
			return err
		}
		row.Patient = kit.Patient
		row.Version++
		if _, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// inKit finds where a device stands that lies in a kit: with whoever has the kit. What is lent differently gets
// "device.in-kit"; what is just put in goes along.
func (s *Store) inKit(ctx context.Context, tx bun.Tx, was care.DeviceID, row *deviceRow) error {
	if row.WithinKit == "" {
		return nil
	}
	var kit deviceRow
	if err := s.locked(tx.NewSelect().Model(&kit).Where("v.id = ?", row.WithinKit)).Scan(ctx); err != nil {
		return err
	}
	if was == row.WithinKit && row.Patient != kit.Patient && kit.Deleted == 0 {
		return fault.New(fault.Conflict, "device.in-kit", nil).With("kit", kit.Name)
	}
	row.Patient = kit.Patient
	return nil
}

// holdKit holds the kit a device lies in, if any, before the device: whoever hands over a kit holds it before what is in it.
func (s *Store) holdKit(ctx context.Context, tx bun.Tx, where string, arg any) error {
	var kits []deviceRow
	return s.locked(tx.NewSelect().Model(&kits).Where(where, arg)).Scan(ctx)
}

// staysKit refuses to make something else of a kit, or to move it away, while something lies in it.
func (s *Store) staysKit(ctx context.Context, tx bun.Tx, was deviceRow, d care.Device) error {
	if was.Kind != care.Kit || was.Kind == d.Kind && was.Project == d.Project {
		return nil
	}
	rows, err := s.contents(ctx, tx, was.ID)
	if err == nil && len(rows) > 0 {
		err = fault.New(fault.Conflict, "device.kit-full", nil)
	}
	return err
}

// LendDevice gives a device of a project by manages to a patient of it, or with "" takes it back; of a kit with everything
// in it, as one act. Fault: "device.in-kit" for what lies in a kit.
func (s *Store) LendDevice(ctx context.Context, by care.Reader, id care.DeviceID, version int64, patient care.PatientID) (out care.Device, err error) {
	err = s.within(ctx, "lend a device", func(ctx context.Context, tx bun.Tx) error {
		if err := s.holdKit(ctx, tx, "v.id = (SELECT within_kit FROM devices WHERE id = ?)", id); err != nil {
			return err
		}
		var row deviceRow
		if err := s.ownDevice(ctx, tx, by, id, version, &row); err != nil {
			return err
		}
		if row.Deleted != 0 {
			return errNotFound
		}
		d := row.device()
		d.Patient = patient
		if err := s.mayKeep(ctx, tx, by, deviceRow{}, d); err != nil {
			return err
		}
		from, was := row.Patient, row.WithinKit
		row.Patient = patient
		if err := s.inKit(ctx, tx, was, &row); err != nil {
			return err
		}
		if out, err = s.handed(ctx, tx, by, from, row); err != nil {
			return err
		}
		return nil
	})
	return out, err
}

// handed stores a device that goes to somebody else, with the loans that end and begin and what lies in it.
func (s *Store) handed(ctx context.Context, tx bun.Tx, by care.Reader, from care.PatientID, row deviceRow) (out care.Device, err error) {
	row.Version++
	if _, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx); err != nil {
		return out, err
	}
	if err := s.handOver(ctx, tx, by, row.ID, from, row.Patient, row.WithinKit); err != nil {
		return out, err
	}
	if row.Kind == care.Kit && from != row.Patient {
		if err := s.follow(ctx, tx, by, row); err != nil {
			return out, err
		}
	}
	return one(devices(ctx, tx, byDevice(row.ID)))
}

// mostLoans is how many times a list shows.
const mostLoans = 500

// loans lists times, the newest first. Patients are called by their pseudonym while the reader may see them.
func (s *Store) loans(ctx context.Context, by care.Reader, where string, arg any) ([]care.Loan, error) {
	var rows []loanRow
	err := s.db.NewSelect().Model(&rows).ColumnExpr("l.*").ColumnExpr("v.name AS device_name").ColumnExpr("COALESCE(w.name, '') AS patient_name").
		ColumnExpr("COALESCE(a.name, '') AS lender_name").ColumnExpr("COALESCE(b.name, '') AS returner_name").
		Join("JOIN devices AS v ON v.id = l.device").
		Join("LEFT JOIN patients AS p ON p.id = l.patient AND p.id IN (?)", visible(by, access.ReadDevices)).Join("LEFT JOIN people AS w ON w.id = p.person").
		Join("LEFT JOIN people AS a ON a.id = l.lent_by").Join("LEFT JOIN people AS b ON b.id = l.returned_by").
		Where(where, arg).Where("v.project IN (?)", projects(by, access.ReadDevices)).OrderExpr("l.since DESC, l.id DESC").Limit(mostLoans).Scan(ctx)
	list := make([]care.Loan, len(rows))
	for i, row := range rows {
		list[i] = row.loan()
		if by.Service != "" { // which is told no names of staff
			list[i].LentBy, list[i].ReturnedBy = "", ""
		}
	}
	return list, err
}

// ListLoans lists who had a device of a project by may see, the newest first.
func (s *Store) ListLoans(ctx context.Context, by care.Reader, id care.DeviceID) (list []care.Loan, err error) {
	if !care.ValidID(id) {
		return nil, errNotFound
	}
	var yes int
	err = s.db.NewRaw("SELECT 1 FROM devices WHERE id = ? AND project IN (?)", id, projects(by, access.ReadDevices)).Scan(ctx, &yes)
	if err == nil {
		list, err = s.loans(ctx, by, "l.device = ?", id)
	}
	return list, failed("list loans", err)
}

// ListPatientLoans lists what a patient by may see had of the devices by may see, the newest first.
func (s *Store) ListPatientLoans(ctx context.Context, by care.Reader, id care.PatientID) (list []care.Loan, err error) {
	if !care.ValidID(id) {
		return nil, errNotFound
	}
	var yes int
	err = s.db.NewRaw("SELECT 1 FROM patients WHERE id = ? AND id IN (?)", id, visible(by, access.ReadDevices)).Scan(ctx, &yes)
	if err == nil {
		list, err = s.loans(ctx, by, "l.patient = ?", id)
	}
	return list, failed("list loans", err)
}
