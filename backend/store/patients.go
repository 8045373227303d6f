package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"hearth/shared/access"
	"hearth/shared/care"
)

type patientRow struct {
	bun.BaseModel `bun:"table:patients,alias:p"`

	ID      care.PatientID `bun:",pk"`
	Project care.ProjectID
	Person  care.PersonID
	Version int64
	Created int64
	Deleted int64
	Group   care.GroupID `bun:"patient_group"`
	Game    bool
	Figure  string
	World   care.World
	Held    int64  // since when nobody may forget the patient; 0: not held
	Mark    string // care.PseudonymKey of the name: what no two patients share, and the order of lists

	Name string `bun:",scanonly"` // joined from people: the name stands in one place
}

func (row patientRow) patient() care.Patient {
	return care.Patient{
		ID: row.ID, Project: row.Project, Group: row.Group, Person: row.Person, Name: row.Name, Version: row.Version, Created: instant(row.Created),
	}
}

// addPatient opens the record of a person who is a patient, in the project, "" for the first one of the person's site.
func (s *Store) addPatient(ctx context.Context, tx bun.Tx, person personRow, project care.ProjectID) (care.ProjectID, error) {
	row := patientRow{ID: care.NewID[care.PatientID](), Person: person.ID, Version: 1, Created: micro(s.now()), Mark: care.PseudonymKey(person.Name)}
	err := tx.NewRaw("SELECT id FROM projects WHERE site = ? AND deleted = 0 AND (id = ? OR ? = '') ORDER BY created, id LIMIT 1",
		person.Site, project, project).Scan(ctx, &row.Project)
	if err != nil {
		return "", err
	}
	done, err := tx.NewInsert().Model(&row).On("CONFLICT (mark) DO NOTHING").Exec(ctx)
	if err = changed(done, err); errors.Is(err, errChanged) {
		return "", errPseudonym
	}
	return row.Project, err
}

// remark keeps a patient's mark with the name of their account.
func remark(ctx context.Context, tx bun.Tx, person care.PersonID, name string) error {
	mark := care.PseudonymKey(name)
	var other int
	err := tx.NewRaw("SELECT 1 FROM patients WHERE mark = ? AND person <> ?", mark, person).Scan(ctx, &other)
	if err == nil {
		return errPseudonym
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	_, err = tx.NewRaw("UPDATE patients SET mark = ? WHERE person = ?", mark, person).Exec(ctx)
	return err
}

func (s *Store) patients(ctx context.Context, where string, args ...any) ([]care.Patient, error) {
	var rows []patientRow
	err := s.db.NewSelect().Model(&rows).ColumnExpr("p.*").ColumnExpr("w.name AS name").
		Join("JOIN people AS w ON w.id = p.person").Where(where, args...).OrderExpr("w.name, p.id").Scan(ctx)
	list := make([]care.Patient, len(rows))
	for i, row := range rows {
		list[i] = row.patient()
	}
	return list, failed("read patients", err)
}

func one[T any](list []T, err error) (T, error) {
	var none T
	if err != nil {
		return none, err
	}
	if len(list) == 0 {
		return none, errNotFound
	}
	return list[0], nil
}

// ListPatients returns the patients by may see, by name.
func (s *Store) ListPatients(ctx context.Context, by care.Reader) ([]care.Patient, error) {
	return s.patients(ctx, "p.id IN (?)", visible(by, access.ReadPatients))
}

// Patient returns one patient by may see.
func (s *Store) Patient(ctx context.Context, by care.Reader, id care.PatientID) (care.Patient, error) {
	if !care.ValidID(id) {
		return care.Patient{}, errNotFound
	}
	return one(s.patients(ctx, "p.id = ? AND p.id IN (?)", id, visible(by, access.ReadPatients)))
}

// PatientOf returns the record of a person who is a patient.
func (s *Store) PatientOf(ctx context.Context, person care.PersonID) (care.Patient, error) {
	if !care.ValidID(person) {
		return care.Patient{}, errNotFound
	}
	return one(s.patients(ctx, "p.person = ? AND p.deleted = 0", person))
}

// allowed answers fault.NotFound unless patient is on the list; every change of a patient's data begins with it.
func allowed(ctx context.Context, db bun.IDB, patient care.PatientID, list schema.QueryWithArgs) error {
	if !care.ValidID(patient) {
		return errNotFound
	}
	var id care.PatientID
	return db.NewRaw("SELECT id FROM patients WHERE id = ? AND id IN (?)", patient, list).Scan(ctx, &id)
}
