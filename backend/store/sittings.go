package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type sittingRow struct {
	bun.BaseModel `bun:"table:sittings,alias:s"`

	ID      care.SittingID `bun:",pk"`
	Patient care.PatientID
	Begins  int64
	Ends    sql.NullInt64
}

func (row sittingRow) sitting() care.Sitting {
	return care.Sitting{ID: row.ID, Patient: row.Patient, Start: instant(row.Begins), End: instant(row.Ends.Int64)}
}

// OpenSitting returns the patient's open sitting, or begins one. However many ask at once, there is one: the unique
// index sittings_open says so.
func (s *Store) OpenSitting(ctx context.Context, by care.Reader, patient care.PatientID) (care.Sitting, error) {
	var row sittingRow
	err := s.within(ctx, "open a sitting", func(ctx context.Context, tx bun.Tx) error {
		if err := allowed(ctx, tx, patient, visible(by, access.WriteSittings)); err != nil {
			return err
		}
		for range 3 { // another may end the one we found taken, before we read it
			fresh := sittingRow{ID: care.NewID[care.SittingID](), Patient: patient, Begins: micro(s.now())}
			done, err := tx.NewInsert().Model(&fresh).On("CONFLICT DO NOTHING").Exec(ctx)
			if err := s.tellIf(ctx, tx, done, err, access.SittingStarted, patient, fresh.ID); err != nil {
				return err
			}
			err = s.locked(tx.NewSelect().Model(&row).Where("s.patient = ? AND s.ends IS NULL", patient)).Scan(ctx)
			if !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
		return errChanged
	})
	return row.sitting(), err
}

// ListSittings returns a patient's sittings, the newest first, and the cursor of the next page, "" at the end.
func (s *Store) ListSittings(ctx context.Context, by care.Reader, patient care.PatientID, page care.Page) (list []care.Sitting, next string, err error) {
	if err := allowed(ctx, s.db, patient, visible(by, access.ReadSittings)); err != nil {
		return nil, "", failed("list sittings", err)
	}
	limit := page.Limit
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	var rows []sittingRow
	q := s.db.NewSelect().Model(&rows).Where("s.patient = ?", patient).OrderExpr("s.begins DESC, s.id DESC").Limit(int64(limit) + 1)
	if page.After != "" {
		begins, id, err := parseCursor(page.After)
		if err != nil {
			return nil, "", err
		}
		q.Where("s.begins < ? OR (s.begins = ? AND s.id < ?)", begins, begins, id)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", failed("list sittings", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = fmt.Sprintf("%d.%s", rows[limit-1].Begins, rows[limit-1].ID)
	}
	list = make([]care.Sitting, len(rows))
	for i, row := range rows {
		list[i] = row.sitting()
	}
	return list, next, nil
}

// parseCursor reads the place in a list of sittings that ListSittings wrote.
func parseCursor(text string) (begins int64, id care.SittingID, err error) {
	number, rest, _ := strings.Cut(text, ".")
	begins, err = strconv.ParseInt(number, 10, 64)
	if id = care.SittingID(rest); err != nil || !care.ValidID(id) {
		return 0, "", fault.New(fault.Invalid, "page.cursor", err)
	}
	return begins, id, nil
}

// Sitting returns one sitting of a patient whose sittings by may read.
func (s *Store) Sitting(ctx context.Context, by care.Reader, id care.SittingID) (care.Sitting, error) {
	row, err := sitting(ctx, s.db, by, access.ReadSittings, id)
	return row.sitting(), failed("read a sitting", err)
}

// sitting reads the row of a sitting if by may do action to its patient.
func sitting(ctx context.Context, db bun.IDB, by care.Reader, action access.Action, id care.SittingID) (row sittingRow, err error) {
	if !care.ValidID(id) {
		return row, errNotFound
	}
	err = db.NewSelect().Model(&row).Where("s.id = ? AND s.patient IN (?)", id, visible(by, action)).Scan(ctx)
	return row, err
}

// EndSitting ends a sitting; ending it again changes nothing and returns it as it ended.
func (s *Store) EndSitting(ctx context.Context, by care.Reader, id care.SittingID) (care.Sitting, error) {
	var row sittingRow
	err := s.within(ctx, "end a sitting", func(ctx context.Context, tx bun.Tx) error {
		was, err := sitting(ctx, tx, by, access.WriteSittings, id)
		if err != nil {
			return err
		}
		done, err := tx.NewUpdate().Model((*sittingRow)(nil)).Set("ends = ?", micro(s.now())).
			Where("id = ? AND ends IS NULL", id).Exec(ctx)
		if err := s.tellIf(ctx, tx, done, err, access.SittingEnded, was.Patient, id); err != nil {
			return err
		}
		row, err = sitting(ctx, tx, by, access.WriteSittings, id)
		return err
	})
	return row.sitting(), err
}

// tellIf tells of a sitting when a statement changed something.
func (s *Store) tellIf(ctx context.Context, tx bun.Tx, done sql.Result, err error, event access.Event, patient care.PatientID, id care.SittingID) error {
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return s.tellOfPatient(ctx, tx, event, patient, map[string]string{"sitting": string(id)})
}
