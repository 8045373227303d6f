package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
)

type permissionRow struct {
	bun.BaseModel `bun:"table:permissions,alias:m"`

	Patient   care.PatientID `bun:",pk"`
	Therapist care.PersonID  `bun:",pk"`
	Signal    access.Signal  `bun:",pk"`
}

// setPermissions replaces what a therapist may receive of a patient.
func setPermissions(ctx context.Context, tx bun.Tx, p care.Permission) error {
	_, err := tx.NewDelete().Model((*permissionRow)(nil)).Where("patient = ? AND therapist = ?", p.Patient, p.Therapist).Exec(ctx)
	if err != nil || len(p.Signals) == 0 {
		return err
	}
	var rows []permissionRow
	for _, signal := range ordered(p.Signals) {
		rows = append(rows, permissionRow{Patient: p.Patient, Therapist: p.Therapist, Signal: signal})
	}
	_, err = tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// PermittedSignals returns what a therapist may receive of a patient right now. None, and no error, when they are not
// assigned, either is disabled, or the person is no therapist of the patient's site any more.
func (s *Store) PermittedSignals(ctx context.Context, patient care.PatientID, therapist care.PersonID) ([]access.Signal, error) {
	if !care.ValidID(patient) || !care.ValidID(therapist) {
		return []access.Signal{}, nil
	}
	list, err := s.granted(ctx, care.Reader{Person: therapist, Roles: []access.Role{access.Therapist}}, "m.patient = ?", patient)
	if err != nil || len(list) == 0 {
		return []access.Signal{}, err
	}
	return list[0].Signals, nil
}

// Permissions lists what by may receive, one entry per patient with at least one signal.
func (s *Store) Permissions(ctx context.Context, by care.Reader) ([]care.Permission, error) {
	return s.granted(ctx, by, "1 = 1")
}

func (s *Store) granted(ctx context.Context, by care.Reader, where string, args ...any) ([]care.Permission, error) {
	var rows []permissionRow
	err := s.db.NewSelect().Model(&rows).
		Join("JOIN patients AS q ON q.id = m.patient").Join("JOIN people AS w ON w.id = q.person AND NOT w.disabled").
		Where("m.therapist = ? AND m.patient IN (?)", by.Person, visible(by, access.ReceiveSignals)).
		Where(where, args...).OrderExpr("m.patient").Scan(ctx)
	if err != nil {
		return nil, failed("read permissions", err)
	}
	list := []care.Permission{}
	for _, row := range rows {
		if n := len(list); n == 0 || list[n-1].Patient != row.Patient {
			list = append(list, care.Permission{Patient: row.Patient, Therapist: row.Therapist})
		}
		last := &list[len(list)-1]
		last.Signals = append(last.Signals, row.Signal)
	}
	for i := range list {
		list[i].Signals = ordered(list[i].Signals)
	}
	return list, nil
}
