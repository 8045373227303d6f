package remote

import (
	"context"
	"net/url"
	"time"

	"hearth/shared/api"
)

// ListTrail returns one page of the audit trail; cursor "" is the first.
func (a *API) ListTrail(ctx context.Context, f api.TrailFilter, cursor string) (api.List[api.TrailEntry], error) {
	p := filtered(f)
	p["cursor"] = cursor
	return call[api.List[api.TrailEntry]](ctx, a, api.ListTrail, p, nil)
}

// TrailEnd is the number and hash of the newest entry.
func (a *API) TrailEnd(ctx context.Context) (api.Anchor, error) {
	return call[api.Anchor](ctx, a, api.TrailEnd, nil, nil)
}

// TrailFile is the address under which a browser saves the trail; format is "csv" or "jsonl".
func (a *API) TrailFile(f api.TrailFilter, format string) string {
	p := filtered(f)
	p["format"] = format
	return a.file(api.TrailFile.Path, p)
}

// file is an address to save from, with the account slot.
func (a *API) file(path string, p params) string {
	query := url.Values{}
	for name, value := range p {
		if value != "" {
			query.Set(name, value)
		}
	}
	if a.as != nil {
		query.Set("as", a.as())
	}
	return path + "?" + query.Encode()
}

func filtered(f api.TrailFilter) params {
	p := params{"person": string(f.Person), "patient": string(f.Patient), "action": f.Action, "site": string(f.Site), "project": string(f.Project)}
	for name, at := range map[string]time.Time{"from": f.From, "until": f.Until} {
		if !at.IsZero() {
			p[name] = at.UTC().Format(time.RFC3339Nano)
		}
	}
	if f.Refused {
		p["refused"] = "true"
	}
	return p
}
