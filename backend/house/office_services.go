package house

import (
	"context"
	"encoding/json"

	"hearth/backend/service"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Given is a service with what it was given just now, which is shown once.
type Given struct {
	care.Service
	Credentials service.Credentials
}

// Asked is what a manifest asks for at a place.
type Asked struct {
	Manifest care.Manifest
	Digest   string
}

// Services lists the services, hidden ones too.
func (o *Office) Services(ctx context.Context) ([]care.Service, error) {
	return o.store.ListServices(ctx, o.by)
}

// Service finds a service by its name or id; one that is there goes before hidden ones of the name.
func (o *Office) Service(ctx context.Context, called string) (care.Service, error) {
	list, err := o.Services(ctx)
	if err != nil {
		return care.Service{}, err
	}
	var there []care.Service
	for _, s := range list {
		if s.Deleted.IsZero() || string(s.ID) == called {
			there = append(there, s)
		}
	}
	named := func(s care.Service) (string, string) { return string(s.ID), s.Manifest.Name }
	if s, err := theOne(there, called, named); err == nil {
		return s, nil
	}
	return theOne(list, called, named)
}

// AskService says what a manifest asks for at a place.
func (o *Office) AskService(ctx context.Context, manifest []byte, site, project string) (Asked, bool, error) {
	at, err := o.place(ctx, site, project)
	if err != nil {
		return Asked{}, false, err
	}
	m, digest, known, err := o.services.Preview(ctx, o.by, at, manifest)
	return Asked{m, digest}, known != digest, err
}

// AddService registers a service, or replaces the manifest of the one of its name. What nobody agreed to before has to be
// agreed to by the digest AskService says.
func (o *Office) AddService(ctx context.Context, manifest []byte, site, project, agreed string) (Given, bool, error) {
	at, err := o.place(ctx, site, project)
	if err != nil {
		return Given{}, false, err
	}
	m, err := service.Parse(manifest)
	if err != nil {
		return Given{}, false, err
	}
	s, err := o.Service(ctx, m.Name)
	switch {
	case fault.Is(err, fault.NotFound) || err == nil && !s.Deleted.IsZero():
		s, given, err := o.services.Register(ctx, o.by, at, manifest, agreed)
		if err == nil {
			err = o.note(ctx, "create-service", "", string(s.ID))
		}
		return Given{s, given}, true, err
	case err != nil:
		return Given{}, false, err
	case s.Place != at:
		return Given{}, false, fault.New(fault.Conflict, "service.name-taken", nil)
	case same(s.Manifest, m):
		return Given{Service: s}, false, nil
	}
	s, given, err := o.services.Replace(ctx, o.by, s.ID, s.Version, manifest, agreed)
	if err == nil {
		err = o.note(ctx, "put-service", "", string(s.ID))
	}
	return Given{s, given}, true, err
}

func same(a, b care.Manifest) bool {
	one, err := json.Marshal(a)
	other, err2 := json.Marshal(b)
	return err == nil && err2 == nil && string(one) == string(other)
}

// SwitchService disables a service or enables it.
func (o *Office) SwitchService(ctx context.Context, called string, disabled bool) (s care.Service, changed bool, err error) {
	s, err = o.Service(ctx, called)
	if err != nil || s.Disabled == disabled && !s.Quiet {
		return s, false, err
	}
	if s, err = o.services.Switch(ctx, o.by, s.ID, s.Version, disabled); err != nil {
		return s, false, err
	}
	return s, true, o.note(ctx, "patch-service", "", string(s.ID))
}

// HideService hides a service or brings it back, disabled.
func (o *Office) HideService(ctx context.Context, called string, hide bool) (s care.Service, changed bool, err error) {
	s, err = o.Service(ctx, called)
	if err != nil || s.Deleted.IsZero() != hide {
		return s, false, err
	}
	name := "restore-service"
	if hide {
		name = "delete-service"
	}
	if s, err = o.services.Bury(ctx, o.by, s.ID, s.Version, hide); err != nil {
		return s, false, err
	}
	return s, true, o.note(ctx, name, "", string(s.ID))
}

// Deliveries lists what a service was and is to be told, the newest first, of one state or of all, at most 200.
func (o *Office) Deliveries(ctx context.Context, called string, state care.DeliveryState) ([]care.Delivery, error) {
	s, err := o.Service(ctx, called)
	if err != nil {
		return nil, err
	}
	list, _, err := o.store.ListDeliveries(ctx, o.by, s.ID, state, care.Page{Limit: 200})
	return list, err
}

// SendAgain has a delivery sent once more.
func (o *Office) SendAgain(ctx context.Context, called string, delivery care.DeliveryID) (d care.Delivery, changed bool, err error) {
	s, err := o.Service(ctx, called)
	if err != nil {
		return d, false, err
	}
	if d, err = o.store.SendAgain(ctx, o.by, s.ID, delivery); err != nil {
		return d, false, err
	}
	return d, true, o.note(ctx, "send-again", "", string(delivery))
}
