package remote

import (
	"context"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/wasm/fetch"
)

// API calls the operations of shared/api; every method is named after its operation. Errors are *fault.Error with the
// words' code, or the context's own error. Methods block and belong on a goroutine of their own (ctx.Async).
type API struct {
	client fetch.Client
	as     func() string
	prove  atomic.Pointer[Prover]
}

// Prover asks the person to prove anew who they are, in one of the ways the house names, and waits; see
// api.Operation.Fresh. It reports whether they did.
type Prover func(ctx context.Context, ways string) bool

// Proving lets p ask for a proof whenever the house wants one; the operation it wanted one for is then asked for again.
func (a *API) Proving(p Prover) { a.prove.Store(&p) }

// NewAPI makes the calls over client for the account slot as names; as may be nil.
func NewAPI(client fetch.Client, as func() string) *API { return &API{client: client, as: as} }

// params fill the {names} of an operation's path.
type params map[string]string

// call does one operation, twice where the house asks for a proof in between.
func call[T any](ctx context.Context, a *API, op api.Operation, p params, in any) (T, error) {
	out, err := once[T](ctx, a, op, p, in)
	if f := fault.Of(err); err == nil || f.Code != "step-up.needed" {
		return out, err
	} else if prove := a.prove.Load(); prove == nil || !(*prove)(ctx, f.Args["ways"]) {
		return out, err
	}
	return once[T](ctx, a, op, p, in)
}

// unhurried are the operations that may take their time, as long as the house itself gives them.
var unhurried = map[string]time.Duration{api.PreviewImport.ID: 6 * time.Minute, api.CommitImport.ID: 6 * time.Minute, api.ExportRecords.ID: 6 * time.Minute}

// once does one operation. A page of a list is asked for with the parameter "cursor".
func once[T any](ctx context.Context, a *API, op api.Operation, p params, in any) (T, error) {
	path, query := op.Path, url.Values{}
	for name, value := range p {
		if hole := "{" + name + "}"; strings.Contains(path, hole) {
			path = strings.ReplaceAll(path, hole, url.PathEscape(value))
		} else if value != "" {
			query.Set(name, value)
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	r := fetch.Request{Method: op.Method, Path: path, Timeout: unhurried[op.ID]}
	if a.as != nil {
		if slot := a.as(); slot != "" {
			r.Header = map[string]string{api.AsHeader: slot}
		}
	}
	return fetch.JSON[T](ctx, a.client, r, in)
}

// none is the answer of operations that answer nothing.
type none = struct{}

// GetMe tells who is asking.
func (a *API) GetMe(ctx context.Context) (api.Me, error) {
	return call[api.Me](ctx, a, api.GetMe, nil, nil)
}

// PatchMe changes one's own settings.
func (a *API) PatchMe(ctx context.Context, body api.PatchMeBody) (api.Me, error) {
	return call[api.Me](ctx, a, api.PatchMe, nil, body)
}

// ChangePassword changes one's own password.
func (a *API) ChangePassword(ctx context.Context, body api.ChangePasswordBody) error {
	_, err := call[none](ctx, a, api.ChangePassword, nil, body)
	return err
}

// Prove proves who is there by a password and, where codes are set up, a code.
func (a *API) Prove(ctx context.Context, body api.ProveBody) error {
	_, err := call[none](ctx, a, api.Prove, nil, body)
	return err
}

// BeginProof says what to ask a device for that is to prove who is there.
func (a *API) BeginProof(ctx context.Context) (api.Question, error) {
	return call[api.Question](ctx, a, api.BeginProof, nil, nil)
}

// ProvePasskey proves who is there by what the device answered.
func (a *API) ProvePasskey(ctx context.Context, body api.Answer) error {
	_, err := call[none](ctx, a, api.ProvePasskey, nil, body)
	return err
}

// ListPeople returns one page of people; cursor "" is the first.
func (a *API) ListPeople(ctx context.Context, cursor string) (api.List[api.Person], error) {
	return call[api.List[api.Person]](ctx, a, api.ListPeople, params{"cursor": cursor}, nil)
}

// CreatePerson makes a person; the password handed out is in the answer and nowhere else.
func (a *API) CreatePerson(ctx context.Context, body api.CreatePersonBody) (api.HandedOut, error) {
	return call[api.HandedOut](ctx, a, api.CreatePerson, nil, body)
}

// PatchPerson renames, disables or enables a person.
func (a *API) PatchPerson(ctx context.Context, person care.PersonID, body api.PatchPersonBody) (api.Person, error) {
	return call[api.Person](ctx, a, api.PatchPerson, params{"person": string(person)}, body)
}

// IssueEnrolment makes a code to hand out.
func (a *API) IssueEnrolment(ctx context.Context, person care.PersonID) (api.Enrolment, error) {
	return call[api.Enrolment](ctx, a, api.IssueEnrolment, params{"person": string(person)}, nil)
}

// ResetPassword hands out a new password.
func (a *API) ResetPassword(ctx context.Context, person care.PersonID) (api.HandedOut, error) {
	return call[api.HandedOut](ctx, a, api.ResetPassword, params{"person": string(person)}, nil)
}

// PutSignIn changes what the house asks of those who sign in.
func (a *API) PutSignIn(ctx context.Context, rule api.SignInRule) (api.SignInRule, error) {
	return call[api.SignInRule](ctx, a, api.PutSignIn, nil, rule)
}

// EndConnections signs a person out everywhere.
func (a *API) EndConnections(ctx context.Context, person care.PersonID) (api.Person, error) {
	return call[api.Person](ctx, a, api.EndConnections, params{"person": string(person)}, nil)
}

// ListCare returns one page of who cares for whom; cursor "" is the first.
func (a *API) ListCare(ctx context.Context, cursor string) (api.List[api.Care], error) {
	return call[api.List[api.Care]](ctx, a, api.ListCare, params{"cursor": cursor}, nil)
}

// PutCare assigns a patient to a therapist and sets the permitted signals.
func (a *API) PutCare(ctx context.Context, patient care.PatientID, therapist care.PersonID, body api.PutCareBody) (api.Care, error) {
	return call[api.Care](ctx, a, api.PutCare, params{"patient": string(patient), "therapist": string(therapist)}, body)
}

// DeleteCare ends a therapist's care of a patient.
func (a *API) DeleteCare(ctx context.Context, patient care.PatientID, therapist care.PersonID) error {
	_, err := call[none](ctx, a, api.DeleteCare, params{"patient": string(patient), "therapist": string(therapist)}, nil)
	return err
}

// GetInstallation tells how the house is.
func (a *API) GetInstallation(ctx context.Context) (api.Installation, error) {
	return call[api.Installation](ctx, a, api.GetInstallation, nil, nil)
}

// TestRelay tests the relay now and tells what was found.
func (a *API) TestRelay(ctx context.Context) (api.Relay, error) {
	return call[api.Relay](ctx, a, api.TestRelay, nil, nil)
}

// ListPatients returns one page of the patients the reader may see; cursor "" is the first.
func (a *API) ListPatients(ctx context.Context, cursor string) (api.List[api.Patient], error) {
	return call[api.List[api.Patient]](ctx, a, api.ListPatients, params{"cursor": cursor}, nil)
}

// GetPatient returns one patient.
func (a *API) GetPatient(ctx context.Context, patient care.PatientID) (api.Patient, error) {
	return call[api.Patient](ctx, a, api.GetPatient, params{"patient": string(patient)}, nil)
}

// GetLimits returns a patient's alarm limits.
func (a *API) GetLimits(ctx context.Context, patient care.PatientID) (api.Limits, error) {
	return call[api.Limits](ctx, a, api.GetLimits, params{"patient": string(patient)}, nil)
}

// PutLimits changes them; Version must be the one last read.
func (a *API) PutLimits(ctx context.Context, patient care.PatientID, limits api.Limits) (api.Limits, error) {
	return call[api.Limits](ctx, a, api.PutLimits, params{"patient": string(patient)}, limits)
}

// OpenSitting returns the patient's open sitting, or begins one.
func (a *API) OpenSitting(ctx context.Context, patient care.PatientID) (api.Sitting, error) {
	return call[api.Sitting](ctx, a, api.OpenSitting, params{"patient": string(patient)}, nil)
}

// ListSittings returns one page of a patient's sittings; cursor "" is the first.
func (a *API) ListSittings(ctx context.Context, patient care.PatientID, cursor string) (api.List[api.Sitting], error) {
	return call[api.List[api.Sitting]](ctx, a, api.ListSittings, params{"patient": string(patient), "cursor": cursor}, nil)
}

// EndSitting ends a sitting; ending it twice is harmless.
func (a *API) EndSitting(ctx context.Context, sitting care.SittingID) (api.Sitting, error) {
	return call[api.Sitting](ctx, a, api.EndSitting, params{"sitting": string(sitting)}, nil)
}

// ListLabels returns one page of a sitting's labels; cursor "" is the first.
func (a *API) ListLabels(ctx context.Context, sitting care.SittingID, cursor string) (api.List[api.Label], error) {
	return call[api.List[api.Label]](ctx, a, api.ListLabels, params{"sitting": string(sitting), "cursor": cursor}, nil)
}

// PutLabel stores a label under the id the page made; sent twice it stays one label.
func (a *API) PutLabel(ctx context.Context, sitting care.SittingID, label api.Label) (api.Label, error) {
	return call[api.Label](ctx, a, api.PutLabel, params{"sitting": string(sitting), "label": string(label.ID)}, label)
}

// GetBaseline returns a sitting's resting state; Version 0 says that none was measured yet.
func (a *API) GetBaseline(ctx context.Context, sitting care.SittingID) (api.Baseline, error) {
	return call[api.Baseline](ctx, a, api.GetBaseline, params{"sitting": string(sitting)}, nil)
}

// PutBaseline stores it; Version must be the one last read, 0 for none.
func (a *API) PutBaseline(ctx context.Context, sitting care.SittingID, baseline api.Baseline) (api.Baseline, error) {
	return call[api.Baseline](ctx, a, api.PutBaseline, params{"sitting": string(sitting)}, baseline)
}

// DeleteBaseline forgets it.
func (a *API) DeleteBaseline(ctx context.Context, sitting care.SittingID) error {
	_, err := call[none](ctx, a, api.DeleteBaseline, params{"sitting": string(sitting)}, nil)
	return err
}

// GetVocabulary returns the label buttons of a project.
func (a *API) GetVocabulary(ctx context.Context, project care.ProjectID) (api.Vocabulary, error) {
	return call[api.Vocabulary](ctx, a, api.GetVocabulary, params{"project": string(project)}, nil)
}

// PutVocabulary changes them; Version must be the one last read.
func (a *API) PutVocabulary(ctx context.Context, project care.ProjectID, words api.Vocabulary) (api.Vocabulary, error) {
	return call[api.Vocabulary](ctx, a, api.PutVocabulary, params{"project": string(project)}, words)
}

// GetSharing says who may receive the reader's own signals.
func (a *API) GetSharing(ctx context.Context) (api.List[api.SharingEntry], error) {
	return call[api.List[api.SharingEntry]](ctx, a, api.GetSharing, nil, nil)
}
