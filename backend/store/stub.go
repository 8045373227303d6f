package store

import (
	"context"
	"errors"
	"time"

	"hearth/backend/audit"
	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
)

var errSoon = errors.New("store: not written yet")

// Config says where the data is: the URL of a PostgreSQL server ("postgres://…"), or, when it is empty, the folder of
// the SQLite file.
type Config struct {
	URL string
	Dir string
	Now func() time.Time // nil: time.Now
}

// Store is the house's memory.
type Store struct{}

func Open(ctx context.Context, c Config) (*Store, error) { return nil, errSoon }
func (s *Store) Close() error                            { return errSoon }
func (s *Store) Ready(ctx context.Context) error         { return errSoon }

// Database is "sqlite" or "postgres".
func (s *Store) Database() string { return "" }

// Home returns the built-in site and project.
func (s *Store) Home(ctx context.Context) (site care.SiteID, project care.ProjectID, err error) {
	return "", "", errSoon
}

// People. Reader-less ones are for identity and house only.
func (s *Store) CreatePerson(ctx context.Context, by care.Reader, n care.NewPerson) (care.Person, error) {
	return care.Person{}, errSoon
}
func (s *Store) AddPerson(ctx context.Context, n care.NewPerson) (care.Person, error) {
	return care.Person{}, errSoon
}
func (s *Store) ListPeople(ctx context.Context, by care.Reader) ([]care.Person, error) {
	return nil, errSoon
}
func (s *Store) Person(ctx context.Context, by care.Reader, id care.PersonID) (care.Person, error) {
	return care.Person{}, errSoon
}
func (s *Store) PatchPerson(ctx context.Context, by care.Reader, id care.PersonID, p care.PersonPatch) (care.Person, error) {
	return care.Person{}, errSoon
}
func (s *Store) PatchOwn(ctx context.Context, by care.Reader, p care.PersonPatch) (care.Person, error) {
	return care.Person{}, errSoon
}
func (s *Store) ResetPassword(ctx context.Context, by care.Reader, person care.PersonID, hash string) (care.Person, error) {
	return care.Person{}, errSoon
}
func (s *Store) AccountByLogin(ctx context.Context, login string) (identity.Account, error) {
	return identity.Account{}, errSoon
}
func (s *Store) Account(ctx context.Context, person care.PersonID) (identity.Account, error) {
	return identity.Account{}, errSoon
}
func (s *Store) SetPassword(ctx context.Context, person care.PersonID, hash string, mustChange bool) error {
	return errSoon
}
func (s *Store) HasAdministrator(ctx context.Context) (bool, error) { return false, errSoon }

// Sessions and attempts.
func (s *Store) CreateSession(ctx context.Context, n identity.Session) error { return errSoon }
func (s *Store) SessionByHash(ctx context.Context, hash identity.Hash) (identity.Session, identity.Account, error) {
	return identity.Session{}, identity.Account{}, errSoon
}
func (s *Store) TouchSession(ctx context.Context, hash identity.Hash, seen, expires time.Time) error {
	return errSoon
}
func (s *Store) EndSession(ctx context.Context, hash identity.Hash) error { return errSoon }
func (s *Store) EndSessions(ctx context.Context, person care.PersonID, except identity.Hash) error {
	return errSoon
}
func (s *Store) SweepSessions(ctx context.Context, now time.Time) error { return errSoon }
func (s *Store) TakeAttempt(ctx context.Context, key string, now time.Time, rule identity.Rule) (time.Duration, error) {
	return 0, errSoon
}
func (s *Store) ForgetAttempts(ctx context.Context, key string) error { return errSoon }

// Care and permissions.
func (s *Store) ListCare(ctx context.Context, by care.Reader) ([]care.Care, error) {
	return nil, errSoon
}
func (s *Store) PutCare(ctx context.Context, by care.Reader, p care.Permission) (care.Care, error) {
	return care.Care{}, errSoon
}
func (s *Store) DeleteCare(ctx context.Context, by care.Reader, patient care.PatientID, therapist care.PersonID) error {
	return errSoon
}

// Sharing lists who may receive which signals of the patients by may read the sharing of (a patient: their own).
func (s *Store) Sharing(ctx context.Context, by care.Reader) ([]care.Care, error) {
	return nil, errSoon
}

// PermittedSignals returns none, and no error, when the therapist is not assigned, is disabled, or is no therapist.
func (s *Store) PermittedSignals(ctx context.Context, patient care.PatientID, therapist care.PersonID) ([]access.Signal, error) {
	return nil, errSoon
}

// Permissions lists what by may receive, one per assigned patient.
func (s *Store) Permissions(ctx context.Context, by care.Reader) ([]care.Permission, error) {
	return nil, errSoon
}

// Patients and rooms.
func (s *Store) ListPatients(ctx context.Context, by care.Reader) ([]care.Patient, error) {
	return nil, errSoon
}
func (s *Store) Patient(ctx context.Context, by care.Reader, id care.PatientID) (care.Patient, error) {
	return care.Patient{}, errSoon
}
func (s *Store) PatientOf(ctx context.Context, person care.PersonID) (care.Patient, error) {
	return care.Patient{}, errSoon
}

// Rooms lists the patients in whose rooms by's pages stand: a therapist's own, a patient's self.
func (s *Store) Rooms(ctx context.Context, by care.Reader) ([]care.PatientID, error) {
	return nil, errSoon
}

// Sittings, labels, baselines, limits, vocabulary.
func (s *Store) OpenSitting(ctx context.Context, by care.Reader, patient care.PatientID) (care.Sitting, error) {
	return care.Sitting{}, errSoon
}
func (s *Store) ListSittings(ctx context.Context, by care.Reader, patient care.PatientID, page care.Page) (list []care.Sitting, next string, err error) {
	return nil, "", errSoon
}
func (s *Store) Sitting(ctx context.Context, by care.Reader, id care.SittingID) (care.Sitting, error) {
	return care.Sitting{}, errSoon
}
func (s *Store) EndSitting(ctx context.Context, by care.Reader, id care.SittingID) (care.Sitting, error) {
	return care.Sitting{}, errSoon
}
func (s *Store) PutLabel(ctx context.Context, by care.Reader, l care.Label) (care.Label, error) {
	return care.Label{}, errSoon
}
func (s *Store) ListLabels(ctx context.Context, by care.Reader, sitting care.SittingID) ([]care.Label, error) {
	return nil, errSoon
}
func (s *Store) Baseline(ctx context.Context, by care.Reader, sitting care.SittingID) (care.Baseline, error) {
	return care.Baseline{}, errSoon
}
func (s *Store) PutBaseline(ctx context.Context, by care.Reader, b care.Baseline) (care.Baseline, error) {
	return care.Baseline{}, errSoon
}
func (s *Store) DeleteBaseline(ctx context.Context, by care.Reader, sitting care.SittingID) error {
	return errSoon
}

// Limits returns the defaults, with version 0, when nobody set any.
func (s *Store) Limits(ctx context.Context, by care.Reader, patient care.PatientID) (care.Limits, error) {
	return care.Limits{}, errSoon
}
func (s *Store) PutLimits(ctx context.Context, by care.Reader, l care.Limits) (care.Limits, error) {
	return care.Limits{}, errSoon
}
func (s *Store) Vocabulary(ctx context.Context, by care.Reader, project care.ProjectID) (care.Vocabulary, error) {
	return care.Vocabulary{}, errSoon
}
func (s *Store) PutVocabulary(ctx context.Context, by care.Reader, v care.Vocabulary) (care.Vocabulary, error) {
	return care.Vocabulary{}, errSoon
}

// Audit, settings, set-up codes, demo links.
func (s *Store) AppendAudit(ctx context.Context, e audit.Entry) error { return errSoon }

// ListAudit returns the newest entries first.
func (s *Store) ListAudit(ctx context.Context, limit int) ([]audit.Entry, error) {
	return nil, errSoon
}

// Setting returns fault.NotFound when there is none; KeepSetting stores fresh only when there is none yet and returns
// what is stored, so two nodes agree.
func (s *Store) Setting(ctx context.Context, key string) (string, error) { return "", errSoon }
func (s *Store) PutSetting(ctx context.Context, key, value string) error { return errSoon }
func (s *Store) KeepSetting(ctx context.Context, key, fresh string) (string, error) {
	return "", errSoon
}
func (s *Store) PutSetUpCode(ctx context.Context, hash identity.Hash, expires time.Time) error {
	return errSoon
}
func (s *Store) RedeemSetUpCode(ctx context.Context, hash identity.Hash, now time.Time, n care.NewPerson) (care.Person, error) {
	return care.Person{}, errSoon
}
func (s *Store) PutDemoLink(ctx context.Context, hash identity.Hash, person care.PersonID) error {
	return errSoon
}
func (s *Store) DemoLink(ctx context.Context, hash identity.Hash) (care.PersonID, error) {
	return "", errSoon
}
