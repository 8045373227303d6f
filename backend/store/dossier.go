package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
)

// PlanDossier counts, by kind, what an export of a patient holds; "trail" are the entries about them and by them.
func (s *Store) PlanDossier(ctx context.Context, by care.Reader, id care.PatientID) (counts map[string]int, err error) {
	err = s.within(ctx, "plan an export", func(ctx context.Context, tx bun.Tx) error {
		p, _, err := s.erasable(ctx, tx, by, access.ExportPatient, id)
		if err != nil {
			return err
		}
		if counts, err = counted(ctx, tx, about{id, p.Person}, true); err != nil {
			return err
		}
		var n int
		err = tx.NewRaw("SELECT COUNT(*) FROM trail WHERE patient = ? OR person = ?", id, p.Person).Scan(ctx, &n)
		counts["trail"] = n
		return err
	})
	return counts, err
}

// Dossier reads everything about a patient by may export, as it was at one moment, and hands it over kind by kind, row by
// row. Rows are JSON objects.
func (s *Store) Dossier(ctx context.Context, by care.Reader, id care.PatientID, file func(kind string, rows iter.Seq2[json.RawMessage, error]) error) error {
	options := &sql.TxOptions{ReadOnly: true}
	if s.postgres() {
		options.Isolation = sql.LevelRepeatableRead
	}
	return failed("export a patient", s.db.RunInTx(ctx, options, func(ctx context.Context, tx bun.Tx) error {
		if !care.ValidID(id) {
			return errNotFound
		}
		var p patientRow
		reach, args := reached(by, access.ExportPatient)
		if err := tx.NewSelect().Model(&p).Where("p.id = ?", id).Where("("+reach+")", args...).Scan(ctx); err != nil {
			return err
		}
		a := about{id, p.Person}
		for _, h := range slices.Backward(holdings) {
			if h.shown == nil {
				continue
			}
			if err := file(h.kind, rowsOf(ctx, tx, h.shown, h.selected(), h.id(a))); err != nil {
				return err
			}
		}
		return file("trail", rowsOf(ctx, tx, trailShown, trailSelect, a.patient, a.person))
	}))
}

// trailShown is what an export says of an entry of the audit trail.
var trailShown = []shown{{"number", "", plain}, {"at", "", instants}, {"person", "", plain}, {"action", "", plain}, {"patient", "", plain},
	{"object", "", plain}, {"network", "", plain}, {"count", "", plain}}

const trailSelect = "SELECT number, moment, person, action, patient, object, network, things FROM trail WHERE patient = ? OR person = ? ORDER BY number"

// rowsOf runs a select and dresses its rows.
func rowsOf(ctx context.Context, db bun.IDB, columns []shown, query string, args ...any) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		rows, err := db.QueryContext(ctx, query, args...)
		if err != nil {
			yield(nil, err)
			return
		}
		defer rows.Close()
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		for rows.Next() {
			err := rows.Scan(into...)
			var row json.RawMessage
			if err == nil {
				row, err = inJSON(columns, values)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, err)
		}
	}
}

// inJSON writes a row as an object, its members in the order of the columns.
func inJSON(columns []shown, values []any) (json.RawMessage, error) {
	var b bytes.Buffer
	for i, c := range columns {
		name, err1 := json.Marshal(c.name)
		value, err2 := c.form.write(values[i])
		if err1 != nil || err2 != nil {
			return nil, fmt.Errorf("%s: %v, %v", c.name, err1, err2)
		}
		b.WriteByte("{,"[min(i, 1)])
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func (f form) write(v any) ([]byte, error) {
	if text, ok := v.([]byte); ok {
		v = string(text)
	}
	number, isNumber := v.(int64)
	switch {
	case f == instants && number == 0:
		return []byte("null"), nil
	case f == instants && isNumber:
		return json.Marshal(instant(number).Format(time.RFC3339Nano))
	case f == flag && isNumber:
		return json.Marshal(number != 0)
	case f == asJSON:
		text, ok := v.(string)
		if !ok || !json.Valid([]byte(text)) {
			return []byte("null"), nil
		}
		var b bytes.Buffer
		err := json.Compact(&b, []byte(text))
		return b.Bytes(), err
	}
	return json.Marshal(v)
}
