package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// themes a person may choose; "" follows the device.
var themes = map[string]bool{"": true, "light": true, "dark": true, "child": true, "child dark": true}

func (s *Server) accountOperations(a huma.API) {
	handle(s, a, api.GetMe, "Who am I", s.getMe)
	handle(s, a, api.PatchMe, "Change my language or appearance", s.patchMe)
	handle(s, a, api.ChangePassword, "Change my password; my other sessions end", s.changePassword)
}

func (s *Server) getMe(ctx context.Context, who *asking, _ *nothing) (*answer[api.Me], error) {
	project, err := s.Store.FirstProject(ctx, who.Reader())
	if err != nil {
		return nil, err
	}
	return reply(s.me(who.Person, project, who.Who)), nil
}

func (s *Server) patchMe(ctx context.Context, who *asking, in *body[api.PatchMeBody]) (*answer[api.Me], error) {
	if l := in.Body.Language; l != nil && *l != "" && !words.Language(*l).Known() {
		return nil, fault.New(fault.Invalid, "request.settings", nil)
	}
	if t := in.Body.Theme; t != nil && !themes[*t] {
		return nil, fault.New(fault.Invalid, "request.settings", nil)
	}
	project, err := s.Store.FirstProject(ctx, who.Reader())
	if err != nil {
		return nil, err
	}
	p, err := s.Store.PatchOwn(ctx, who.Reader(), care.PersonPatch{Language: in.Body.Language, Theme: in.Body.Theme})
	if err != nil {
		return nil, err
	}
	return reply(s.me(p, project, who.Who)), nil
}

func (s *Server) changePassword(ctx context.Context, who *asking, in *body[api.ChangePasswordBody]) (*nothing, error) {
	if _, err := s.Identity.ChangePassword(who.writer, who.request, who.Who, in.Body.Old, in.Body.New); err != nil {
		return nil, err
	}
	s.Rooms.SignedOutEverywhere(context.WithoutCancel(ctx), who.Person.ID, Session(who.Who))
	return &nothing{}, nil
}

func (s *Server) me(p care.Person, project care.ProjectID, who identity.Who) api.Me {
	m := api.Me{Demo: s.Demo, ID: p.ID, Name: p.Name, Login: p.Login, Roles: some(p.Roles), Grants: grantsOf(p.Grants), Language: p.Language, Theme: p.Theme,
		Patient: p.Patient, Site: p.Site, Project: project, MustChange: who.MustChange, Pin: who.Pin}
	if access.May(p.Roles, access.WriteSittings) && must(who) == nil {
		m.Seal = s.Identity.Seal(p.ID)
	}
	return m
}

// some makes an empty list of none, so that programs never meet null.
func some[T access.Role | access.Signal](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
