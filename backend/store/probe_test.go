package store

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/uptrace/bun"

	"hearth/backend/audit"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// counter counts statements.
type counter struct{ n atomic.Int64 }

func (*counter) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }
func (c *counter) AfterQuery(context.Context, *bun.QueryEvent)                      { c.n.Add(1) }

// Who probes with ids learns nothing, not even by the work it makes: what is forbidden and what does not exist take the
// same number of statements and get the same answer.
func TestProbing(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, far := t.Context(), c.mustFarSite(t)
		work := &counter{}
		db := *c.Store
		db.db = c.db.WithQueryHook(work)
		person := mustAccount(t, c, far.therapist.Person).ID
		here := care.Place{Site: c.site}
		for what, try := range map[string]func(patient care.PatientID, person care.PersonID, project care.ProjectID) error{
			"record": func(p care.PatientID, _ care.PersonID, _ care.ProjectID) error {
				_, err := db.Record(ctx, c.admin, p)
				return err
			},
			"patch": func(p care.PatientID, _ care.PersonID, _ care.ProjectID) error {
				_, err := db.PatchRecord(ctx, c.admin, p, care.RecordPatch{Version: 2, Name: new("X")})
				return err
			},
			"delete": func(p care.PatientID, _ care.PersonID, _ care.ProjectID) error {
				_, err := db.DeleteRecord(ctx, c.admin, p, 2)
				return err
			},
			"restore": func(p care.PatientID, _ care.PersonID, _ care.ProjectID) error {
				_, err := db.RestoreRecord(ctx, c.admin, p, 2)
				return err
			},
			"move": func(p care.PatientID, _ care.PersonID, _ care.ProjectID) error {
				_, err := db.MoveRecord(ctx, c.admin, p, care.RecordMove{Version: 2, Project: c.project})
				return err
			},
			"move to": func(_ care.PatientID, _ care.PersonID, j care.ProjectID) error {
				_, err := db.MoveRecord(ctx, c.admin, c.wrenID, care.RecordMove{Version: 2, Project: j, Try: true})
				return err
			},
			"create": func(_ care.PatientID, _ care.PersonID, j care.ProjectID) error {
				_, err := db.CreateRecords(ctx, c.admin, []care.NewRecord{newRecord(j)})
				return err
			},
			"contact": func(p care.PatientID, _ care.PersonID, _ care.ProjectID) error {
				_, _, err := db.Contact(ctx, c.admin, p)
				return err
			},
			"write contact": func(p care.PatientID, _ care.PersonID, _ care.ProjectID) error {
				_, err := db.PutContact(ctx, c.admin, p, []byte("x"), 0)
				return err
			},
			"rights": func(p care.PatientID, _ care.PersonID, _ care.ProjectID) error {
				_, err := db.WhoMay(ctx, c.admin, p)
				return err
			},
			"rights of a person": func(_ care.PatientID, w care.PersonID, _ care.ProjectID) error {
				_, err := db.Rights(ctx, c.admin, c.wrenID, w)
				return err
			},
			"give": func(_ care.PatientID, w care.PersonID, _ care.ProjectID) error {
				_, err := db.GiveGrant(ctx, c.admin, w, care.Grant{Role: access.Clerk, Place: here})
				return err
			},
			"give there": func(_ care.PatientID, _ care.PersonID, j care.ProjectID) error {
				_, err := db.GiveGrant(ctx, c.admin, c.ana.Person, care.Grant{Role: access.Clerk, Place: care.Place{Site: c.site, Project: j}})
				return err
			},
			"care": func(p care.PatientID, w care.PersonID, _ care.ProjectID) error {
				_, err := db.PutCare(ctx, c.admin, care.Permission{Patient: p, Therapist: c.ana.Person})
				return err
			},
			"limits": func(p care.PatientID, _ care.PersonID, _ care.ProjectID) error {
				_, err := db.Limits(ctx, c.ana, p)
				return err
			},
			"desk": func(_ care.PatientID, _ care.PersonID, j care.ProjectID) error {
				_, err := db.ImportDesk(ctx, c.admin, j)
				return err
			},
		} {
			t.Run(what, func(t *testing.T) {
				work.n.Store(0)
				forbidden := try(far.patient, person, far.project)
				cost := work.n.Swap(0)
				unknown := try(care.NewID[care.PatientID](), care.NewID[care.PersonID](), care.NewID[care.ProjectID]())
				if got := work.n.Load(); got != cost || cost == 0 {
					t.Errorf("what is forbidden takes %d statements, what does not exist %d", cost, got)
				}
				wantFault(t, forbidden, fault.NotFound, "not-found")
				wantFault(t, unknown, fault.NotFound, "not-found")
			})
		}
	})
}

// Nor does who tries names to sign in as.
func TestProbingLogins(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		work := &counter{}
		db := *c.Store
		db.db = c.db.WithQueryHook(work)
		known := mustAccount(t, c, c.ana.Person)
		cost := func(login string, person care.PersonID) int64 {
			work.n.Store(0)
			if _, err := db.AccountByLogin(t.Context(), login); err != nil && !fault.Is(err, fault.NotFound) {
				t.Fatal(err)
			}
			if err := db.AppendAudit(t.Context(), audit.Entry{At: noon, Person: person, Action: "sign-in.wrong"}); err != nil {
				t.Fatal(err)
			}
			return work.n.Load()
		}
		if somebody, nobody := cost(known.Login, known.ID), cost("nobody", ""); somebody != nobody || nobody == 0 {
			t.Errorf("a known login takes %d statements, an unknown one %d", somebody, nobody)
		}
	})
}
