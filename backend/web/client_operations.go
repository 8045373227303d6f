package web

import (
	"context"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"hearth/backend/provider"
	"hearth/shared/api"
)

type (
	// OfClient names another program in a path.
	OfClient struct {
		Client provider.ClientID `path:"client"`
	}
	patchClient struct {
		OfClient
		Body api.PatchClientBody
	}
	newClientSecret struct {
		OfClient
		Body api.NewClientSecretBody
	}
)

func (s *Server) clientOperations(a huma.API) {
	handle(s, a, api.ListClients, "The other programs this house knows", s.listClients)
	handle(s, a, api.CreateClient, "Make another program known; its secret is returned once", s.createClient)
	handle(s, a, api.PatchClient, "Change a program, or disable it; that ends everything it was given", s.patchClient)
	handle(s, a, api.NewClientSecret, "Give a program another secret, returned once", s.newClientSecret)
	handle(s, a, api.ListAgreements, "Which programs may know something about me", s.listAgreements)
	handle(s, a, api.DeleteAgreement, "Take that back", s.deleteAgreement)
}

func (s *Server) listClients(ctx context.Context, who *asking, _ *nothing) (*answer[api.List[api.Client]], error) {
	list, err := s.Provider.List(ctx, who.Reader())
	if err != nil {
		return nil, err
	}
	var items []api.Client
	for _, c := range list {
		items = append(items, clientOf(c))
	}
	return listed(items, ""), nil
}

func (s *Server) createClient(ctx context.Context, who *asking, in *body[api.CreateClientBody]) (*answer[api.ClientSecret], error) {
	b := in.Body
	c, secret, err := s.Provider.Create(ctx, who.Reader(), provider.Client{Name: b.Name, Method: provider.Method(b.Method), Keys: string(b.Keys),
		Redirects: b.Redirects, Logouts: b.Logouts, Scopes: b.Scopes, Audiences: b.Audiences, Roles: b.Roles, Service: b.Service})
	if err != nil {
		return nil, err
	}
	who.object(string(c.ID))
	return reply(api.ClientSecret{Client: clientOf(c), Secret: secret}), nil
}

func (s *Server) patchClient(ctx context.Context, who *asking, in *patchClient) (*versioned[api.Client], error) {
	version, err := who.version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	b := in.Body
	p := provider.ClientPatch{Version: version, Name: b.Name, Redirects: b.Redirects, Logouts: b.Logouts, Scopes: b.Scopes, Roles: b.Roles, Disabled: b.Disabled}
	if b.Keys != nil {
		keys := string(*b.Keys)
		p.Keys = &keys
	}
	c, err := s.Provider.Patch(ctx, who.Reader(), in.Client, p)
	if err != nil {
		return nil, err
	}
	return &versioned[api.Client]{etag(c.Version), clientOf(c)}, nil
}

func (s *Server) newClientSecret(ctx context.Context, who *asking, in *newClientSecret) (*answer[api.ClientSecret], error) {
	version, err := who.version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	c, secret, err := s.Provider.NewSecret(ctx, who.Reader(), in.Client, version)
	if err != nil {
		return nil, err
	}
	return reply(api.ClientSecret{Client: clientOf(c), Secret: secret}), nil
}

func (s *Server) listAgreements(ctx context.Context, who *asking, _ *nothing) (*answer[api.List[api.Agreement]], error) {
	list, err := s.Provider.Agreements(ctx, who.Person.ID)
	if err != nil {
		return nil, err
	}
	var items []api.Agreement
	for _, a := range list {
		items = append(items, api.Agreement{Client: string(a.Client), Name: a.Name, Scopes: a.Scopes, Given: a.Given})
	}
	return listed(items, ""), nil
}

func (s *Server) deleteAgreement(ctx context.Context, who *asking, in *OfClient) (*nothing, error) {
	return &nothing{}, s.Provider.Withdraw(ctx, who.Person.ID, in.Client)
}

func clientOf(c provider.Client) api.Client {
	out := api.Client{ID: string(c.ID), Name: c.Name, Method: string(c.Method), Redirects: texts(c.Redirects), Logouts: texts(c.Logouts), Scopes: texts(c.Scopes),
		Audiences: texts(c.Audiences), Roles: some(c.Roles), Service: c.Service, Disabled: c.Disabled, Version: c.Version, Created: c.Created}
	if c.Keys != "" {
		out.Keys = json.RawMessage(c.Keys)
	}
	return out
}

// texts makes an empty list of none.
func texts(list []string) []string { return append([]string{}, list...) }
