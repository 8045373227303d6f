package web

import (
	"net/http"
	"strings"

	"hearth/backend/identity"
	"hearth/shared/fault"
)

// bearer is the token of a request that brings its own (RFC 6750 section 2.1). No browser sends one by itself, and a page
// of elsewhere cannot have it sent: that takes a permission which this house gives nobody (Fetch standard, CORS-preflight).
func bearer(r *http.Request) (token string, given bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return token, strings.EqualFold(scheme, "Bearer")
}

// who settles who asks: whose the token is, where one is brought, whatever cookies come with it; else whose the cookie.
func (s *Server) who(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
	token, given := bearer(r)
	if !given {
		return s.Identity.Resolve(r)
	}
	var who identity.Who
	err := error(fault.New(fault.SignedOut, "ticket.refused", nil))
	if s.Bearer != nil {
		if who, err = s.Bearer(r.Context(), token); err == nil {
			who, err = s.Identity.From(r, who)
		}
	}
	if fault.Is(err, fault.SignedOut) {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`) // RFC 6750 section 3
	}
	return who, err
}

// unlessBearer leaves the protection of cookies out where none is looked at: at the interface, with a token.
func unlessBearer(protected, plain http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, given := bearer(r); given && forPrograms(r) {
			plain.ServeHTTP(w, r)
			return
		}
		protected.ServeHTTP(w, r)
	})
}
