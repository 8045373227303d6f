package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type visitingRow struct {
	bun.BaseModel `bun:"table:visiting,alias:z"`

	Project   care.ProjectID `bun:",pk"`
	Zone      string
	Terms     string
	Emergency string
	Phone     string
	DropIn    bool
	Hours     string // JSON of []care.Opening
	Notes     string // JSON of []care.NotePart
	Survey    bool
	Reminders bool
	Naming    care.Naming
	Captions  bool
	Relaying  care.Relaying
	Version   int64
}

func (row visitingRow) visiting() (care.Visiting, error) {
	v := care.Visiting{Project: row.Project, Zone: row.Zone, Terms: row.Terms, Emergency: row.Emergency, Phone: row.Phone, DropIn: row.DropIn, Survey: row.Survey,
		Reminders: row.Reminders, Naming: row.Naming, Captions: row.Captions, Relaying: row.Relaying, Version: row.Version}
	return v, errors.Join(json.Unmarshal([]byte(row.Hours), &v.Hours), json.Unmarshal([]byte(row.Notes), &v.Notes))
}

// visitingOf is how visits go in a project: as was said there, or the default with version 0.
func visitingOf(ctx context.Context, db bun.IDB, project care.ProjectID) (care.Visiting, error) {
	var rows []visitingRow
	if err := db.NewSelect().Model(&rows).Where("z.project = ?", project).Scan(ctx); err != nil || len(rows) == 0 {
		return care.DefaultVisiting(project), err
	}
	return rows[0].visiting()
}

// Visiting returns how visits go in a project whose visits by reads.
func (s *Store) Visiting(ctx context.Context, by care.Reader, project care.ProjectID) (care.Visiting, error) {
	if !by.Operator {
		if err := visitingAt(ctx, s.db, by, access.ReadVisits, project); err != nil {
			return care.Visiting{}, failed("read how visits go", err)
		}
	}
	v, err := visitingOf(ctx, s.db, project)
	return v, failed("read how visits go", err)
}

// PutVisiting says how visits go in a project by manages. Version is the one last read, 0 when nothing was said.
func (s *Store) PutVisiting(ctx context.Context, by care.Reader, v care.Visiting) (care.Visiting, error) {
	err := s.within(ctx, "say how visits go", func(ctx context.Context, tx bun.Tx) error {
		if err := visitingAt(ctx, tx, by, access.ManageVisiting, v.Project); err != nil {
			return err
		}
		var err error
		if v, err = v.Tidy(); err != nil {
			return err
		}
		if v.Hours == nil {
			v.Hours = []care.Opening{}
		}
		hours, err1 := json.Marshal(v.Hours)
		notes, err2 := json.Marshal(v.Notes)
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		row := visitingRow{Project: v.Project, Zone: v.Zone, Terms: v.Terms, Emergency: v.Emergency, Phone: v.Phone, DropIn: v.DropIn, Hours: string(hours),
			Notes: string(notes), Survey: v.Survey, Reminders: v.Reminders, Naming: v.Naming, Captions: v.Captions, Relaying: v.Relaying, Version: v.Version + 1}
		if v.Version == 0 {
			return changed(tx.NewInsert().Model(&row).On("CONFLICT (project) DO NOTHING").Exec(ctx))
		}
		return changed(tx.NewUpdate().Model(&row).Where("project = ? AND version = ?", v.Project, v.Version).Exec(ctx))
	})
	v.Version++
	return v, err
}

// wallIn is what the clock on the wall shows in a zone.
func wallIn(now time.Time, zone string) (string, error) {
	where, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		return "", fault.New(fault.Invalid, "visit.zone", err)
	}
	return now.In(where).Format(care.LocalLayout), nil
}
