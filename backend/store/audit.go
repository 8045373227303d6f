package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/backend/audit"
	"hearth/shared/care"
)

type auditRow struct {
	bun.BaseModel `bun:"table:audit,alias:e"`

	ID      string `bun:",pk"`
	Moment  int64
	Person  care.PersonID `bun:",nullzero"`
	Action  string
	Patient care.PatientID `bun:",nullzero"`
	Object  string
	Network string
}

// AppendAudit writes one line of the trail. A person or patient that is not known is left out: who asks for what does
// not exist leaves a line too.
func (s *Store) AppendAudit(ctx context.Context, e audit.Entry) error {
	if err := clean(string(e.Person), e.Action, string(e.Patient), e.Object, e.From); err != nil {
		return err
	}
	if e.At.IsZero() {
		e.At = s.now()
	}
	_, err := s.db.NewRaw(`INSERT INTO audit (id, moment, person, action, patient, object, network) VALUES
		(?, ?, (SELECT id FROM people WHERE id = ?), ?, (SELECT id FROM patients WHERE id = ?), ?, ?)`,
		care.NewID[string](), micro(e.At), e.Person, e.Action, e.Patient, e.Object, e.From).Exec(ctx)
	return failed("write the audit trail", err)
}

// ListAudit returns the newest lines of the trail, the newest first.
func (s *Store) ListAudit(ctx context.Context, limit int) ([]audit.Entry, error) {
	var rows []auditRow
	err := s.db.NewSelect().Model(&rows).OrderExpr("e.moment DESC, e.id").Limit(int64(limit)).Scan(ctx)
	list := make([]audit.Entry, len(rows))
	for i, row := range rows {
		list[i] = audit.Entry{
			At: instant(row.Moment), Person: row.Person, Action: row.Action, Patient: row.Patient, Object: row.Object, From: row.Network,
		}
	}
	return list, failed("read the audit trail", err)
}
