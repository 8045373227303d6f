package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type labelRow struct {
	bun.BaseModel `bun:"table:labels,alias:l"`

	ID      care.LabelID `bun:",pk"`
	Sitting care.SittingID
	Stamp   care.Stamp
	Kind    care.LabelKind
	Word    string
	Company care.Company
	Note    string
	Rating  int
	Visit   care.VisitID
	Into    int64 `bun:"into_visit"`
	Removed bool
	Author  care.PersonID
	Version int64
	Stored  int64
}

func (row labelRow) label() care.Label {
	return care.Label{
		ID: row.ID, Sitting: row.Sitting, At: row.Stamp, Kind: row.Kind, Word: row.Word, Company: row.Company, Text: row.Note,
		Rating: row.Rating, Visit: row.Visit, Into: row.Into, Removed: row.Removed, By: row.Author, Version: row.Version, Stored: instant(row.Stored),
	}
}

// says is what a label says, without who said it first and which version it is.
func (row labelRow) says() labelRow {
	row.Author, row.Version, row.Stored = "", 0, 0
	return row
}

// PutLabel stores a label under the id it was made with, or changes the one that has it. A label that says what is
// stored already is returned as stored, whatever its version: an offline queue may send it twice. A change must carry
// the version last read, or it gets fault.Conflict "changed-elsewhere". A removed label stays, so that undo can be
// undone; who made it and when it came never change. Labels may still come after the sitting ended.
func (s *Store) PutLabel(ctx context.Context, by care.Reader, l care.Label) (care.Label, error) {
	if err := l.Validate(); err != nil {
		return care.Label{}, err
	}
	if err := clean(l.Word, l.Text); err != nil {
		return care.Label{}, err
	}
	want := labelRow{
		ID: l.ID, Sitting: l.Sitting, Stamp: l.At, Kind: l.Kind, Word: l.Word, Company: l.Company, Note: l.Text,
		Rating: l.Rating, Visit: l.Visit, Into: l.Into, Removed: l.Removed, Author: by.Person, Version: 1, Stored: micro(s.now()),
	}
	var row labelRow
	err := s.within(ctx, "put a label", func(ctx context.Context, tx bun.Tx) error {
		of, err := sitting(ctx, tx, by, access.WriteSittings, l.Sitting)
		if err == nil {
			err = inVisit(ctx, tx, l.Visit, of.Patient)
		}
		if err != nil {
			return err
		}
		if l.Version == 0 {
			if _, err := tx.NewInsert().Model(&want).On("CONFLICT (id) DO NOTHING").Exec(ctx); err != nil {
				return err
			}
		}
		// An id that belongs to another sitting is as unknown as one that belongs to nothing.
		if err := s.locked(tx.NewSelect().Model(&row).Where("l.id = ? AND l.sitting = ?", l.ID, l.Sitting)).Scan(ctx); err != nil {
			return err
		}
		if row.says() == want.says() {
			return nil
		}
		if row.Version != l.Version {
			return errChanged
		}
		want.Author, want.Stored, want.Version = row.Author, row.Stored, row.Version+1
		row = want
		_, err = tx.NewUpdate().Model(&row).WherePK().Exec(ctx)
		return err
	})
	return row.label(), err
}

// inVisit refuses a visit that is not the patient's: a moment is placed in no picture of somebody else.
func inVisit(ctx context.Context, tx bun.Tx, visit care.VisitID, patient care.PatientID) error {
	if visit == "" {
		return nil
	}
	found, err := tx.NewSelect().Table("visits").Where("id = ? AND patient = ?", visit, patient).Exists(ctx)
	if err == nil && !found {
		return fault.New(fault.Invalid, "label.visit", nil)
	}
	return err
}

// ListLabels returns a sitting's labels by their time, removed ones too.
func (s *Store) ListLabels(ctx context.Context, by care.Reader, id care.SittingID) ([]care.Label, error) {
	if _, err := sitting(ctx, s.db, by, access.ReadSittings, id); err != nil {
		return nil, failed("list labels", err)
	}
	var rows []labelRow
	err := s.db.NewSelect().Model(&rows).Where("l.sitting = ?", id).OrderExpr("l.stamp, l.id").Scan(ctx)
	list := make([]care.Label, len(rows))
	for i, row := range rows {
		list[i] = row.label()
	}
	return list, failed("list labels", err)
}
