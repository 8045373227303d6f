package store

import (
	"context"
	"encoding/base64"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
)

type contactRow struct {
	bun.BaseModel `bun:"table:contacts,alias:k"`

	Patient care.PatientID `bun:",pk"`
	Sealed  string
	Version int64
	Changed int64
	Author  care.PersonID
}

// Contact returns, sealed, who a patient is whose contacts by may read; nothing with version 0 when nobody wrote it down.
func (s *Store) Contact(ctx context.Context, by care.Reader, id care.PatientID) (sealed []byte, version int64, err error) {
	if err := allowed(ctx, s.db, id, visible(by, access.ReadContacts)); err != nil {
		return nil, 0, failed("read a contact", err)
	}
	var rows []contactRow
	if err := s.db.NewSelect().Model(&rows).Where("k.patient = ?", id).Scan(ctx); err != nil || len(rows) == 0 {
		return nil, 0, failed("read a contact", err)
	}
	sealed, err = base64.StdEncoding.DecodeString(rows[0].Sealed)
	return sealed, rows[0].Version, failed("read a contact", err)
}

// PutContact writes down, sealed, who a patient is. Version is the one last read, 0 when nobody had written anything. Moves
// are who is reached elsewhere by it: in the same breath what was sent them elsewhere opens nothing any more.
func (s *Store) PutContact(ctx context.Context, by care.Reader, id care.PatientID, sealed []byte, version int64, moves ...care.Move) (int64, error) {
	row := contactRow{Patient: id, Sealed: base64.StdEncoding.EncodeToString(sealed), Version: version + 1, Changed: micro(s.now()), Author: by.Person}
	err := s.within(ctx, "write a contact", func(ctx context.Context, tx bun.Tx) error {
		if err := allowed(ctx, tx, id, visible(by, access.WriteContacts)); err != nil {
			return err
		}
		var err error
		if version == 0 {
			err = changed(tx.NewInsert().Model(&row).On("CONFLICT (patient) DO NOTHING").Exec(ctx))
		} else {
			err = changed(tx.NewUpdate().Model(&row).Where("patient = ? AND version = ?", id, version).Exec(ctx))
		}
		if err != nil {
			return err
		}
		return s.readdress(ctx, tx, id, moves, by.Person)
	})
	return row.Version, err
}

// EachContact shows, sealed, every patient whose contacts by may read, for whoever looks for a name.
func (s *Store) EachContact(ctx context.Context, by care.Reader, f care.RecordFilter, show func(id care.PatientID, sealed []byte) error) error {
	f.Text, f.State = "", care.RecordThere
	reach, args := reached(by, access.ReadContacts)
	q := narrowRecords(s.db.NewSelect().TableExpr("contacts AS k").ColumnExpr("k.patient, k.sealed").
		Join("JOIN patients AS p ON p.id = k.patient").Join("JOIN projects AS j ON j.id = p.project AND j.deleted = 0").
		Join("JOIN people AS w ON w.id = p.person").Where("("+reach+")", args...), by, f)
	rows, err := q.Rows(ctx)
	if err != nil {
		return failed("look through contacts", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id care.PatientID
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			return failed("look through contacts", err)
		}
		sealed, err := base64.StdEncoding.DecodeString(text)
		if err == nil {
			err = show(id, sealed)
		}
		if err != nil {
			return failed("look through contacts", err)
		}
	}
	return failed("look through contacts", rows.Err())
}
