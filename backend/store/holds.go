package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// errHeld is that somebody holds a patient who was to be forgotten.
var errHeld = fault.New(fault.Conflict, "erasure.held", nil)

// errWaits is that a patient waits to be erased, which has to be called off first.
var errWaits = fault.New(fault.Conflict, "erasure.waits", nil)

// HoldPatient keeps a patient by may erase from being forgotten, by anybody and by the house itself, until they are let go
// again: as long as a question or a quarrel is open. An erasure that waits must be called off first: fault "erasure.waits".
func (s *Store) HoldPatient(ctx context.Context, by care.Reader, id care.PatientID, hold bool) (e care.Erasure, err error) {
	err = s.within(ctx, "hold a patient", func(ctx context.Context, tx bun.Tx) error {
		row, _, err := s.erasable(ctx, tx, by, access.ErasePatient, id)
		if err != nil {
			return err
		}
		waits, err := waitingErasure(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case hold && waits.ID != "":
			return errWaits
		case hold == (row.Held != 0):
			return nil
		}
		held := int64(0)
		if hold {
			held = micro(s.now())
		}
		_, err = tx.NewRaw("UPDATE patients SET held = ?, version = version + 1 WHERE id = ?", held, id).Exec(ctx)
		return err
	})
	if err != nil {
		return e, err
	}
	return s.PlanErasure(ctx, by, id)
}
