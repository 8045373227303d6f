package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"hearth/backend/audit"
	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/backend/provider"
	"hearth/shared/api"
)

// providerRoutes are the addresses at which other programs have people sign in through this house.
func (s *Server) providerRoutes(mux *http.ServeMux) {
	if s.Provider == nil {
		return
	}
	for _, route := range []string{"GET " + provider.DiscoveryPath, "GET " + provider.KeysPath, "GET " + provider.UserinfoPath, "POST " + provider.UserinfoPath,
		"POST " + provider.TokenPath, "POST " + provider.RevocationPath} {
		mux.HandleFunc(route, timed(s.Provider.ServeHTTP))
	}
	mux.HandleFunc("GET "+provider.AuthorizePath, timed(s.authorize))
	mux.HandleFunc("GET "+api.ConsentPage, timed(s.showConsent))
	mux.HandleFunc("POST "+api.ConsentPage, timed(s.consent))
	mux.HandleFunc("POST "+api.AccountPage+"/programs/end", timed(s.endProgram))
	mux.HandleFunc("GET "+provider.EndSessionPath, timed(s.showLeave))
	mux.HandleFunc("POST "+provider.EndSessionPath, timed(s.leave))
}

// authorize takes a program's wish that somebody sign in. Who is signed in already and agreed before is sent back at
// once; everybody else is asked on pages of our own.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	wish, client, err := s.Provider.Begin(r.Context(), r.URL.RawQuery)
	if err != nil {
		s.bounce(w, r, err)
		return
	}
	fit, err := s.guests(r, wish, client)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	// Whoever listens on a person's own machine can pass for a program there: those always ask (RFC 8252 section 8.6).
	if len(fit) == 1 && client.Method != provider.Public && !wish.Asks("consent") && !wish.Asks("select_account") {
		switch agreed, err := s.Provider.Agreed(r.Context(), fit[0].Person.ID, wish); {
		case err != nil:
			s.fail(w, r, err)
			return
		case agreed:
			s.allow(w, r, wish, client, fit[0])
			return
		}
	}
	if wish.Asks("none") {
		code := map[int]string{0: "login_required", 1: "consent_required"}[len(fit)]
		if code == "" {
			code = "account_selection_required"
		}
		s.bounce(w, r, s.Provider.Refuse(wish, code, ""))
		return
	}
	handle, err := s.Provider.Keep(r.Context(), wish)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := consentPage(handle)
	if len(fit) == 0 {
		page = api.SignInPage + "?" + url.Values{"next": {page}}.Encode()
	}
	http.Redirect(w, r, page, http.StatusSeeOther)
}

func consentPage(handle string) string {
	return api.ConsentPage + "?" + url.Values{"request": {handle}}.Encode()
}

// guests are the accounts of this browser that may sign in to a client: of a fitting role, with nothing they must do
// first, and proved lately enough.
func (s *Server) guests(r *http.Request, wish provider.Request, client provider.Client) (fit []identity.Who, err error) {
	all, err := s.Identity.Here(r)
	for _, who := range all {
		if must(who) == nil && client.Takes(who.Person.Roles) && wish.Fresh(who, s.Now()) {
			fit = append(fit, who)
		}
	}
	return fit, err
}

// bounce sends a browser back to the program, or answers here when that cannot be trusted.
func (s *Server) bounce(w http.ResponseWriter, r *http.Request, err error) {
	var b provider.Bounce
	if !errors.As(err, &b) || b.URL == "" {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, b.URL, http.StatusSeeOther)
}

// allow sends somebody back with a code, once it is written down.
func (s *Server) allow(w http.ResponseWriter, r *http.Request, wish provider.Request, client provider.Client, who identity.Who) {
	err := s.append(r.Context(), audit.Entry{Person: who.Person.ID, Action: "client.sign-in", Object: string(client.ID), From: audit.Network(s.Address(r))})
	if err == nil {
		var b provider.Bounce
		if b, err = s.Provider.Allow(r.Context(), wish, client, who); err == nil {
			err = b
		}
	}
	s.bounce(w, r, err)
}

// showConsent asks. Its form leads to the program at the end, which the page's policy has to name: browsers follow a
// form's redirects by it.
func (s *Server) showConsent(w http.ResponseWriter, r *http.Request) {
	wish, client, err := s.Provider.Kept(r.Context(), r.URL.Query().Get("request"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	fit, err := s.guests(r, wish, client)
	switch {
	case err != nil:
		s.fail(w, r, err)
		return
	case len(fit) == 0:
		s.toSignIn(w, r)
		return
	}
	s.mayLeadTo(w, wish.Redirect)
	host, _ := url.Parse(wish.Redirect)
	handle := r.URL.Query().Get("request")
	page(w, r, http.StatusOK, porch.ConsentPage(porch.Consent{Setting: s.setting(w, r), Program: client.Name, Host: host.Host, Scopes: wish.Scopes, Accounts: chosen(fit),
		Request: handle, Action: api.ConsentPage, Other: api.SignInPage + "?" + url.Values{"next": {consentPage(handle)}}.Encode()}))
}

func chosen(all []identity.Who) (list []porch.Chosen) {
	for _, who := range all {
		list = append(list, porch.Chosen{Slot: string(who.Slot), Name: who.Person.Name})
	}
	return list
}

// mayLeadTo lets the forms of a page end at one other place.
func (s *Server) mayLeadTo(w http.ResponseWriter, target string) {
	u, err := url.Parse(target)
	if target == "" || err != nil || strings.ContainsAny(u.Host, " ;,'\"\t") {
		return
	}
	w.Header().Set("Content-Security-Policy", strings.Replace(policyPorch, "form-action 'self'", "form-action 'self' "+u.Scheme+"://"+u.Host, 1))
}

// consent takes the answer, once.
func (s *Server) consent(w http.ResponseWriter, r *http.Request) {
	if !s.form(w, r) {
		return
	}
	handle := r.PostForm.Get("request")
	wish, client, err := s.Provider.Kept(r.Context(), handle)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	fit, err := s.guests(r, wish, client)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	i := slices.IndexFunc(fit, func(who identity.Who) bool { return string(who.Slot) == r.PostForm.Get("as") })
	if i < 0 { // signed out meanwhile
		http.Redirect(w, r, api.SignInPage+"?"+url.Values{"next": {consentPage(handle)}}.Encode(), http.StatusSeeOther)
		return
	}
	if _, _, err := s.Provider.Take(r.Context(), handle); err != nil {
		s.fail(w, r, err)
		return
	}
	if r.PostForm.Get("answer") != "allow" {
		s.bounce(w, r, s.Provider.Refuse(wish, "access_denied", ""))
		return
	}
	if err := s.Provider.Agree(r.Context(), fit[i].Person.ID, wish); err != nil {
		s.fail(w, r, err)
		return
	}
	s.allow(w, r, wish, client, fit[i])
}

// showLeave asks whether to sign out here too, because a program wants it. Who is signed out already goes on.
func (s *Server) showLeave(w http.ResponseWriter, r *http.Request) {
	wish, err := s.Provider.Leave(r.Context(), r.URL.RawQuery)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	here, err := s.meant(r, wish)
	switch {
	case err != nil:
		s.fail(w, r, err)
	case len(here) == 0:
		s.gone(w, r, wish)
	default:
		s.mayLeadTo(w, wish.Redirect)
		page(w, r, http.StatusOK, porch.LeavePage(porch.Leave{Setting: s.setting(w, r), Accounts: chosen(here), Wish: r.URL.RawQuery, Action: provider.EndSessionPath}))
	}
}

// meant are the accounts of this browser that a wish to leave is about. A locked one is signed in still: to leave it must
// go too.
func (s *Server) meant(r *http.Request, wish provider.Leaving) ([]identity.Who, error) {
	all, err := s.Identity.Leaving(r)
	return slices.DeleteFunc(all, func(who identity.Who) bool { return wish.Person != "" && who.Person.ID != wish.Person }), err
}

// gone leads on whoever is signed out.
func (s *Server) gone(w http.ResponseWriter, r *http.Request, wish provider.Leaving) {
	to := wish.Redirect
	if to == "" {
		to = api.SignInPage + "?out=1"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// leave signs out one account of this browser.
func (s *Server) leave(w http.ResponseWriter, r *http.Request) {
	if !s.form(w, r) {
		return
	}
	wish, err := s.Provider.Leave(r.Context(), r.PostForm.Get("wish"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	here, err := s.meant(r, wish)
	for _, who := range here {
		if err != nil || string(who.Slot) != r.PostForm.Get("as") {
			continue
		}
		if err = s.Identity.SignOut(w, r, who); err == nil && wish.Client != "" {
			err = s.Provider.Left(r.Context(), who.Person.ID, wish.Client)
		}
		s.Rooms.SignedOut(r.Context(), Session(who))
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.gone(w, r, wish)
}
