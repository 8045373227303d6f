package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// RightsStore is the memory of who holds which role.
type RightsStore interface {
	GiveGrant(ctx context.Context, by care.Reader, person care.PersonID, g care.Grant) (care.Person, error)
	TakeGrant(ctx context.Context, by care.Reader, person care.PersonID, g care.Grant) (p care.Person, ended []care.Care, err error)
	Rights(ctx context.Context, by care.Reader, patient care.PatientID, person care.PersonID) (care.Rights, error)
	WhoMay(ctx context.Context, by care.Reader, patient care.PatientID) ([]care.Rights, error)
}

type (
	ofRole struct {
		OfPerson
		Body api.Grant
	}
	ofRights struct {
		OfPatient
		OfPerson
	}
)

func (s *Server) rightsOperations(a huma.API) {
	handle(s, a, api.SearchPeople, "The people I manage, by a text that must not stand in an address", func(ctx context.Context, who *asking, in *body[api.PeopleQuery]) (*answer[api.People], error) {
		return s.searchPeople(ctx, who, in.Body)
	})
	handle(s, a, api.GiveRole, "Give a person a role at a place", s.giveRole)
	handle(s, a, api.TakeRole, "Take it; says whom they care for no more", s.takeRole)
	handle(s, a, api.GetRoles, "How far every action reaches for every role", getRoles)
	handle(s, a, api.WhoMay, "Who may do what to a patient, and why", s.whoMay)
	handle(s, a, api.GetRights, "What one person may do to a patient, and why", func(ctx context.Context, who *asking, in *ofRights) (*answer[api.Rights], error) {
		r, err := s.Store.Rights(ctx, who.Reader(), in.Patient, in.Person)
		if err != nil {
			return nil, err
		}
		return reply(rightsOf(r)), nil
	})
}

func (s *Server) searchPeople(ctx context.Context, who *asking, q api.PeopleQuery) (*answer[api.People], error) {
	list, next, total, err := s.Store.ListPeople(ctx, who.Reader(), care.PeopleFilter{Text: q.Text, Kind: q.Kind, Role: q.Role,
		Site: q.Site, Project: q.Project, Disabled: q.Disabled}, care.Page{After: q.After, Limit: q.Limit})
	if err != nil {
		return nil, err
	}
	who.count(len(list))
	return reply(api.People{Items: each(list, who.person), Next: next, Total: total}), nil
}

func grantOf(g api.Grant) care.Grant {
	return care.Grant{Role: g.Role, Place: care.Place{Site: g.Site, Project: g.Project}}
}

func (s *Server) giveRole(ctx context.Context, who *asking, in *ofRole) (*versioned[api.Person], error) {
	who.at(grantOf(in.Body).Place) // those who read the trail there must see it
	p, err := s.Store.GiveGrant(ctx, who.Reader(), in.Person, grantOf(in.Body))
	if err != nil {
		return nil, err
	}
	s.peopleChanged(ctx, who, p)
	return &versioned[api.Person]{etag(p.Version), who.person(p)}, nil
}

func (s *Server) takeRole(ctx context.Context, who *asking, in *ofRole) (*versioned[api.RoleTaken], error) {
	who.at(grantOf(in.Body).Place)
	p, ended, err := s.Store.TakeGrant(ctx, who.Reader(), in.Person, grantOf(in.Body))
	if err != nil {
		return nil, err
	}
	who.count(1 + len(ended))
	for _, c := range ended {
		s.careEnded(ctx, c.Patient, []care.Care{c})
	}
	s.peopleChanged(ctx, who, p)
	return &versioned[api.RoleTaken]{etag(p.Version), api.RoleTaken{Person: who.person(p), Ended: each(ended, careOf)}}, nil
}

func getRoles(context.Context, *asking, *nothing) (*answer[api.Roles], error) {
	all := api.Roles{Actions: access.Actions(), Roles: map[access.Role]map[access.Action]access.Scope{}}
	for _, role := range access.Roles() {
		all.Roles[role] = map[access.Action]access.Scope{}
		for _, action := range all.Actions {
			if reach := access.Reach([]access.Role{role}, action); reach != access.Nothing {
				all.Roles[role][action] = reach
			}
		}
	}
	return reply(all), nil
}

func (s *Server) whoMay(ctx context.Context, who *asking, in *OfPatient) (*answer[api.List[api.Rights]], error) {
	list, err := s.Store.WhoMay(ctx, who.Reader(), in.Patient)
	if err != nil {
		return nil, err
	}
	return listed(each(list, rightsOf), ""), nil
}

func rightsOf(r care.Rights) api.Rights {
	return api.Rights{Person: r.Person, Name: r.Name, Disabled: r.Disabled, Assigned: r.Assigned, Signals: some(r.Signals),
		Rights: each(r.Rights, func(r care.Right) api.Right {
			return api.Right{Action: r.Action, Because: each(r.Because, func(b care.Because) api.Because {
				return api.Because{Grant: api.Grant{Role: b.Role, Site: b.Site, Project: b.Project}, Reach: b.Reach}
			})}
		})}
}
