package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/provider"
	"hearth/backend/service"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// servicesTables hold services, what they were granted, what their webhooks are signed with (sealed, base64), and what
// they are told. A service proves who it is as the client of the same id. Deliveries name patients by id alone, and refer
// to nothing: what is sent of an erased patient is only that they were erased.
const servicesTables = `
CREATE TABLE services (
	id TEXT PRIMARY KEY REFERENCES clients (id), name TEXT NOT NULL, site TEXT NOT NULL, project TEXT NOT NULL, manifest TEXT NOT NULL,
	agreed TEXT NOT NULL, disabled BOOLEAN NOT NULL, quiet BOOLEAN NOT NULL, held BIGINT NOT NULL, streak BIGINT NOT NULL,
	version BIGINT NOT NULL, created BIGINT NOT NULL, deleted BIGINT NOT NULL);
CREATE UNIQUE INDEX services_name ON services (name) WHERE deleted = 0;
CREATE TABLE service_scopes (
	service TEXT NOT NULL REFERENCES services (id) ON DELETE CASCADE, scope TEXT NOT NULL, PRIMARY KEY (service, scope));
CREATE TABLE service_events (
	service TEXT NOT NULL REFERENCES services (id) ON DELETE CASCADE, event TEXT NOT NULL, PRIMARY KEY (event, service));
CREATE TABLE service_secrets (
	id TEXT PRIMARY KEY, service TEXT NOT NULL REFERENCES services (id) ON DELETE CASCADE, sealed TEXT NOT NULL,
	created BIGINT NOT NULL, ends BIGINT NOT NULL);
CREATE INDEX service_secrets_service ON service_secrets (service, created);
CREATE TABLE deliveries (
	id TEXT PRIMARY KEY, service TEXT NOT NULL REFERENCES services (id) ON DELETE CASCADE, event TEXT NOT NULL,
	patient TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL, attempts BIGINT NOT NULL, made BIGINT NOT NULL,
	due BIGINT NOT NULL, settled BIGINT NOT NULL, status BIGINT NOT NULL, failure TEXT NOT NULL);
CREATE INDEX deliveries_service ON deliveries (service, made, id);
CREATE INDEX deliveries_patient ON deliveries (patient);
CREATE INDEX deliveries_settled ON deliveries (settled)
`

// missedColumn is since when a service may not have been told of an erasure; 0: it was told of all.
const missedColumn = `
ALTER TABLE services ADD COLUMN missed BIGINT NOT NULL DEFAULT 0;
UPDATE services SET missed = created WHERE disabled OR quiet OR deleted <> 0
`

type serviceRow struct {
	bun.BaseModel `bun:"table:services,alias:g"`

	ID       care.ServiceID `bun:",pk"`
	Name     string
	Site     care.SiteID
	Project  care.ProjectID
	Manifest string // JSON of care.Manifest
	Agreed   string
	Disabled bool
	Quiet    bool
	Held     int64
	Streak   int
	Missed   int64
	Version  int64
	Created  int64
	Deleted  int64
}

func (row serviceRow) service() (care.Service, error) {
	s := care.Service{ID: row.ID, Place: care.Place{Site: row.Site, Project: row.Project}, Agreed: row.Agreed, Disabled: row.Disabled, Quiet: row.Quiet,
		Version: row.Version, Created: instant(row.Created), Deleted: instant(row.Deleted)}
	return s, json.Unmarshal([]byte(row.Manifest), &s.Manifest)
}

// take makes a row of what a service is; what only webhooks know stays.
func (row *serviceRow) take(s care.Service) error {
	text, err := json.Marshal(s.Manifest)
	if err == nil {
		err = clean(string(text), s.Manifest.Name, s.Agreed)
	}
	row.ID, row.Name, row.Site, row.Project, row.Manifest, row.Agreed = s.ID, s.Manifest.Name, s.Place.Site, s.Place.Project, string(text), s.Agreed
	row.Disabled, row.Quiet, row.Version, row.Created, row.Deleted = s.Disabled, s.Quiet, s.Version, micro(s.Created), micro(s.Deleted)
	if !s.Quiet {
		row.Held, row.Streak = 0, 0
	}
	return err
}

// errNameTaken is the fault of two services of one name.
var errNameTaken = fault.New(fault.Conflict, "service.name-taken", nil)

// freeName refuses a name another service has.
func freeName(ctx context.Context, tx bun.Tx, s care.Service) error {
	var n int
	err := tx.NewRaw("SELECT COUNT(*) FROM services WHERE name = ? AND deleted = 0 AND id <> ?", s.Manifest.Name, s.ID).Scan(ctx, &n)
	if err == nil && n > 0 {
		err = errNameTaken
	}
	return err
}

// CreateService stores a service with its client, what it was granted, and what signs its webhooks.
func (s *Store) CreateService(ctx context.Context, by care.Reader, v care.Service, c provider.Client, secret []byte) (care.Service, error) {
	client, err := clientToRow(c)
	if err != nil {
		return care.Service{}, err
	}
	var row serviceRow
	if err := row.take(v); err != nil {
		return care.Service{}, err
	}
	err = s.within(ctx, "create a service", func(ctx context.Context, tx bun.Tx) error {
		if err := managesServices(ctx, tx, by); err != nil {
			return err
		}
		if err := placed(ctx, tx, by, access.ManageServices, v.Place); err != nil {
			return err
		}
		if err := freeName(ctx, tx, v); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(&client).Exec(ctx); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		return s.grantService(ctx, tx, v, secret)
	})
	return v, err
}

// grantService writes what a service may read and hears, and another secret where there is one.
func (s *Store) grantService(ctx context.Context, tx bun.Tx, v care.Service, secret []byte) error {
	for _, q := range []string{"DELETE FROM service_scopes WHERE service = ?", "DELETE FROM service_events WHERE service = ?"} {
		if _, err := tx.NewRaw(q, v.ID).Exec(ctx); err != nil {
			return err
		}
	}
	for _, scope := range v.Manifest.Scopes {
		if _, err := tx.NewRaw("INSERT INTO service_scopes (service, scope) VALUES (?, ?)", v.ID, scope).Exec(ctx); err != nil {
			return err
		}
	}
	for _, event := range v.Manifest.Events {
		if _, err := tx.NewRaw("INSERT INTO service_events (service, event) VALUES (?, ?)", v.ID, event).Exec(ctx); err != nil {
			return err
		}
	}
	if secret == nil {
		return nil
	}
	now := s.now()
	for _, one := range []struct {
		sql  string
		args []any
	}{
		{"DELETE FROM service_secrets WHERE service = ? AND ends <> 0 AND ends <= ?", []any{v.ID, micro(now)}},
		{"UPDATE service_secrets SET ends = ? WHERE service = ? AND ends = 0", []any{micro(now.Add(service.Overlap)), v.ID}},
		{"INSERT INTO service_secrets (id, service, sealed, created, ends) VALUES (?, ?, ?, ?, 0)",
			[]any{care.NewID[string](), v.ID, base64.StdEncoding.EncodeToString(secret), micro(now)}},
	} {
		if _, err := tx.NewRaw(one.sql, one.args...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// ChangeService stores what change makes of a service of that version and of its client. A disabled one ends all it was
// given, and is told nothing that still waits.
func (s *Store) ChangeService(ctx context.Context, by care.Reader, id care.ServiceID, version int64,
	change func(*care.Service, *provider.Client) ([]byte, error)) (v care.Service, err error) {
	err = s.within(ctx, "change a service", func(ctx context.Context, tx bun.Tx) error {
		row, err := s.ownService(ctx, tx, by, id, version)
		if err != nil {
			return err
		}
		if row.Deleted != 0 {
			return errNotFound
		}
		client := clientRow{ID: provider.ClientID(id)}
		if err := s.locked(tx.NewSelect().Model(&client).WherePK()).Scan(ctx); err != nil {
			return err
		}
		c, err := client.client()
		if err != nil {
			return err
		}
		if v, err = row.service(); err != nil {
			return err
		}
		was := v
		secret, err := change(&v, &c)
		if err != nil {
			return err
		}
		if err := freeName(ctx, tx, v); err != nil {
			return err
		}
		v.Version++
		c.Version++
		c.Disabled = v.Disabled
		if client, err = clientToRow(c); err != nil {
			return err
		}
		if err := row.take(v); err != nil {
			return err
		}
		if err := s.putService(ctx, tx, was, v, row, client); err != nil {
			return err
		}
		return s.grantService(ctx, tx, v, secret)
	})
	return v, err
}

// putService writes a service that changed, and ends what it is not granted any more.
func (s *Store) putService(ctx context.Context, tx bun.Tx, was, is care.Service, row serviceRow, client clientRow) error {
	if _, err := tx.NewUpdate().Model(&client).WherePK().Exec(ctx); err != nil {
		return err
	}
	if _, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx); err != nil {
		return err
	}
	if is.Disabled || is.Agreed != was.Agreed { // what people were asked for before is not what they would be asked now
		if err := endGrants(ctx, tx, s.now(), "client = ?", is.ID); err != nil {
			return err
		}
	}
	if is.Disabled || is.Manifest.Webhook == "" {
		return s.hush(ctx, tx, is.ID, "off")
	}
	return s.catchUp(ctx, tx, is.ID)
}

// ownService reads and holds a service, hidden or not, for who manages services.
func (s *Store) ownService(ctx context.Context, tx bun.Tx, by care.Reader, id care.ServiceID, version int64) (row serviceRow, err error) {
	if err := managesServices(ctx, tx, by); err != nil {
		return row, err
	}
	if !care.ValidID(id) {
		return row, errNotFound
	}
	err = s.lockedService(tx.NewSelect().Model(&row).Where("g.id = ?", id)).Scan(ctx)
	if err == nil && row.Version != version {
		err = errChanged
	}
	return row, err
}

// lockedService holds a service before anything of its deliveries is held, always in this order. Somebody who tells it
// something meanwhile need not wait: the rows that refer to it do not mind what is changed.
func (s *Store) lockedService(q *bun.SelectQuery) *bun.SelectQuery {
	if s.postgres() {
		return q.For("NO KEY UPDATE")
	}
	return q
}

// BuryService hides a service, which ends all it was given, or brings it back, disabled.
func (s *Store) BuryService(ctx context.Context, by care.Reader, id care.ServiceID, version int64, deleted bool) (v care.Service, err error) {
	err = s.within(ctx, "bury a service", func(ctx context.Context, tx bun.Tx) error {
		row, err := s.ownService(ctx, tx, by, id, version)
		if err != nil {
			return err
		}
		if (row.Deleted != 0) == deleted {
			return errNotFound
		}
		if v, err = row.service(); err != nil {
			return err
		}
		v.Disabled, v.Deleted = true, time.Time{}
		if deleted {
			v.Deleted = s.now().UTC().Truncate(time.Microsecond)
		} else if err := freeName(ctx, tx, v); err != nil {
			return err
		}
		v.Version++
		if err := row.take(v); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx); err != nil {
			return err
		}
		if _, err := tx.NewRaw("UPDATE clients SET disabled = ?, version = version + 1 WHERE id = ?", true, id).Exec(ctx); err != nil {
			return err
		}
		if err := endGrants(ctx, tx, s.now(), "client = ?", id); err != nil {
			return err
		}
		return s.hush(ctx, tx, id, "off")
	})
	return v, err
}

// ListServices lists the services by name, hidden ones too, for who manages them.
func (s *Store) ListServices(ctx context.Context, by care.Reader) ([]care.Service, error) {
	if err := managesServices(ctx, s.db, by); err != nil {
		return nil, failed("list the services", err)
	}
	return s.services(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q })
}

func (s *Store) services(ctx context.Context, narrow func(*bun.SelectQuery) *bun.SelectQuery) (list []care.Service, err error) {
	var rows []serviceRow
	if err := narrow(s.db.NewSelect().Model(&rows).OrderExpr("g.name, g.id")).Scan(ctx); err != nil {
		return nil, failed("list the services", err)
	}
	for _, row := range rows {
		v, err := row.service()
		if err != nil {
			return nil, failed("list the services", err)
		}
		list = append(list, v)
	}
	return list, nil
}
