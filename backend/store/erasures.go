package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/audit"
	"hearth/backend/jobs"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// erasuresTables hold the erasures, which outlive their patients and refer to nothing, and how long things are kept.
const erasuresTables = `
CREATE TABLE erasures (
	id TEXT PRIMARY KEY, patient TEXT NOT NULL, site TEXT NOT NULL, project TEXT NOT NULL, reason TEXT NOT NULL,
	state TEXT NOT NULL, asked BIGINT NOT NULL, author TEXT NOT NULL, due BIGINT NOT NULL, hid BIGINT NOT NULL,
	done BIGINT NOT NULL, counts TEXT NOT NULL, proof TEXT NOT NULL);
CREATE UNIQUE INDEX erasures_waiting ON erasures (patient) WHERE state = 'waiting';
CREATE INDEX erasures_place ON erasures (site, project, asked);
CREATE TABLE retention (
	site TEXT NOT NULL, project TEXT NOT NULL, trail_years BIGINT NOT NULL, deleted_days BIGINT NOT NULL,
	wait_days BIGINT NOT NULL, version BIGINT NOT NULL, PRIMARY KEY (site, project))
`

// EraseJob is the kind of the jobs that erase; their body is the erasure's id.
const EraseJob jobs.Kind = "erase"

type erasureRow struct {
	bun.BaseModel `bun:"table:erasures,alias:e"`

	ID      care.ErasureID `bun:",pk"`
	Patient care.PatientID
	Site    care.SiteID
	Project care.ProjectID
	Reason  string
	State   care.ErasureState
	Asked   int64
	Author  care.PersonID
	Due     int64
	Hid     int64 // when asking for it hid the patient; 0 when the patient was hidden already
	Done    int64
	Counts  string // JSON of map[string]int
	Proof   string
}

func (row erasureRow) erasure() (care.Erasure, error) {
	e := care.Erasure{ID: row.ID, Patient: row.Patient, Place: care.Place{Site: row.Site, Project: row.Project}, Reason: row.Reason, State: row.State,
		Asked: instant(row.Asked), By: row.Author, Due: instant(row.Due), Done: instant(row.Done), Proof: row.Proof}
	return e, json.Unmarshal([]byte(row.Counts), &e.Counts)
}

// erasable reads, and holds, the patient of an erasure by may do, hidden or not.
func (s *Store) erasable(ctx context.Context, db bun.IDB, by care.Reader, action access.Action, id care.PatientID) (row patientRow, at care.Place, err error) {
	if !care.ValidID(id) {
		return row, at, errNotFound
	}
	reach, args := reached(by, action)
	if err := s.locked(db.NewSelect().Model(&row).Where("p.id = ?", id).Where("("+reach+")", args...)).Scan(ctx); err != nil {
		return row, at, err
	}
	at.Project = row.Project
	return row, at, db.NewRaw("SELECT site FROM projects WHERE id = ?", row.Project).Scan(ctx, &at.Site)
}

// PlanErasure says what erasing a patient would delete, when, and whether it is waiting already.
func (s *Store) PlanErasure(ctx context.Context, by care.Reader, id care.PatientID) (e care.Erasure, err error) {
	err = s.within(ctx, "plan an erasure", func(ctx context.Context, tx bun.Tx) error {
		row, at, err := s.erasable(ctx, tx, by, access.ErasePatient, id)
		if err != nil {
			return err
		}
		if e, err = waitingErasure(ctx, tx, id); err != nil {
			return err
		}
		if e.ID == "" {
			keep, err := retentionAt(ctx, tx, at)
			if err != nil {
				return err
			}
			e = care.Erasure{Patient: id, Place: at, Due: s.now().UTC().Add(days(keep.WaitDays))}
			if row.Deleted != 0 {
				e.Kept = instant(row.Deleted).Add(days(keep.DeletedDays))
			}
		}
		e.Person, e.Held = row.Person, instant(row.Held)
		e.Counts, err = counted(ctx, tx, about{id, row.Person}, false)
		return err
	})
	return e, err
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// waitingErasure is the one a patient waits for; without an id when there is none.
func waitingErasure(ctx context.Context, db bun.IDB, id care.PatientID) (care.Erasure, error) {
	var rows []erasureRow
	if err := db.NewSelect().Model(&rows).Where("e.patient = ? AND e.state = ?", id, care.ErasureWaiting).Scan(ctx); err != nil || len(rows) == 0 {
		return care.Erasure{}, err
	}
	return rows[0].erasure()
}

// AskErasure hides a patient at once and has them erased after the waiting time of their place, or as soon as somebody
// looks when now says so. Asking twice is asking once; asking again with now makes it due.
func (s *Store) AskErasure(ctx context.Context, by care.Reader, id care.PatientID, reason string, now bool) (e care.Erasure, err error) {
	if err := care.ValidErasureReason(reason); err != nil {
		return e, err
	}
	err = s.within(ctx, "ask for an erasure", func(ctx context.Context, tx bun.Tx) error {
		row, at, err := s.erasable(ctx, tx, by, access.ErasePatient, id)
		if err != nil {
			return err
		}
		e, err = s.askErasure(ctx, tx, row, at, by.Person, reason, now)
		return err
	})
	return e, err
}

func (s *Store) askErasure(ctx context.Context, tx bun.Tx, p patientRow, at care.Place, by care.PersonID, reason string, now bool) (care.Erasure, error) {
	e, err := waitingErasure(ctx, tx, p.ID)
	if err != nil {
		return e, err
	}
	if p.Held != 0 {
		return e, errHeld
	}
	keep, err := retentionAt(ctx, tx, at)
	if err != nil {
		return e, err
	}
	asked := s.now().UTC()
	due := asked.Add(days(keep.WaitDays))
	if now {
		due = asked
	}
	if e.ID == "" {
		row := erasureRow{ID: care.NewID[care.ErasureID](), Patient: p.ID, Site: at.Site, Project: at.Project, Reason: reason, State: care.ErasureWaiting,
			Asked: micro(asked), Author: by, Due: micro(due), Counts: "{}"}
		if p.Deleted == 0 {
			row.Hid = micro(asked)
			if err := bury(ctx, tx, asked, "p.id = ?", p.ID); err != nil {
				return e, err
			}
			if err := s.tellChanged(ctx, tx, p.ID, at, at); err != nil {
				return e, err
			}
		}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return e, err
		}
		if _, err := s.addJob(ctx, tx, jobs.Job{Kind: EraseJob, Key: "erase:" + string(row.ID), Due: due, Body: string(row.ID)}); err != nil {
			return e, err
		}
		e, err = row.erasure()
	} else if now && due.Before(e.Due) {
		e.Due = instant(micro(due))
		_, err = tx.NewRaw("UPDATE erasures SET due = ? WHERE id = ?", micro(due), e.ID).Exec(ctx)
	}
	if err != nil {
		return e, err
	}
	e.Person = p.Person
	e.Counts, err = counted(ctx, tx, about{p.ID, p.Person}, false)
	return e, err
}

// CancelErasure calls an erasure off and brings the patient back as they were before it was asked for.
func (s *Store) CancelErasure(ctx context.Context, by care.Reader, id care.PatientID) (e care.Erasure, err error) {
	err = s.within(ctx, "call an erasure off", func(ctx context.Context, tx bun.Tx) error {
		p, at, err := s.erasable(ctx, tx, by, access.ErasePatient, id)
		if err != nil {
			return err
		}
		var row erasureRow
		if err := s.locked(tx.NewSelect().Model(&row).Where("e.patient = ? AND e.state = ?", id, care.ErasureWaiting)).Scan(ctx); err != nil {
			return err
		}
		if row.Hid != 0 {
			if err := raise(ctx, tx, row.Hid, "p.id = ?", id); err != nil {
				return err
			}
			if err := s.tellChanged(ctx, tx, id, at, at); err != nil {
				return err
			}
		}
		if err := callOff(ctx, tx, &row); err != nil {
			return err
		}
		e, err = row.erasure()
		e.Person = p.Person
		return err
	})
	return e, err
}

func callOff(ctx context.Context, tx bun.Tx, row *erasureRow) error {
	row.State = care.ErasureCancelled
	if _, err := tx.NewUpdate().Model(row).Column("state").WherePK().Exec(ctx); err != nil {
		return err
	}
	return cancelJob(ctx, tx, "erase:"+string(row.ID))
}

// bringBack is raise by somebody: whose patients come back are not erased, so what waits for them is called off, and the
// trail says so. It returns how many erasures that were.
func (s *Store) bringBack(ctx context.Context, tx bun.Tx, by care.PersonID, at int64, where string, arg any) (int, error) {
	var rows []erasureRow
	q := tx.NewSelect().Model(&rows).Where("e.state = ?", care.ErasureWaiting).Where("e.patient IN (SELECT p.id FROM patients AS p WHERE p.deleted = ? AND "+where+")", at, arg)
	if err := s.locked(q.OrderExpr("e.id")).Scan(ctx); err != nil {
		return 0, err
	}
	if err := raise(ctx, tx, at, where, arg); err != nil || len(rows) == 0 {
		return 0, err
	}
	entries := make([]audit.Entry, len(rows))
	for i := range rows {
		row := &rows[i]
		if err := callOff(ctx, tx, row); err != nil {
			return 0, err
		}
		entries[i] = audit.Entry{At: s.now().UTC().Truncate(time.Microsecond), Person: by, Action: "cancel-erasure", Patient: row.Patient, Object: string(row.ID),
			Place: care.Place{Site: row.Site, Project: row.Project}}
	}
	return len(rows), s.appendTrail(ctx, tx, entries)
}

// Erase does an erasure that is due: every row about the patient is deleted in one transaction with the proof and its
// entry in the audit trail. Done again it changes nothing. Who was brought back in the meantime is not erased.
func (s *Store) Erase(ctx context.Context, id care.ErasureID) (e care.Erasure, err error) {
	err = s.within(ctx, "erase a patient", func(ctx context.Context, tx bun.Tx) error {
		var row erasureRow
		if err := s.locked(tx.NewSelect().Model(&row).Where("e.id = ?", id)).Scan(ctx); err != nil {
			return err
		}
		if row.State != care.ErasureWaiting {
			e, err = row.erasure()
			return err
		}
		if instant(row.Due).After(s.now()) {
			return fault.New(fault.Conflict, "erasure.early", nil)
		}
		var p patientRow
		if err := s.locked(tx.NewSelect().Model(&p).Where("p.id = ?", row.Patient)).Scan(ctx); err != nil {
			return err
		}
		if p.Deleted == 0 {
			row.State = care.ErasureCancelled
		} else if err := s.eraseNow(ctx, tx, &row, about{p.ID, p.Person}); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx); err != nil {
			return err
		}
		e, err = row.erasure()
		e.Person = p.Person
		return err
	})
	if err == nil && e.State == care.ErasureDone {
		_, err = s.Overwrite(ctx) // at once when nobody reads; else the job does
	}
	return e, err
}

// eraseNow deletes, proves and writes it down.
func (s *Store) eraseNow(ctx context.Context, tx bun.Tx, row *erasureRow, a about) error {
	counts, err := deleted(ctx, tx, a)
	if err != nil {
		return err
	}
	text, err := json.Marshal(counts)
	if err != nil {
		return err
	}
	done := s.now().UTC().Truncate(time.Microsecond)
	row.State, row.Done, row.Counts = care.ErasureDone, micro(done), string(text)
	e, err := row.erasure()
	if err != nil {
		return err
	}
	row.Proof = proofOf(e)
	if !s.postgres() {
		if _, err := s.addJob(ctx, tx, jobs.Job{Kind: OverwriteJob, Key: string(OverwriteJob) + ":" + string(e.ID), Due: done}); err != nil {
			return err
		}
	}
	if err := s.tell(ctx, tx, access.PatientErased, erased(e.Patient, e.Place)); err != nil {
		return err
	}
	return s.appendTrail(ctx, tx, []audit.Entry{{At: done, Person: row.Author, Action: "patient.erased", Patient: row.Patient,
		Object: string(row.ID) + ":" + row.Proof, Place: e.Place, Count: e.Total()}})
}

// proofOf is SHA-256, in hexadecimal, over "hearth erasure 1" and a zero byte; the moment it was done in microseconds since
// 1970 (8 bytes, most significant first); then id, patient, site, project and reason, and every kind in alphabetical order
// with its count in digits, each as its length in bytes (4 bytes, most significant first) and UTF-8.
func proofOf(e care.Erasure) string {
	b := binary.BigEndian.AppendUint64([]byte("hearth erasure 1\x00"), uint64(e.Done.UnixMicro()))
	texts := []string{string(e.ID), string(e.Patient), string(e.Place.Site), string(e.Place.Project), e.Reason}
	for _, kind := range slices.Sorted(maps.Keys(e.Counts)) {
		count, _ := json.Marshal(e.Counts[kind]) // a number has no error
		texts = append(texts, kind, string(count))
	}
	for _, t := range texts {
		b = binary.BigEndian.AppendUint32(b, uint32(len(t)))
		b = append(b, t...)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// OverwriteJob is the kind of the jobs that call Overwrite after an erasure, until it is whole: somebody may be reading, or
// the program may end in between.
const OverwriteJob jobs.Kind = "overwrite"

// Overwrite sees to it that what was deleted is in no file of the database any more, and reports whether it is so. SQLite
// overwrites deleted rows with zeros (secure_delete), and here lets go of the log that held them, unless somebody reads from
// it still (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint); what VACUUM would add is only a smaller file.
// PostgreSQL has dead rows until its own vacuum comes, and both have their backups: for those see the README.
func (s *Store) Overwrite(ctx context.Context) (whole bool, err error) {
	if s.postgres() {
		return true, nil
	}
	var busy, log, moved int
	err = s.db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved)
	return err == nil && busy == 0, failed("overwrite what was deleted", err)
}

// ListErasures returns the erasures at places where by may erase, the newest first, at most 200.
func (s *Store) ListErasures(ctx context.Context, by care.Reader) ([]care.Erasure, error) {
	ways, args := way(by, access.ErasePatient, atEntry, held)
	var rows []erasureRow
	err := s.db.NewSelect().Model(&rows).Where(either(ways), args...).OrderExpr("e.asked DESC, e.id").Limit(200).Scan(ctx)
	list := make([]care.Erasure, len(rows))
	for i, row := range rows {
		if err == nil {
			list[i], err = row.erasure()
		}
	}
	return list, failed("list erasures", err)
}
