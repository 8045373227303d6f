package store

import (
	"context"
	"encoding/json"

	"github.com/uptrace/bun"

	"hearth/backend/provider"
	"hearth/shared/access"
	"hearth/shared/care"
)

// clientTables hold the programs people sign in to through the house, and what those were given. Hashes are hexadecimal,
// what is sealed is base64, lists that are only read whole are JSON.
const clientTables = `
CREATE TABLE clients (
	id TEXT PRIMARY KEY, name TEXT NOT NULL, method TEXT NOT NULL, secret_hash TEXT NOT NULL, keys TEXT NOT NULL,
	lists TEXT NOT NULL, service BOOLEAN NOT NULL, disabled BOOLEAN NOT NULL, version BIGINT NOT NULL, created BIGINT NOT NULL);
CREATE TABLE client_requests (
	hash TEXT PRIMARY KEY, sealed TEXT NOT NULL, expires BIGINT NOT NULL);
CREATE INDEX client_requests_expires ON client_requests (expires);
CREATE TABLE client_agreements (
	person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
	client TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
	scopes TEXT NOT NULL, given BIGINT NOT NULL, PRIMARY KEY (person, client));
CREATE TABLE client_grants (
	id TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
	client TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE, scopes TEXT NOT NULL, methods TEXT NOT NULL,
	proved BIGINT NOT NULL, created BIGINT NOT NULL, expires BIGINT NOT NULL, ended BIGINT NOT NULL);
CREATE INDEX client_grants_person ON client_grants (person, client);
CREATE INDEX client_grants_expires ON client_grants (expires);
CREATE TABLE client_tokens (
	hash TEXT PRIMARY KEY, family TEXT NOT NULL REFERENCES client_grants (id) ON DELETE CASCADE,
	kind TEXT NOT NULL, sealed TEXT NOT NULL, used BIGINT NOT NULL, expires BIGINT NOT NULL);
CREATE INDEX client_tokens_family ON client_tokens (family);
CREATE INDEX client_tokens_expires ON client_tokens (expires)
`

type clientRow struct {
	bun.BaseModel `bun:"table:clients,alias:c"`

	ID         provider.ClientID `bun:",pk"`
	Name       string
	Method     provider.Method
	SecretHash provider.Hash
	Keys       string
	Lists      string // clientLists
	Service    bool
	Disabled   bool
	Version    int64
	Created    int64
}

type clientLists struct {
	Redirects, Logouts, Scopes, Audiences []string
	Roles                                 []access.Role
}

func clientToRow(c provider.Client) (clientRow, error) {
	lists, err := json.Marshal(clientLists{c.Redirects, c.Logouts, c.Scopes, c.Audiences, c.Roles})
	if err == nil {
		err = clean(c.Name, c.Keys, string(lists))
	}
	return clientRow{ID: c.ID, Name: c.Name, Method: c.Method, SecretHash: c.SecretHash, Keys: c.Keys, Lists: string(lists),
		Service: c.Service, Disabled: c.Disabled, Version: c.Version, Created: micro(c.Created)}, err
}

func (row clientRow) client() (provider.Client, error) {
	var l clientLists
	err := json.Unmarshal([]byte(row.Lists), &l)
	return provider.Client{ID: row.ID, Name: row.Name, Method: row.Method, SecretHash: row.SecretHash, Keys: row.Keys,
		Redirects: l.Redirects, Logouts: l.Logouts, Scopes: l.Scopes, Audiences: l.Audiences, Roles: l.Roles,
		Service: row.Service, Disabled: row.Disabled, Version: row.Version, Created: instant(row.Created)}, err
}

// managesServices is errNotFound unless by manages the house's services at this moment.
func managesServices(ctx context.Context, db bun.IDB, by care.Reader) error {
	ways, args := way(by, access.ManageServices, atHouse, held)
	var may bool
	if err := db.NewRaw("SELECT "+either(ways), args...).Scan(ctx, &may); err != nil {
		return err
	}
	if !may {
		return errNotFound
	}
	return nil
}

// CreateClient stores a client.
func (s *Store) CreateClient(ctx context.Context, by care.Reader, c provider.Client) (provider.Client, error) {
	row, err := clientToRow(c)
	if err != nil {
		return provider.Client{}, err
	}
	err = s.within(ctx, "create a client", func(ctx context.Context, tx bun.Tx) error {
		if err := managesServices(ctx, tx, by); err != nil {
			return err
		}
		_, err := tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
	return c, err
}

// ListClients lists the clients by name, for who manages them; without those that are services, which their manifests
// speak for.
func (s *Store) ListClients(ctx context.Context, by care.Reader) (list []provider.Client, err error) {
	if err := managesServices(ctx, s.db, by); err != nil {
		return nil, failed("list the clients", err)
	}
	var rows []clientRow
	if err := s.db.NewSelect().Model(&rows).Where("c.id NOT IN (SELECT id FROM services)").OrderExpr("c.name, c.id").Scan(ctx); err != nil {
		return nil, failed("list the clients", err)
	}
	for _, row := range rows {
		c, err := row.client()
		if err != nil {
			return nil, failed("list the clients", err)
		}
		list = append(list, c)
	}
	return list, nil
}

// PatchClient stores what change makes of a client of that version. Disabling one ends everything it was given.
func (s *Store) PatchClient(ctx context.Context, by care.Reader, id provider.ClientID, version int64, change func(*provider.Client) error) (c provider.Client, err error) {
	err = s.within(ctx, "change a client", func(ctx context.Context, tx bun.Tx) error {
		if err := managesServices(ctx, tx, by); err != nil {
			return err
		}
		row := clientRow{ID: id}
		err := s.locked(tx.NewSelect().Model(&row).WherePK().Where("c.id NOT IN (SELECT id FROM services)")).Scan(ctx)
		if err != nil {
			return err
		}
		if row.Version != version {
			return errChanged
		}
		if c, err = row.client(); err != nil {
			return err
		}
		if err := change(&c); err != nil {
			return err
		}
		c.Version++
		if row, err = clientToRow(c); err != nil {
			return err
		}
		if c.Disabled {
			if err := endGrants(ctx, tx, s.now(), "client = ?", id); err != nil {
				return err
			}
		}
		_, err = tx.NewUpdate().Model(&row).WherePK().Exec(ctx)
		return err
	})
	return c, err
}

// Client finds a client, disabled too.
func (s *Store) Client(ctx context.Context, id provider.ClientID) (provider.Client, error) {
	if !care.ValidID(id) {
		return provider.Client{}, errNotFound
	}
	row := clientRow{ID: id}
	if err := s.db.NewSelect().Model(&row).WherePK().Scan(ctx); err != nil {
		return provider.Client{}, failed("find a client", err)
	}
	c, err := row.client()
	return c, failed("find a client", err)
}
