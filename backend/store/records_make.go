package store

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// The faults of making records.
var (
	errLogin     = fault.New(fault.Conflict, "login.taken", nil)
	errGroup     = fault.New(fault.Invalid, "record.group", nil)
	errTherapist = fault.New(fault.Invalid, "record.therapist", nil)
)

// batch is how many rows one statement takes: PostgreSQL knows 65535 arguments, SQLite 32766.
const batch = 400

// CreateRecords makes patients with everything that belongs to them in one step: all of them or none. When their ids are
// there already, an earlier asking made them, and they come back as they are. All ids belong to one asking.
func (s *Store) CreateRecords(ctx context.Context, by care.Reader, list []care.NewRecord) (made []care.Record, err error) {
	for range 4 { // a made-up pseudonym may be taken between looking and writing
		err = s.within(ctx, "create records", func(ctx context.Context, tx bun.Tx) error {
			made, err = s.createRecords(ctx, tx, by, slices.Clone(list))
			return err
		})
		if !errors.Is(err, errChanged) {
			break
		}
	}
	return made, err
}

func (s *Store) createRecords(ctx context.Context, tx bun.Tx, by care.Reader, list []care.NewRecord) ([]care.Record, error) {
	there, err := othersOf(ctx, tx, "patients", "id", each(list, func(n care.NewRecord) string { return string(n.ID) }))
	if err != nil {
		return nil, err
	}
	if len(there) > 0 {
		return madeBefore(ctx, tx, by, list)
	}
	homes, err := mayMake(ctx, tx, by, list)
	if err != nil {
		return nil, err
	}
	for i, n := range list {
		game, err := n.Game.Tidy()
		if err := errors.Join(err, clean(game.Name)); err != nil {
			return nil, err
		}
		list[i].Game = game
	}
	if err := nameAll(ctx, tx, list); err != nil {
		return nil, err
	}
	if err := s.insertRecords(ctx, tx, by, homes, list); err != nil {
		return nil, err
	}
	return readRecords(ctx, tx, by, list)
}

// madeBefore answers a repeated asking, unless the ids are somebody else's.
func madeBefore(ctx context.Context, tx bun.Tx, by care.Reader, list []care.NewRecord) ([]care.Record, error) {
	made, err := readRecords(ctx, tx, by, list)
	if err == nil && len(made) != len(list) {
		err = errNotFound
	}
	return made, err
}

// readRecords reads records in the order of the list.
func readRecords(ctx context.Context, tx bun.Tx, by care.Reader, list []care.NewRecord) ([]care.Record, error) {
	byID := map[care.PatientID]care.Record{}
	for part := range slices.Chunk(list, batch) {
		var rows []recordRow
		if err := selectRecords(tx, by, access.WritePatients, &rows).
			Where("p.id IN (?)", bun.List(each(part, func(n care.NewRecord) care.PatientID { return n.ID }))).Scan(ctx); err != nil {
			return nil, err
		}
		records, err := dressed(ctx, tx, by, rows)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			byID[r.ID] = r
		}
	}
	var found []care.Record
	for _, n := range list {
		if r, ok := byID[n.ID]; ok {
			found = append(found, r)
		}
	}
	return found, nil
}

// mayMake checks every place, group and therapist of the list, and returns the sites of its projects.
func mayMake(ctx context.Context, tx bun.Tx, by care.Reader, list []care.NewRecord) (map[care.ProjectID]care.SiteID, error) {
	homes := map[care.ProjectID]care.SiteID{}
	type post struct {
		project   care.ProjectID
		group     care.GroupID
		therapist care.PersonID
	}
	checked := map[post]bool{}
	for _, n := range list {
		if !care.ValidID(n.ID) || !care.ValidID(n.Project) {
			return nil, errNotFound
		}
		needs := []access.Action{access.WritePatients}
		if len(n.Therapist) > 0 {
			needs = append(needs, access.ManageCare)
		}
		if len(n.Sealed) > 0 {
			needs = append(needs, access.WriteContacts)
		}
		for _, action := range needs {
			if once := (post{n.Project, care.GroupID(action), ""}); !checked[once] {
				var site care.SiteID
				if err := tx.NewRaw("SELECT site FROM projects WHERE id = ? AND deleted = 0 AND id IN (?)", n.Project, projects(by, action)).Scan(ctx, &site); err != nil {
					return nil, err
				}
				homes[n.Project], checked[once] = site, true
			}
		}
		if once := (post{n.Project, n.Group, "group"}); !checked[once] {
			if err := inGroup(ctx, tx, n.Project, n.Group); err != nil {
				return nil, err
			}
			checked[once] = true
		}
		for _, c := range n.Therapist {
			if once := (post{n.Project, "", c.Therapist}); !checked[once] {
				if err := therapistAt(ctx, tx, n.Project, c.Therapist); fault.Is(failed("", err), fault.NotFound) {
					return nil, errTherapist
				} else if err != nil {
					return nil, err
				}
				checked[once] = true
			}
			for _, signal := range c.Signals {
				if !signal.Known() {
					return nil, fault.New(fault.Invalid, "signal.unknown", nil)
				}
			}
		}
	}
	return homes, nil
}

func (s *Store) insertRecords(ctx context.Context, tx bun.Tx, by care.Reader, homes map[care.ProjectID]care.SiteID, list []care.NewRecord) error {
	var (
		people   []personRow
		patients []patientRow
		grants   []grantRow
		assigned []careRow
		permits  []permissionRow
		contacts []contactRow
		now      = micro(s.now())
	)
	begins, err := languagesAt(ctx, tx, homes)
	if err != nil {
		return err
	}
	for _, n := range list {
		if n.Language == "" {
			n.Language = begins[homes[n.Project]]
		}
		person := personRow{ID: care.NewID[care.PersonID](), Site: homes[n.Project], Name: n.Name, Login: n.Login, Language: n.Language,
			Theme: n.Theme, LinkOnly: n.LinkOnly, Version: 1, Created: now}
		if n.LinkOnly {
			person.Login = noLogin(person.ID)
		}
		people = append(people, person)
		patients = append(patients, patientRow{ID: n.ID, Project: n.Project, Person: person.ID, Group: n.Group, Mark: care.PseudonymKey(n.Name), Version: 1, Created: now,
			Game: n.Game.On, Figure: n.Game.Name, World: n.Game.World})
		grants = append(grants, grantRow{Person: person.ID, Role: access.Patient, Site: homes[n.Project], Project: n.Project, Since: now, Author: by.Person})
		for i, c := range n.Therapist {
			if slices.ContainsFunc(n.Therapist[:i], func(o care.Permission) bool { return o.Therapist == c.Therapist }) {
				continue
			}
			assigned = append(assigned, careRow{Patient: n.ID, Therapist: c.Therapist, Since: now})
			for _, signal := range ordered(c.Signals) {
				permits = append(permits, permissionRow{Patient: n.ID, Therapist: c.Therapist, Signal: signal})
			}
		}
		if len(n.Sealed) > 0 {
			contacts = append(contacts, contactRow{Patient: n.ID, Sealed: base64.StdEncoding.EncodeToString(n.Sealed), Version: 1, Changed: now, Author: by.Person})
		}
	}
	for _, step := range []func() error{
		func() error { return insertAll(ctx, tx, people) }, func() error { return insertAll(ctx, tx, patients) },
		func() error { return insertAll(ctx, tx, grants) }, func() error { return insertAll(ctx, tx, assigned) },
		func() error { return insertAll(ctx, tx, permits) }, func() error { return insertAll(ctx, tx, contacts) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return s.tell(ctx, tx, access.PatientCreated, each(list, func(n care.NewRecord) happening {
		return aboutPatient(n.ID, care.Place{Site: homes[n.Project], Project: n.Project})
	})...)
}

func insertAll[T any](ctx context.Context, tx bun.Tx, rows []T) error {
	for part := range slices.Chunk(rows, batch) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

func each[T, V any](list []T, of func(T) V) []V {
	out := make([]V, len(list))
	for i, v := range list {
		out[i] = of(v)
	}
	return out
}
