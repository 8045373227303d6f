package command

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"hearth/backend/house"
	"hearth/backend/service"
	"hearth/shared/api"
	"hearth/shared/care"
)

const serviceUsage = `  hearth service list | preview FILE | add FILE --agree DIGEST, each of the last two with [--site S] [--project P]
  hearth service disable NAME | enable NAME | remove NAME | restore NAME
  hearth service deliveries NAME [--state waiting|delivered|given-up] | again NAME --delivery ID
      other programs that act as themselves; FILE is a manifest. preview says what it asks for and the digest to
      agree to it by; add prints what the service is given, once, and replaces the manifest of one of that name
`

// serviceErrands are those about services.
var serviceErrands = map[string]errand{
	"list": {do: func(ctx context.Context, o *house.Office, _ wish) (done, error) {
		return many(serviceOf)(o.Services(ctx))
	}},
	"preview": {called: true, flags: []string{"site", "project"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
		text, err := manifest(w.called)
		if err != nil {
			return done{}, err
		}
		return single(askedOf)(o.AskService(ctx, text, w.site, w.project))
	}},
	"add": {called: true, flags: []string{"site", "project", "agree"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
		text, err := manifest(w.called)
		if err != nil {
			return done{}, err
		}
		return single(givenOf)(o.AddService(ctx, text, w.site, w.project, w.agree))
	}},
	"disable": {called: true, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
		return single(serviceOf)(o.SwitchService(ctx, w.called, true))
	}},
	"enable": {called: true, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
		return single(serviceOf)(o.SwitchService(ctx, w.called, false))
	}},
	"remove": {called: true, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
		return single(serviceOf)(o.HideService(ctx, w.called, true))
	}},
	"restore": {called: true, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
		return single(serviceOf)(o.HideService(ctx, w.called, false))
	}},
	"deliveries": {called: true, flags: []string{"state"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
		return many(deliveryOf)(o.Deliveries(ctx, w.called, care.DeliveryState(w.state)))
	}},
	"again": {called: true, flags: []string{"delivery"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
		return single(deliveryOf)(o.SendAgain(ctx, w.called, care.DeliveryID(w.delivery)))
	}},
}

// manifest reads a manifest's file, as far as one may be long.
func manifest(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("the manifest cannot be read: %w", err)
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, service.MostManifest+1))
}

func serviceAs(s care.Service) api.Service {
	return api.Service{ID: s.ID, Site: s.Place.Site, Project: s.Place.Project, Manifest: s.Manifest, Agreed: s.Agreed, Disabled: s.Disabled, Quiet: s.Quiet,
		Version: s.Version, Created: s.Created, Deleted: moment(s.Deleted)}
}

func serviceOf(s care.Service) (any, string) {
	is := state(s.Disabled, s.Deleted)
	if s.Quiet && is == "active" {
		is = "quiet"
	}
	return serviceAs(s), row(string(s.ID), s.Manifest.Name, is, listed(s.Manifest.Scopes))
}

func givenOf(g house.Given) (any, string) {
	line := row(string(g.ID), g.Manifest.Name)
	if g.Credentials.Client != "" {
		line += "\nclient secret\t" + g.Credentials.Client
	}
	if g.Credentials.Webhook != "" {
		line += "\nwebhook secret\t" + g.Credentials.Webhook
	}
	return api.ServiceMade{Service: serviceAs(g.Service), ClientSecret: g.Credentials.Client, WebhookSecret: g.Credentials.Webhook}, line
}

func askedOf(a house.Asked) (any, string) {
	m := a.Manifest
	lines := []string{row("name", m.Name)}
	for _, one := range []struct{ word, what string }{{"reads", listed(m.Scopes)}, {"is told", listed(m.Events)}, {"at", m.Webhook},
		{"signs in", listed(m.Roles)}, {"back to", strings.Join(m.Redirects, " ")}} {
		if one.what != "" {
			lines = append(lines, row(one.word, one.what))
		}
	}
	for _, p := range m.Pages {
		lines = append(lines, row("shows in "+string(p.Portal), p.Address))
	}
	return api.ServicePreview{Manifest: m, Digest: a.Digest}, strings.Join(append(lines, row("digest", a.Digest)), "\n")
}

func deliveryOf(d care.Delivery) (any, string) {
	out := api.Delivery{ID: d.ID, Event: d.Event, State: d.State, Attempts: d.Attempts, Made: d.Made, Due: moment(d.Due), Settled: moment(d.Settled), Status: d.Status, Failure: d.Failure}
	return out, row(string(d.ID), d.Made.Format("2006-01-02 15:04:05"), string(d.Event), string(d.State), fmt.Sprint(d.Attempts), d.Failure)
}

func listed[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = string(v)
	}
	return strings.Join(words, " ")
}
