package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/backend/hospital"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type (
	// OfHospital names a hospital's sign-in in a path.
	OfHospital struct {
		Hospital hospital.ID `path:"hospital"`
	}
	putHospital struct {
		OfHospital
		Body api.PutHospitalBody
	}
	deleteHospital struct {
		OfHospital
		Body api.VersionBody
	}
)

func (s *Server) hospitalOperations(a huma.API) {
	handle(s, a, api.ListHospitals, "The hospitals whose accounts open this house", s.listHospitals)
	handle(s, a, api.CreateHospital, "Let people sign in with their hospital's account", s.createHospital)
	handle(s, a, api.PutHospital, "Change that", s.putHospital)
	handle(s, a, api.DeleteHospital, "Remove it for good; people keep their accounts, and lose what its rules gave them", s.deleteHospital)
	handle(s, a, api.TestHospital, "Ask the hospital's provider whether it is there", s.testHospital)
}

func (s *Server) listHospitals(ctx context.Context, who *asking, _ *nothing) (*answer[api.List[api.Hospital]], error) {
	list, err := s.Store.ListHospitals(ctx, who.Reader())
	if err != nil {
		return nil, err
	}
	return listed(each(list, s.hospitalOf), ""), nil
}

func (s *Server) createHospital(ctx context.Context, who *asking, in *body[api.PutHospitalBody]) (*versioned[api.Hospital], error) {
	if in.Body.Version != 0 {
		return nil, fault.New(fault.Conflict, "changed-elsewhere", nil)
	}
	return s.keepHospital(ctx, who, care.NewID[hospital.ID](), 0, in.Body)
}

func (s *Server) putHospital(ctx context.Context, who *asking, in *putHospital) (*versioned[api.Hospital], error) {
	version, err := who.version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	if _, err := s.hospital(ctx, who, in.Hospital); err != nil {
		return nil, err
	}
	if version == 0 {
		return nil, fault.New(fault.Conflict, "changed-elsewhere", nil)
	}
	return s.keepHospital(ctx, who, in.Hospital, version, in.Body)
}

func (s *Server) keepHospital(ctx context.Context, who *asking, id hospital.ID, version int64, b api.PutHospitalBody) (*versioned[api.Hospital], error) {
	h, err := s.Hospitals.Put(ctx, who.Reader(), hospital.Hospital{ID: id, Site: b.Site, Name: b.Name, Issuer: b.Issuer, Client: b.Client,
		Scopes: b.Scopes, Claim: b.Claim, Disabled: b.Disabled, Version: version, Rules: each(b.Rules, func(r api.HospitalRule) hospital.Rule {
			return hospital.Rule{Value: r.Value, Grant: care.Grant{Role: r.Role, Place: care.Place{Site: r.Site, Project: r.Project}}}
		})}, b.Secret)
	if err != nil {
		return nil, err
	}
	who.object(string(h.ID))
	s.Rooms.LookAgain(context.WithoutCancel(ctx)) // sessions end with a rule that is gone, and so do their pages
	return &versioned[api.Hospital]{etag(h.Version), s.hospitalOf(h)}, nil
}

func (s *Server) deleteHospital(ctx context.Context, who *asking, in *deleteHospital) (*nothing, error) {
	version, err := who.version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	if err := s.Store.DeleteHospital(ctx, who.Reader(), in.Hospital, version); err != nil {
		return nil, err
	}
	who.object(string(in.Hospital))
	s.Rooms.LookAgain(context.WithoutCancel(ctx))
	return &nothing{}, nil
}

func (s *Server) testHospital(ctx context.Context, who *asking, in *OfHospital) (*answer[api.Tested], error) {
	h, err := s.hospital(ctx, who, in.Hospital)
	if err != nil {
		return nil, err
	}
	if err := s.Hospitals.Test(ctx, h); err != nil {
		f := seen(err)
		return reply(api.Tested{Code: f.Code, Words: s.sayFault(f, s.language(who.request, who.Person.Language))}), nil
	}
	return reply(api.Tested{Good: true}), nil
}

func (s *Server) hospital(ctx context.Context, who *asking, id hospital.ID) (hospital.Hospital, error) {
	list, err := s.Store.ListHospitals(ctx, who.Reader())
	for _, h := range list {
		if h.ID == id {
			return h, nil
		}
	}
	if err == nil {
		err = fault.New(fault.NotFound, "not-found", nil)
	}
	return hospital.Hospital{}, err
}

func (s *Server) hospitalOf(h hospital.Hospital) api.Hospital {
	return api.Hospital{ID: string(h.ID), Site: h.Site, Name: h.Name, Issuer: h.Issuer, Client: h.Client, Secret: len(h.Secret) > 0,
		Scopes: each(h.Scopes, func(s string) string { return s }), Claim: h.Claim, Callback: s.Hospitals.Callback(h.ID), Disabled: h.Disabled, Version: h.Version,
		Rules: each(h.Rules, func(r hospital.Rule) api.HospitalRule {
			return api.HospitalRule{Value: r.Value, Grant: api.Grant{Role: r.Role, Site: r.Site, Project: r.Project}}
		})}
}
