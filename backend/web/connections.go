package web

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hearth/backend/identity"
	"hearth/shared/api"
	"hearth/shared/care"
)

// Open is one open page of somebody: which portal, since when, and of which sign-in, see Session.
type Open struct {
	Session string
	Portal  string
	Since   time.Time
}

type endConnection struct {
	OfPerson
	Body api.EndConnectionBody
}

func (s *Server) connectionOperations(a huma.API) {
	handle(s, a, api.ListConnections, "Where a person is signed in, and which pages are open there", s.listConnections)
	handle(s, a, api.EndConnection, "Sign a person out in one place; its pages end at once", s.endConnection)
}

func (s *Server) listConnections(ctx context.Context, who *asking, in *OfPerson) (*answer[api.List[api.Connection]], error) {
	p, list, err := s.Identity.Connections(ctx, who.Who, in.Person)
	if err != nil {
		return nil, err
	}
	who.about(p.Patient)
	open := s.Rooms.Open(p.ID)
	return listed(each(list, func(one identity.Place) api.Connection {
		c := api.Connection{ID: string(one.Slot), Browser: one.Agent.Browser, System: one.Agent.System, Since: one.Since, Seen: one.Seen, Expires: one.Expires, Pages: []api.OpenPage{}}
		for _, o := range open {
			if o.Session == sessionOf(p.ID, one.Slot) {
				c.Pages = append(c.Pages, api.OpenPage{Portal: o.Portal, Since: o.Since})
			}
		}
		return c
	}), ""), nil
}

func (s *Server) endConnection(ctx context.Context, who *asking, in *endConnection) (*nothing, error) {
	slot := identity.Slot(in.Body.ID)
	p, err := s.Identity.EndConnection(ctx, who.Who, in.Person, slot)
	if err != nil {
		return nil, err
	}
	who.about(p.Patient)
	s.Rooms.SignedOut(context.WithoutCancel(ctx), sessionOf(p.ID, slot))
	s.peopleChanged(ctx, who, p)
	return &nothing{}, nil
}

func sessionOf(person care.PersonID, slot identity.Slot) string {
	return string(person) + "/" + string(slot)
}
