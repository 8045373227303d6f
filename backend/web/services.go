package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/backend/service"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// ServiceStore is the memory of services.
type ServiceStore interface {
	ListServices(ctx context.Context, by care.Reader) ([]care.Service, error)
	ListDeliveries(ctx context.Context, by care.Reader, id care.ServiceID, state care.DeliveryState, page care.Page) ([]care.Delivery, string, error)
	SendAgain(ctx context.Context, by care.Reader, of care.ServiceID, id care.DeliveryID) (care.Delivery, error)
	TestWebhook(ctx context.Context, by care.Reader, id care.ServiceID) (care.Delivery, error)
	ServicePages(ctx context.Context, by care.Reader) ([]care.ShownPage, error)
}

type (
	// OfService names a service in a path.
	OfService struct {
		Service care.ServiceID `path:"service"`
	}
	putService struct {
		OfService
		Body api.ManifestBody
	}
	patchService struct {
		OfService
		Body api.PatchServiceBody
	}
	serviceVersion struct {
		OfService
		Body api.VersionBody
	}
	listDeliveries struct {
		OfService
		State  care.DeliveryState `query:"state" enum:"waiting,delivered,given-up"`
		Cursor string             `query:"cursor" maxLength:"60"`
		Limit  int                `query:"limit" minimum:"0" maximum:"200"`
	}
	sendAgain struct {
		OfService
		Delivery care.DeliveryID `path:"delivery"`
	}
)

func (s *Server) serviceOperations(a huma.API) {
	handle(s, a, api.ListServices, "The services this house knows, hidden ones too", s.listServices)
	handle(s, a, api.PreviewService, "What a manifest asks for; nothing is stored", s.previewService)
	handle(s, a, api.CreateService, "Register a service; what it is given is returned once", s.createService)
	handle(s, a, api.PutService, "Replace a service's manifest; what is newly asked for must be agreed to", s.putService)
	handle(s, a, api.PatchService, "Switch a service off, which ends all it was given, or on", func(ctx context.Context, who *asking, in *patchService) (*versioned[api.Service], error) {
		version, err := who.version(in.Body.Version)
		if err != nil {
			return nil, err
		}
		return serviceAnswer(s.Services.Switch(ctx, who.Reader(), in.Service, version, in.Body.Disabled))
	})
	handle(s, a, api.DeleteService, "Hide a service and end all it was given", s.buryService(true))
	handle(s, a, api.RestoreService, "Bring back a service, switched off", s.buryService(false))
	handle(s, a, api.NewServiceProof, "Give a service another secret to prove itself with, returned once", s.renewed(func(b *service.Book) renewal { return b.NewSecret }))
	handle(s, a, api.NewWebhookSecret, "Another secret webhooks are signed with; the old one signs along for a day", s.renewed(func(b *service.Book) renewal { return b.NewWebhookSecret }))
	handle(s, a, api.TestWebhook, "Tell a service that it is tested", func(ctx context.Context, who *asking, in *OfService) (*answer[api.Delivery], error) {
		return deliveryAnswer(s.Store.TestWebhook(ctx, who.Reader(), in.Service))
	})
	handle(s, a, api.ListDeliveries, "What a service was and is to be told, the newest first", s.listDeliveries)
	handle(s, a, api.SendAgain, "Send one of these once more", func(ctx context.Context, who *asking, in *sendAgain) (*answer[api.Delivery], error) {
		return deliveryAnswer(s.Store.SendAgain(ctx, who.Reader(), in.Service, in.Delivery))
	})
	handle(s, a, api.ListServicePages, "The pages services show in my portals", s.listServicePages)
}

func (s *Server) listServices(ctx context.Context, who *asking, _ *nothing) (*answer[api.List[api.Service]], error) {
	list, err := s.Store.ListServices(ctx, who.Reader())
	if err != nil {
		return nil, err
	}
	return listed(each(list, serviceOf), ""), nil
}

func placeOfManifest(b api.ManifestBody) care.Place {
	return care.Place{Site: b.Site, Project: b.Project}
}

func (s *Server) previewService(ctx context.Context, who *asking, in *body[api.ManifestBody]) (*answer[api.ServicePreview], error) {
	m, digest, known, err := s.Services.Preview(ctx, who.Reader(), placeOfManifest(in.Body), []byte(in.Body.Manifest))
	if err != nil {
		return nil, err
	}
	return reply(api.ServicePreview{Manifest: m, Digest: digest, Known: known}), nil
}

func (s *Server) createService(ctx context.Context, who *asking, in *body[api.ManifestBody]) (*answer[api.ServiceMade], error) {
	if in.Body.Version != 0 {
		return nil, fault.New(fault.Conflict, "changed-elsewhere", nil)
	}
	v, given, err := s.Services.Register(ctx, who.Reader(), placeOfManifest(in.Body), []byte(in.Body.Manifest), in.Body.Agreed)
	if err != nil {
		return nil, err
	}
	who.object(string(v.ID))
	who.at(v.Place)
	return madeAnswer(v, given), nil
}

func (s *Server) putService(ctx context.Context, who *asking, in *putService) (*answer[api.ServiceMade], error) {
	version, err := who.version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	v, given, err := s.Services.Replace(ctx, who.Reader(), in.Service, version, []byte(in.Body.Manifest), in.Body.Agreed)
	if err != nil {
		return nil, err
	}
	return madeAnswer(v, given), nil
}

func (s *Server) buryService(deleted bool) func(context.Context, *asking, *serviceVersion) (*versioned[api.Service], error) {
	return func(ctx context.Context, who *asking, in *serviceVersion) (*versioned[api.Service], error) {
		version, err := who.version(in.Body.Version)
		if err != nil {
			return nil, err
		}
		return serviceAnswer(s.Services.Bury(ctx, who.Reader(), in.Service, version, deleted))
	}
}

// renewal gives a service another secret.
type renewal = func(context.Context, care.Reader, care.ServiceID, int64) (care.Service, service.Credentials, error)

func (s *Server) renewed(of func(*service.Book) renewal) func(context.Context, *asking, *serviceVersion) (*answer[api.ServiceMade], error) {
	return func(ctx context.Context, who *asking, in *serviceVersion) (*answer[api.ServiceMade], error) {
		version, err := who.version(in.Body.Version)
		if err != nil {
			return nil, err
		}
		v, given, err := of(s.Services)(ctx, who.Reader(), in.Service, version)
		if err != nil {
			return nil, err
		}
		return madeAnswer(v, given), nil
	}
}

func (s *Server) listDeliveries(ctx context.Context, who *asking, in *listDeliveries) (*answer[api.List[api.Delivery]], error) {
	list, next, err := s.Store.ListDeliveries(ctx, who.Reader(), in.Service, in.State, care.Page{After: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return listed(each(list, deliveryOf), next), nil
}

func (s *Server) listServicePages(ctx context.Context, who *asking, _ *nothing) (*answer[api.List[api.ShownPage]], error) {
	list, err := s.Store.ServicePages(ctx, who.Reader())
	if err != nil {
		return nil, err
	}
	return listed(each(list, func(p care.ShownPage) api.ShownPage {
		return api.ShownPage{Service: p.Service, Name: p.Name, Portal: p.Page.Portal, Title: p.Page.Title, Address: p.Page.Address}
	}), ""), nil
}

func serviceAnswer(v care.Service, err error) (*versioned[api.Service], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[api.Service]{etag(v.Version), serviceOf(v)}, nil
}

func madeAnswer(v care.Service, given service.Credentials) *answer[api.ServiceMade] {
	return reply(api.ServiceMade{Service: serviceOf(v), ClientSecret: given.Client, WebhookSecret: given.Webhook})
}

func deliveryAnswer(d care.Delivery, err error) (*answer[api.Delivery], error) {
	if err != nil {
		return nil, err
	}
	return reply(deliveryOf(d)), nil
}

func serviceOf(v care.Service) api.Service {
	return api.Service{ID: v.ID, Site: v.Place.Site, Project: v.Place.Project, Manifest: v.Manifest, Agreed: v.Agreed, Disabled: v.Disabled, Quiet: v.Quiet,
		Version: v.Version, Created: v.Created, Deleted: moment(v.Deleted)}
}

func deliveryOf(d care.Delivery) api.Delivery {
	return api.Delivery{ID: d.ID, Event: d.Event, State: d.State, Attempts: d.Attempts, Made: d.Made, Due: moment(d.Due), Settled: moment(d.Settled),
		Status: d.Status, Failure: d.Failure}
}
