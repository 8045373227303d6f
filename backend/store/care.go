package store

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type careRow struct {
	bun.BaseModel `bun:"table:care,alias:c"`

	Patient   care.PatientID `bun:",pk"`
	Therapist care.PersonID  `bun:",pk"`
	Since     int64

	PatientName   string        `bun:",scanonly"`
	PatientPerson care.PersonID `bun:",scanonly"`
	TherapistName string        `bun:",scanonly"`
}

// cares reads assignments with names and permitted signals.
func cares(ctx context.Context, db bun.IDB, where string, args ...any) ([]care.Care, error) {
	var rows []careRow
	err := db.NewSelect().Model(&rows).ColumnExpr("c.*").
		ColumnExpr("pw.name AS patient_name, pw.id AS patient_person, tw.name AS therapist_name").
		Join("JOIN patients AS p ON p.id = c.patient").Join("JOIN people AS pw ON pw.id = p.person").
		Join("JOIN people AS tw ON tw.id = c.therapist").
		Where(where, args...).OrderExpr("pw.name, c.patient, tw.name, c.therapist").Scan(ctx)
	if err != nil {
		return nil, err
	}
	var granted []permissionRow
	err = db.NewSelect().Model(&granted).
		Where("EXISTS (SELECT 1 FROM care AS c WHERE c.patient = m.patient AND c.therapist = m.therapist AND (?))",
			bun.SafeQuery(where, args...)).Scan(ctx)
	if err != nil {
		return nil, err
	}
	signals := map[pair][]access.Signal{}
	for _, row := range granted {
		signals[pair{row.Patient, row.Therapist}] = append(signals[pair{row.Patient, row.Therapist}], row.Signal)
	}
	list := make([]care.Care, len(rows))
	for i, row := range rows {
		list[i] = care.Care{
			Permission:  care.Permission{Patient: row.Patient, Therapist: row.Therapist, Signals: ordered(signals[pair{row.Patient, row.Therapist}])},
			PatientName: row.PatientName, PatientPerson: row.PatientPerson, TherapistName: row.TherapistName,
		}
	}
	return list, nil
}

type pair struct {
	patient   care.PatientID
	therapist care.PersonID
}

// ListCare returns every assignment by may manage.
func (s *Store) ListCare(ctx context.Context, by care.Reader) ([]care.Care, error) {
	list, err := cares(ctx, s.db, "c.patient IN (?)", visible(by, access.ManageCare))
	return list, failed("list care", err)
}

// Sharing lists who may receive which signals of the patients whose sharing by may read: a patient's own, a therapist's
// own patients with all their therapists.
func (s *Store) Sharing(ctx context.Context, by care.Reader) ([]care.Care, error) {
	list, err := cares(ctx, s.db, "c.patient IN (?)", visible(by, access.ReadSharing))
	return list, failed("list sharing", err)
}

// PutCare assigns a patient to a therapist of the same site and permits exactly these signals, in one step.
func (s *Store) PutCare(ctx context.Context, by care.Reader, p care.Permission) (c care.Care, err error) {
	for _, signal := range p.Signals {
		if !signal.Known() {
			return c, fault.New(fault.Invalid, "signal.unknown", nil)
		}
	}
	err = s.within(ctx, "put care", func(ctx context.Context, tx bun.Tx) error {
		if err := allowed(ctx, tx, p.Patient, visible(by, access.ManageCare)); err != nil {
			return err
		}
		if err := isTherapist(ctx, tx, p.Patient, p.Therapist); err != nil {
			return err
		}
		row := careRow{Patient: p.Patient, Therapist: p.Therapist, Since: micro(s.now())}
		if _, err := tx.NewInsert().Model(&row).On("CONFLICT (patient, therapist) DO NOTHING").Exec(ctx); err != nil {
			return err
		}
		// The row is held, so that two who set permissions at once leave one's, never a mixture.
		if err := s.locked(tx.NewSelect().Model(&row).WherePK()).Scan(ctx); err != nil {
			return err
		}
		if err := setPermissions(ctx, tx, p); err != nil {
			return err
		}
		c, err = one(cares(ctx, tx, "c.patient = ? AND c.therapist = ?", p.Patient, p.Therapist))
		return err
	})
	return c, err
}

// isTherapist answers fault.NotFound unless the person is an active therapist at the patient's site.
func isTherapist(ctx context.Context, tx bun.Tx, patient care.PatientID, person care.PersonID) error {
	if !care.ValidID(person) {
		return errNotFound
	}
	var yes int
	return tx.NewRaw("SELECT 1 FROM patients AS p JOIN projects AS j ON j.id = p.project WHERE p.id = ? AND "+holds+atProject,
		patient, person, access.Therapist).Scan(ctx, &yes)
}

// DeleteCare ends an assignment with its permissions; ending one that is not there is harmless.
func (s *Store) DeleteCare(ctx context.Context, by care.Reader, patient care.PatientID, therapist care.PersonID) error {
	return s.within(ctx, "delete care", func(ctx context.Context, tx bun.Tx) error {
		if err := allowed(ctx, tx, patient, visible(by, access.ManageCare)); err != nil {
			return err
		}
		if err := clean(string(therapist)); err != nil {
			return errNotFound
		}
		_, err := tx.NewDelete().Model((*careRow)(nil)).Where("patient = ? AND therapist = ?", patient, therapist).Exec(ctx)
		return err
	})
}

// ordered sorts signals as pages show them.
func ordered(signals []access.Signal) []access.Signal {
	sorted := []access.Signal{}
	for _, s := range access.Signals() {
		if slices.Contains(signals, s) {
			sorted = append(sorted, s)
		}
	}
	return sorted
}
