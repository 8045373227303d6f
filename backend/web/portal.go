package web

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/shared/access"
	"hearth/shared/api"
)

// portal is a page that runs in WebAssembly, and whose it is.
type portal struct {
	name, path string
	roles      []access.Role
}

// fits reports whether somebody has a role the portal is for.
func (p portal) fits(who identity.Who) bool {
	return slices.ContainsFunc(p.roles, func(r access.Role) bool { return slices.Contains(who.Person.Roles, r) })
}

// portals in the order in which a person of several roles is sent home.
var portals = []portal{
	{"therapist", api.TherapistPage, []access.Role{access.Therapist}},
	{"agenda", api.AgendaPage, []access.Role{access.Therapist}},
	{"admin", api.AdminPage, []access.Role{access.Administrator, access.Clerk, access.Auditor, access.Researcher}},
	{"patient", api.PatientPage, []access.Role{access.Patient}},
	{"aggregator", api.AggregatorPage, []access.Role{access.Patient}},
}

// portal answers with the shell, which says nothing about anyone but the slot of an account; what it shows, the program
// asks for by itself. A tab that was opened for no account, such as an installed page, keeps to that slot: asking
// without one would mean whoever was used last, and that may change under a page that measures. A browser where nobody
// with the fitting role is signed in is sent to the porch and comes back.
func (s *Server) portal(p portal) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, ok, err := s.fitting(r, p)
		switch {
		case err != nil:
			s.fail(w, r, err)
			return
		case !ok:
			s.toSignIn(w, r)
			return
		case must(who) != nil:
			s.toDuty(w, r, who, r.URL.RequestURI())
			return
		}
		s.keepLanguage(w, r)
		set := porch.Setting{Words: s.words[s.language(r, who.Person.Language)], Theme: who.Person.Theme, Address: r.URL, File: s.Files.URL}
		if !s.Files.Built() {
			page(w, r, http.StatusServiceUnavailable, porch.UnbuiltPage(set))
			return
		}
		w.Header().Set("Content-Security-Policy", s.portalPolicy(r)+s.frames(r, p))
		program := s.Files.Program(p.name)
		page(w, r, http.StatusOK, porch.PortalPage(porch.Portal{Setting: set, Name: p.name,
			Load:    porch.Load{Program: program.Name, Address: program.URL, Size: strconv.FormatInt(program.Size, 10)},
			Version: s.Files.Version(), Slot: string(who.Slot), Locks: slices.Contains(p.roles, access.Patient)}))
	}
}

// fitting finds the account a portal would be opened for. The tab says later which one it really is; here it is enough
// that one of them may.
func (s *Server) fitting(r *http.Request, p portal) (identity.Who, bool, error) {
	all, err := s.Identity.Here(r)
	if err != nil {
		return identity.Who{}, false, err
	}
	for _, who := range all {
		if p.fits(who) {
			return who, true, nil
		}
	}
	return identity.Who{}, false, nil
}

// home sends each to the own portal.
func (s *Server) home(w http.ResponseWriter, r *http.Request) {
	all, err := s.Identity.Here(r)
	switch {
	case err != nil:
		s.fail(w, r, err)
	case len(all) == 0:
		s.keepLanguage(w, r)
		http.Redirect(w, r, api.SignInPage, http.StatusSeeOther)
	default:
		s.comeIn(w, r, all[0], "")
	}
}

// comeIn leads somebody who just signed in to where they wanted to go, or home. The fragment tells the tab which
// account it is for and never reaches a server.
func (s *Server) comeIn(w http.ResponseWriter, r *http.Request, who identity.Who, next string) {
	next = s.landing(who, next)
	if must(who) != nil {
		s.toDuty(w, r, who, next)
		return
	}
	if next == api.AccountPage {
		next += "?" + url.Values{"as": {string(who.Slot)}}.Encode()
	}
	http.Redirect(w, r, next+"#as="+string(who.Slot), http.StatusSeeOther)
}

// landing is next when it is the account's page or a portal of one of who's roles, else the first portal that is.
func (s *Server) landing(who identity.Who, next string) string {
	wanted := ownPath(next)
	if wanted == api.AccountPage || strings.HasPrefix(wanted, api.ConsentPage+"?") {
		return wanted
	}
	for _, p := range portals {
		if p.fits(who) && p.holds(wanted) {
			return wanted
		}
	}
	for _, p := range portals {
		if p.fits(who) {
			return p.path
		}
	}
	return api.SignInPage
}

func (p portal) holds(target string) bool {
	at, _, _ := strings.Cut(target, "?")
	return at == p.path || strings.HasPrefix(at, p.path+"/")
}

// ownPath returns target when it is a plain path of a portal, the account's page or a question of another program, else "": nobody is led out of the
// house by a link.
func ownPath(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || len(target) > 300 {
		return ""
	}
	clean := path.Clean("/" + strings.TrimLeft(u.Path, "/"))
	if u.Path != clean || strings.ContainsAny(u.Path, "\\\r\n\t") || strings.HasPrefix(target, "//") {
		return ""
	}
	if u.Path == api.AccountPage {
		return u.Path // whose it is, the signing in says
	}
	if u.Path == api.ConsentPage {
		return consentPage(u.Query().Get("request"))
	}
	for _, p := range portals {
		if p.holds(u.Path) {
			return (&url.URL{Path: u.Path, RawQuery: u.RawQuery}).String()
		}
	}
	return ""
}

func (s *Server) toSignIn(w http.ResponseWriter, r *http.Request) {
	target := api.SignInPage
	if next := ownPath(r.URL.RequestURI()); next != "" && r.Method != http.MethodPost {
		target += "?" + url.Values{"next": {next}}.Encode()
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

// toDuty leads somebody to what they must do before anything else.
func (s *Server) toDuty(w http.ResponseWriter, r *http.Request, who identity.Who, next string) {
	if who.Away {
		s.fail(w, r, must(who))
		return
	}
	at := api.PasswordPage
	if !who.MustChange {
		at = api.ProtectPage
	}
	http.Redirect(w, r, forAccount(at, who, next), http.StatusSeeOther)
}

// forAccount is a page of the porch for one account of a browser, with where to go afterwards.
func forAccount(page string, who identity.Who, next string) string {
	q := url.Values{"as": {string(who.Slot)}}
	if next = ownPath(next); next != "" {
		q.Set("next", next)
	}
	return page + "?" + q.Encode()
}
