package store

import (
	"context"
	"errors"
	"strings"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// PatchRecord changes a record by may write. Who is disabled, or comes by link from now on, is signed out everywhere.
func (s *Store) PatchRecord(ctx context.Context, by care.Reader, id care.PatientID, patch care.RecordPatch) (care.Record, error) {
	return s.changeRecord(ctx, "change a record", by, id, patch.Version, false, func(ctx context.Context, tx bun.Tx, row *recordRow) error {
		if patch.Group != nil {
			if err := inGroup(ctx, tx, row.Project, *patch.Group); err != nil {
				return err
			}
			row.Group = *patch.Group
		}
		if patch.Name != nil {
			row.Name = strings.TrimSpace(*patch.Name)
			if err := errors.Join(care.ValidateName(row.Name), clean(row.Name)); err != nil {
				return err
			}
			if err := remark(ctx, tx, row.Person, row.Name); err != nil {
				return err
			}
		}
		if err := applyAccount(ctx, tx, patch, row); err != nil {
			return err
		}
		if patch.Game != nil {
			game, err := patch.Game.Tidy()
			if err := errors.Join(err, clean(game.Name)); err != nil {
				return err
			}
			row.Game, row.Figure, row.World = game.On, game.Name, game.World
		}
		_, err := tx.NewRaw("UPDATE patients SET patient_group = ?, game = ?, figure = ?, world = ?, version = version + 1 WHERE id = ?",
			row.Group, row.Game, row.Figure, row.World, row.ID).Exec(ctx)
		return err
	})
}

// applyAccount changes the account of a record.
func applyAccount(ctx context.Context, tx bun.Tx, patch care.RecordPatch, row *recordRow) error {
	if patch.Language != nil {
		row.Language = *patch.Language
	}
	if patch.Theme != nil {
		row.Theme = *patch.Theme
	}
	if err := care.Settings(row.Language, row.Theme); err != nil {
		return err
	}
	if err := applyLogin(ctx, tx, patch, row); err != nil {
		return err
	}
	if patch.Disabled != nil {
		row.Disabled = *patch.Disabled
	}
	if row.Disabled || row.LinkOnly {
		if err := endSessions(ctx, tx, row.Person, identity.Hash{}); err != nil {
			return err
		}
	}
	_, err := tx.NewUpdate().Model((*personRow)(nil)).Set("name = ?", row.Name).Set("login = ?", row.Login).Set("link_only = ?", row.LinkOnly).
		Set("language = ?", row.Language).Set("theme = ?", row.Theme).Set("disabled = ?", row.Disabled).
		Set("hash = CASE WHEN ? THEN '' ELSE hash END", row.LinkOnly).Set("version = version + 1").Where("id = ?", row.Person).Exec(ctx)
	return err
}

// applyLogin gives an account its sign-in name, or takes it where the patient comes by link.
func applyLogin(ctx context.Context, tx bun.Tx, patch care.RecordPatch, row *recordRow) error {
	was := row.LinkOnly
	if patch.LinkOnly != nil {
		row.LinkOnly = *patch.LinkOnly
	}
	switch {
	case row.LinkOnly && patch.Login != nil && *patch.Login != "":
		return fault.New(fault.Invalid, "record.link-login", nil)
	case row.LinkOnly:
		row.Login = noLogin(row.Person)
		return nil
	case patch.Login != nil && *patch.Login != "":
		row.Login = strings.ToLower(strings.TrimSpace(*patch.Login))
		if err := care.ValidateLogin(row.Login); err != nil {
			return err
		}
		taken, err := others(ctx, tx, "people", "login", []string{row.Login}, row.Person)
		if err == nil && taken[row.Login] {
			err = errLogin
		}
		return err
	case !was:
		return nil
	}
	used := map[string]bool{}
	logins, err := freeLogins(ctx, tx, []string{row.Name}, used)
	if err == nil {
		row.Login = logins[0]
	}
	return err
}

// noLogin stands in the place of a sign-in name nobody can sign in with.
func noLogin(person care.PersonID) string { return "-" + string(person) }

// inGroup refuses a group that is not of the project; "" is in none.
func inGroup(ctx context.Context, tx bun.Tx, project care.ProjectID, group care.GroupID) error {
	if group == "" {
		return nil
	}
	var yes int
	err := clean(string(group))
	if err == nil {
		err = tx.NewRaw("SELECT 1 FROM patient_groups WHERE id = ? AND project = ? AND deleted = 0", group, project).Scan(ctx, &yes)
	}
	if fault.Is(failed("", err), fault.NotFound) {
		return errGroup
	}
	return err
}

// MoveRecord takes a patient to another project where by writes records too. Who cared for them and has no role there
// does so no more. The patient is in no group afterwards, or in one of the new project.
func (s *Store) MoveRecord(ctx context.Context, by care.Reader, id care.PatientID, move care.RecordMove) (moved care.Moved, err error) {
	try := errors.New("only tried")
	moved.Record, err = s.changeRecord(ctx, "move a patient", by, id, move.Version, false, func(ctx context.Context, tx bun.Tx, row *recordRow) error {
		var to projectRow
		if err := tx.NewSelect().Model(&to).Where("j.id = ? AND j.deleted = 0 AND j.id IN (?)", move.Project, projects(by, access.WritePatients)).Scan(ctx); err != nil {
			return err
		}
		if err := inGroup(ctx, tx, to.ID, move.Group); err != nil {
			return err
		}
		all, err := cares(ctx, tx, "c.patient = ?", id)
		if err != nil {
			return err
		}
		for _, c := range all {
			if err := therapistAt(ctx, tx, to.ID, c.Therapist); fault.Is(failed("", err), fault.NotFound) {
				moved.Ended = append(moved.Ended, c)
			} else if err != nil {
				return err
			}
		}
		if move.Try {
			moved.Record = row.record()
			return try
		}
		return s.settle(ctx, tx, by, row, to, move.Group, moved.Ended)
	})
	if errors.Is(err, try) {
		moved.Record, err = record(ctx, s.db, by, access.WritePatients, id)
	}
	return moved, failed("move a patient", err)
}

// settle writes a patient's new place: the record, the role, the account's home, and the end of what does not follow.
func (s *Store) settle(ctx context.Context, tx bun.Tx, by care.Reader, row *recordRow, to projectRow, group care.GroupID, ended []care.Care) error {
	for _, c := range ended {
		if _, err := tx.NewDelete().Model((*careRow)(nil)).Where("patient = ? AND therapist = ?", row.ID, c.Therapist).Exec(ctx); err != nil {
			return err
		}
	}
	row.Project, row.Site, row.Group = to.ID, to.Site, group
	for _, one := range []struct {
		sql  string
		args []any
	}{
		{"UPDATE patients SET project = ?, patient_group = ?, version = version + 1 WHERE id = ?", []any{to.ID, group, row.ID}},
		{"UPDATE loans SET ends = ?, returned_by = ? WHERE patient = ? AND ends = 0", []any{micro(s.now()), by.Person, row.ID}},
		{"UPDATE devices SET patient = NULL, version = version + 1 WHERE patient = ?", []any{row.ID}},
		{"UPDATE visits SET project = ? WHERE patient = ?", []any{to.ID, row.ID}},
		{"UPDATE people SET site = ? WHERE id = ?", []any{to.Site, row.Person}},
		{"UPDATE grants SET site = ?, project = ? WHERE person = ? AND role = ?", []any{to.Site, to.ID, row.Person, access.Patient}},
	} {
		if _, err := tx.NewRaw(one.sql, one.args...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// therapistAt answers fault.NotFound unless the person is an active therapist at the project.
func therapistAt(ctx context.Context, tx bun.Tx, project care.ProjectID, person care.PersonID) error {
	if !care.ValidID(person) {
		return errNotFound
	}
	var yes int
	return tx.NewRaw("SELECT 1 FROM projects AS j WHERE j.id = ? AND "+holds+atProject, project, person, access.Therapist).Scan(ctx, &yes)
}

// DeleteRecord hides a patient and signs them out. RestoreRecord brings back exactly what DeleteRecord hid.
func (s *Store) DeleteRecord(ctx context.Context, by care.Reader, id care.PatientID, version int64) (care.Record, error) {
	return s.changeRecord(ctx, "delete a patient", by, id, version, false, func(ctx context.Context, tx bun.Tx, _ *recordRow) error {
		return bury(ctx, tx, s.now(), "p.id = ?", id)
	})
}

// RestoreRecord undoes DeleteRecord, and calls off the erasure that waits for the patient: the record says so in CalledOff.
// Who may not erase the patient calls nothing off: fault "erasure.waits".
func (s *Store) RestoreRecord(ctx context.Context, by care.Reader, id care.PatientID, version int64) (care.Record, error) {
	off := 0
	r, err := s.changeRecord(ctx, "bring back a patient", by, id, version, true, func(ctx context.Context, tx bun.Tx, row *recordRow) (err error) {
		e, err := waitingErasure(ctx, tx, id)
		if err != nil {
			return err
		}
		if e.ID != "" {
			if _, _, err := s.erasable(ctx, tx, by, access.ErasePatient, id); fault.Is(failed("", err), fault.NotFound) {
				return errWaits
			} else if err != nil {
				return err
			}
		}
		off, err = s.bringBack(ctx, tx, by.Person, row.Deleted, "p.id = ?", id)
		return err
	})
	r.CalledOff = off > 0
	return r, err
}
