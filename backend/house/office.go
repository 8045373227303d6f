package house

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"hearth/backend/audit"
	"hearth/backend/keys"
	"hearth/backend/records"
	"hearth/backend/service"
	"hearth/backend/store"
	"hearth/backend/ticket"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Office is where an operator's commands do what an administrator of the whole house may. The house may be running at the
// same time. Whatever changes leaves a line in the audit trail that begins with "command.".
type Office struct {
	store    *store.Store
	book     *records.Book
	services *service.Book
	by       care.Reader
}

// InOffice opens the office of a house that is there, and closes it after.
func InOffice(ctx context.Context, c Config, do func(*Office) error) (err error) {
	if c.Database == "" {
		if _, err := os.Stat(filepath.Join(c.Dir, store.File)); errors.Is(err, os.ErrNotExist) {
			return fault.New(fault.NotFound, "house.none", err).With("folder", c.Dir)
		}
	}
	s, err := store.Open(ctx, store.Config{URL: c.Database, Dir: c.Dir})
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	ring, err := keys.Open(ctx, s, keys.Config{Master: c.Master, Dir: c.Dir, Log: c.Log})
	if err != nil {
		return fmt.Errorf("open the keys: %w", err)
	}
	defer ring.Close()
	site, _, err := s.Home(ctx)
	if err != nil {
		return err
	}
	return do(&Office{s, records.Open(s, ring, c.Now), service.Open(s, ring, ticket.New(ring, s, "", c.Now), c.Now), byItself(site)})
}

// note writes down what was done.
func (o *Office) note(ctx context.Context, action string, patient care.PatientID, object string) error {
	return o.store.AppendAudit(ctx, audit.Entry{Action: "command." + action, Patient: patient, Object: object})
}

// theOne finds the one thing of a list that is called so, by its name whatever the case, or by its id.
func theOne[T any](list []T, called string, of func(T) (id, name string)) (found T, err error) {
	n := 0
	for _, v := range list {
		id, name := of(v)
		if id == called {
			return v, nil
		}
		if strings.EqualFold(name, strings.TrimSpace(called)) {
			found = v
			n++
		}
	}
	switch n {
	case 1:
		return found, nil
	case 0:
		return found, fault.New(fault.NotFound, "office.nothing", nil).With("called", called)
	}
	return found, fault.New(fault.Conflict, "office.several", nil).With("called", called)
}

// place finds a site and, when one is named, a project of it; without a site, among all of them. "" is the house.
func (o *Office) place(ctx context.Context, site, project string) (at care.Place, err error) {
	if site != "" {
		s, err := o.Site(ctx, site)
		if err != nil {
			return at, err
		}
		at.Site = s.ID
	}
	if project != "" {
		p, err := o.Project(ctx, site, project)
		if err != nil {
			return at, err
		}
		at = care.Place{Site: p.Site, Project: p.ID}
	}
	return at, nil
}

// byItself is the house, which asks for nobody: the commands at the machine, and what it does at its own time, such as
// reading the contact of somebody it is about to write to. No request ever becomes it.
func byItself(site care.SiteID) care.Reader {
	return care.Reader{Site: site, Roles: []access.Role{access.Administrator}, Operator: true}
}
