package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
)

type limitsRow struct {
	bun.BaseModel `bun:"table:limits,alias:a"`

	Patient   care.PatientID `bun:",pk"`
	HeartLow  int
	HeartHigh int
	LeadOff   int
	Author    care.PersonID
	Version   int64
}

func (row limitsRow) limits() care.Limits {
	return care.Limits{
		Patient: row.Patient, HeartLow: row.HeartLow, HeartHigh: row.HeartHigh, LeadOff: row.LeadOff, Version: row.Version,
	}
}

// Limits returns a patient's alarm limits: the defaults, with version 0, until somebody sets others.
func (s *Store) Limits(ctx context.Context, by care.Reader, patient care.PatientID) (care.Limits, error) {
	if err := allowed(ctx, s.db, patient, visible(by, access.ReadLimits)); err != nil {
		return care.Limits{}, failed("read limits", err)
	}
	var row limitsRow
	err := s.db.NewSelect().Model(&row).Where("a.patient = ?", patient).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return care.DefaultLimits(patient), nil
	}
	return row.limits(), failed("read limits", err)
}

// PutLimits sets a patient's alarm limits. Version is the one last read, 0 when nobody had set any.
func (s *Store) PutLimits(ctx context.Context, by care.Reader, l care.Limits) (care.Limits, error) {
	if err := l.Validate(); err != nil {
		return care.Limits{}, err
	}
	row := limitsRow{
		Patient: l.Patient, HeartLow: l.HeartLow, HeartHigh: l.HeartHigh, LeadOff: l.LeadOff, Author: by.Person, Version: l.Version + 1,
	}
	err := s.within(ctx, "put limits", func(ctx context.Context, tx bun.Tx) error {
		if err := allowed(ctx, tx, l.Patient, visible(by, access.WriteLimits)); err != nil {
			return err
		}
		if l.Version == 0 {
			return changed(tx.NewInsert().Model(&row).On("CONFLICT (patient) DO NOTHING").Exec(ctx))
		}
		return changed(tx.NewUpdate().Model(&row).Where("patient = ? AND version = ?", l.Patient, l.Version).Exec(ctx))
	})
	return row.limits(), err
}
