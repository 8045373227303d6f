package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"hearth/shared/care"
)

// frames is the part of a portal's policy that lets pages of services in: the origins of those that an account of this
// browser is shown in this portal, and no other; "" when there is none, for then nothing may be framed at all. Addresses were
// checked when the service was registered; one that could say more than an origin is left out all the same.
func (s *Server) frames(r *http.Request, p portal) string {
	all, err := s.Identity.Here(r)
	if err != nil {
		return ""
	}
	var origins []string
	for _, who := range all {
		if !p.fits(who) || must(who) != nil {
			continue
		}
		pages, err := s.Store.ServicePages(r.Context(), who.Reader())
		if err != nil {
			s.Log.Warn("a portal without pages of services", "error", err)
			continue
		}
		for _, one := range pages {
			u, err := url.Parse(one.Page.Address)
			if err != nil || one.Page.Portal != care.Portal(p.name) || u.Host == "" || strings.ContainsAny(u.Scheme+u.Host, " ;,*'\"") {
				continue
			}
			origins = append(origins, u.Scheme+"://"+u.Host)
		}
	}
	if len(origins) == 0 {
		return ""
	}
	slices.Sort(origins)
	return "; frame-src " + strings.Join(slices.Compact(origins), " ")
}
