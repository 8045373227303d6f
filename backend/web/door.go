package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/fault"
)

// signInPage is the page with every way to sign in.
func (s *Server) signInPage(w http.ResponseWriter, r *http.Request, next string) porch.SignIn {
	next = ownPath(next)
	return porch.SignIn{Setting: s.setting(w, r), Next: next, Passkeys: s.passkeysAt(r), Doors: s.doorsOf(r, next, false)}
}

func (s *Server) showSignIn(w http.ResponseWriter, r *http.Request) {
	if s.toUnlock(w, r) {
		return
	}
	v := s.signInPage(w, r, r.URL.Query().Get("next"))
	if r.URL.Query().Has("out") {
		v.Note = v.Say("signed-out")
	}
	page(w, r, http.StatusOK, porch.SignInPage(v))
}

// signIn checks a password. What was wrong stands beside the field, and the name need not be typed again.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	if !s.form(w, r) {
		return
	}
	v := s.signInPage(w, r, r.PostForm.Get("next"))
	v.Login, v.Address = strings.ToLower(strings.TrimSpace(r.PostForm.Get("login"))), again(api.SignInPage, "next", v.Next)
	password := r.PostForm.Get("password")
	switch {
	case v.Login == "":
		v.Trouble = porch.Trouble{Field: "login", Words: v.Say("sign-in.empty-login")}
	case password == "":
		v.Trouble = porch.Trouble{Field: "password", Words: v.Say("sign-in.empty-password")}
	default:
		who, err := s.Identity.SignIn(w, r, v.Login, password)
		if err == nil {
			s.comeIn(w, r, who, v.Next)
			return
		}
		if fault.Of(err).Code == "sign-in.second" {
			http.Redirect(w, r, again(api.SecondPage, "next", v.Next).String(), http.StatusSeeOther)
			return
		}
		if v.Trouble = s.trouble(w, r, err, map[string]string{"": "password"}); v.Trouble.Words == "" {
			return
		}
		page(w, r, statusOf(seen(err)), porch.SignInPage(v))
		return
	}
	page(w, r, http.StatusUnprocessableEntity, porch.SignInPage(v))
}

// signOut ends whatever the person of the session the form names has in this browser, or every session of it when it
// names none.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	if !s.form(w, r) {
		return
	}
	all, err := s.Identity.Leaving(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	slot := identity.Slot(r.PostForm.Get("as"))
	if slot == "" {
		slot = identity.Slot(r.Header.Get(api.AsHeader))
	}
	named := slices.IndexFunc(all, func(who identity.Who) bool { return who.Slot == slot })
	for _, who := range all {
		if slot != "" && (named < 0 || who.Person.ID != all[named].Person.ID) {
			continue
		}
		if err := s.Identity.SignOut(w, r, who); err != nil {
			s.fail(w, r, err)
			return
		}
		s.Rooms.SignedOut(context.WithoutCancel(r.Context()), Session(who))
	}
	http.Redirect(w, r, api.SignInPage+"?out=1", http.StatusSeeOther)
}

func (s *Server) showDemo(w http.ResponseWriter, r *http.Request) {
	p, err := s.Identity.DemoPerson(r, r.PathValue("token"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	set := s.setting(w, r)
	role := access.Patient
	if len(p.Roles) > 0 {
		role = p.Roles[0]
	}
	page(w, r, http.StatusOK, porch.ContinuePage(porch.Continue{Setting: set, Name: p.Name,
		Role: set.Words.Say("app.role." + string(role)), Action: r.URL.EscapedPath()}))
}

func (s *Server) demo(w http.ResponseWriter, r *http.Request) {
	if !s.form(w, r) {
		return
	}
	who, err := s.Identity.DemoSignIn(w, r, r.PathValue("token"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.comeIn(w, r, who, "")
}
