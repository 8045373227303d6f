package web

import (
	"context"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

type (
	// OfPerson names a person in a path.
	OfPerson struct {
		Person care.PersonID `path:"person"`
	}
	listPeople struct {
		Kind    care.PeopleKind `query:"kind" enum:"staff,patients"`
		Role    access.Role     `query:"role" maxLength:"20"`
		Site    care.SiteID     `query:"site" maxLength:"26"`
		Project care.ProjectID  `query:"project" maxLength:"26"`
		Cursor  string          `query:"cursor" maxLength:"400" doc:"The next of the part before."`
		Limit   int             `query:"limit" minimum:"0" maximum:"200"`
	}
	patchPerson struct {
		OfPerson
		Body api.PatchPersonBody
	}
)

func (s *Server) peopleOperations(a huma.API) {
	handle(s, a, api.ListPeople, "Everybody I manage", s.listPeople)
	handle(s, a, api.CreatePerson, "Make a person; a made-up password is returned once", s.createPerson)
	handle(s, a, api.PatchPerson, "Rename, disable or enable a person; disabling ends their sessions", s.patchPerson)
	handle(s, a, api.ResetPassword, "Give a person a made-up password, returned once; their sessions end", s.resetPassword)
}

func (s *Server) listPeople(ctx context.Context, who *asking, in *listPeople) (*answer[api.People], error) {
	return s.searchPeople(ctx, who, api.PeopleQuery{Kind: in.Kind, Role: in.Role, Site: in.Site, Project: in.Project, After: in.Cursor, Limit: in.Limit})
}

func (s *Server) createPerson(ctx context.Context, who *asking, in *body[api.CreatePersonBody]) (*answer[api.HandedOut], error) {
	b := in.Body
	if slices.ContainsFunc(b.Roles, func(r access.Role) bool { return r != access.Patient }) { // somebody who may do things to others
		if err := s.Identity.Fresh(ctx, who.Who); err != nil {
			return nil, err
		}
	}
	p, password, err := s.Identity.CreatePerson(who.request, who.Who,
		care.NewPerson{Name: strings.TrimSpace(b.Name), Login: strings.ToLower(strings.TrimSpace(b.Login)), Roles: b.Roles, At: at(b)}, b.Password)
	if err != nil {
		return nil, err
	}
	who.object(string(p.ID))
	who.about(p.Patient)
	s.peopleChanged(ctx, who, p)
	return reply(api.HandedOut{Person: who.person(p), Password: password}), nil
}

// at is the place a new person's roles are held at; nil when the body names none.
func at(b api.CreatePersonBody) *care.Place {
	if b.Site == "" && b.Project == "" {
		return nil
	}
	return &care.Place{Site: b.Site, Project: b.Project}
}

func (s *Server) patchPerson(ctx context.Context, who *asking, in *patchPerson) (*versioned[api.Person], error) {
	version, err := who.version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	p, err := s.Store.PatchPerson(ctx, who.Reader(), in.Person, care.PersonPatch{Version: version, Name: in.Body.Name, Disabled: in.Body.Disabled})
	if err != nil {
		return nil, err
	}
	who.about(p.Patient)
	if p.Disabled {
		s.Rooms.Withdraw(context.WithoutCancel(ctx), p.ID)
	}
	s.peopleChanged(ctx, who, p)
	return &versioned[api.Person]{etag(p.Version), who.person(p)}, nil
}

func (s *Server) resetPassword(ctx context.Context, who *asking, in *OfPerson) (*answer[api.HandedOut], error) {
	p, password, err := s.Identity.ResetPassword(who.request, who.Who, in.Person)
	if err != nil {
		return nil, err
	}
	s.Rooms.SignedOutEverywhere(context.WithoutCancel(ctx), p.ID, "")
	s.peopleChanged(ctx, who, p)
	return reply(api.HandedOut{Person: who.person(p), Password: password}), nil
}

// peopleChanged tells the administrators' pages, and those around the person when it is a patient: a name may be new.
func (s *Server) peopleChanged(ctx context.Context, who *asking, p care.Person) {
	note := live.DataNote{What: "people", ID: string(p.ID)}
	s.tell(ctx, live.SiteRoom(who.Person.Site), note)
	if p.Patient != "" {
		s.tell(ctx, live.PatientRoom(p.Patient), note)
	}
}

// person is somebody as the asker may see them. What role they hold at a place that has nothing to do with any place of the
// asker's is nobody's business there; only that there is one is said, since it decides who may change them.
func (a *asking) person(p care.Person) api.Person {
	seen := slices.DeleteFunc(slices.Clone(p.Grants), func(g care.Grant) bool { return p.ID != a.Person.ID && !a.reaches(g.Place) })
	return api.Person{ID: p.ID, Name: p.Name, Login: p.Login, Roles: some(care.Kinds(seen)), Grants: grantsOf(seen), Patient: p.Patient,
		Elsewhere: len(seen) < len(p.Grants), Disabled: p.Disabled, Version: p.Version, Created: p.Created}
}

// reaches reports whether the asker sees people at a place, or at one within it.
func (a *asking) reaches(at care.Place) bool {
	return slices.ContainsFunc(a.Person.Grants, func(g care.Grant) bool {
		return care.May([]care.Grant{g}, access.ManagePeople) && (g.Holds(at) || at.Holds(g.Place))
	})
}
