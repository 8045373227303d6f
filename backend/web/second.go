package web

import (
	"net/http"
	"slices"

	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// secondRoutes are the pages of the second step of signing in and of what people prove themselves with.
func (s *Server) secondRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+api.SecondPage, timed(s.showSecond))
	mux.HandleFunc("POST "+api.SecondPage, timed(s.second))
	mux.HandleFunc("POST "+api.SecondPage+"/leave", timed(s.leaveSecond))
	mux.HandleFunc("GET "+api.ProtectPage, timed(s.showProtect))
	mux.HandleFunc("GET "+api.CodesPage, timed(s.showCodes))
	mux.HandleFunc("POST "+api.CodesPage, timed(s.arrange("codes")))
	mux.HandleFunc("POST "+api.CodesPage+"/confirm", timed(s.confirmCodes))
	mux.HandleFunc("POST "+api.CodesPage+"/recovery", timed(s.arrange("recovery")))
	mux.HandleFunc("POST "+api.CodesPage+"/remove", timed(s.arrange("remove")))
	mux.HandleFunc("GET "+api.ProvePage, timed(s.showProve))
	mux.HandleFunc("POST "+api.ProvePage, timed(s.prove))
}

// secondPage fills the page of the second step for whoever has it before them. When nobody has, it has answered.
func (s *Server) secondPage(w http.ResponseWriter, r *http.Request, next string) (porch.Second, bool) {
	pending, err := s.Identity.Pending(r)
	if err != nil {
		s.fail(w, r, err)
		return porch.Second{}, false
	}
	v := porch.Second{Setting: s.setting(w, r), Next: ownPath(next), Code: pending.Means.Code, Recovery: pending.Means.Recovery, Passkey: pending.Means.Passkeys > 0}
	v.Address = again(api.SecondPage, "next", v.Next)
	return v, true
}

func (s *Server) showSecond(w http.ResponseWriter, r *http.Request) {
	if v, ok := s.secondPage(w, r, r.URL.Query().Get("next")); ok {
		page(w, r, http.StatusOK, porch.SecondPage(v))
	}
}

func (s *Server) second(w http.ResponseWriter, r *http.Request) {
	if !s.form(w, r) {
		return
	}
	next := r.PostForm.Get("next")
	who, err := s.Identity.Second(w, r, r.PostForm.Get("code"))
	if err == nil {
		s.comeIn(w, r, who, next)
		return
	}
	v, ok := s.secondPage(w, r, next)
	if !ok {
		return
	}
	if v.Trouble = s.trouble(w, r, err, map[string]string{"": "code"}); v.Trouble.Words != "" {
		page(w, r, statusOf(seen(err)), porch.SecondPage(v))
	}
}

func (s *Server) leaveSecond(w http.ResponseWriter, r *http.Request) {
	if !s.form(w, r) {
		return
	}
	if err := s.Identity.LeaveSecond(w, r); err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, again(api.SignInPage, "next", ownPath(r.PostForm.Get("next"))).String(), http.StatusSeeOther)
}

// showProtect is for those who must set a second step up; others have nothing to do there.
func (s *Server) showProtect(w http.ResponseWriter, r *http.Request) {
	who, err := s.account(r, r.URL.Query().Get("as"))
	switch {
	case err != nil:
		s.fail(w, r, err)
	case who.MustChange:
		s.toDuty(w, r, who, r.URL.Query().Get("next"))
	case !who.MustSetUp:
		s.comeIn(w, r, who, r.URL.Query().Get("next"))
	default:
		page(w, r, http.StatusOK, porch.ProtectPage(porch.Protect{Setting: s.setting(w, r), Slot: string(who.Slot), Next: ownPath(r.URL.Query().Get("next")), Passkeys: s.passkeysAt(r),
			Only: who.Level == care.PasskeyLevel, Patient: !isStaff(who.Person)}))
	}
}

// arrange does something to what somebody proves themselves with. Where the last proof is too old, the page that asks for
// one comes first, and does it afterwards.
func (s *Server) arrange(what string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if who, ok := s.settingUpForm(w, r); ok {
			s.arranged(w, r, who, what, s.arrangements()[what](w, r, who))
		}
	}
}

// arranged answers what went wrong with an arrangement; one that went well has answered.
func (s *Server) arranged(w http.ResponseWriter, r *http.Request, who identity.Who, what string, err error) {
	switch {
	case err == nil:
	case fault.Of(err).Code == "step-up.needed":
		to := again(api.ProvePage, "as", string(who.Slot))
		q := to.Query()
		q.Set("then", what)
		to.RawQuery = q.Encode()
		http.Redirect(w, r, to.String(), http.StatusSeeOther)
	default:
		s.accountTrouble(w, r, who, err, map[string]string{})
	}
}

// arrangements are what can follow a proof, by the name in its page's address.
func (s *Server) arrangements() map[string]func(http.ResponseWriter, *http.Request, identity.Who) error {
	return map[string]func(http.ResponseWriter, *http.Request, identity.Who) error{
		"passkey":  s.newPasskey,
		"codes":    s.beginCodes,
		"recovery": s.newRecovery,
		"remove":   s.removeCodes,
	}
}

func (s *Server) showProve(w http.ResponseWriter, r *http.Request) {
	who, err := s.account(r, r.URL.Query().Get("as"))
	switch {
	case err != nil:
		s.fail(w, r, err)
	case must(who) != nil:
		s.toDuty(w, r, who, "")
	default:
		s.provePage(w, r, who, r.URL.Query().Get("then"), porch.Trouble{}, http.StatusOK)
	}
}

func (s *Server) provePage(w http.ResponseWriter, r *http.Request, who identity.Who, then string, trouble porch.Trouble, status int) {
	ways, err := s.Identity.Ways(r.Context(), who)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	has := func(way string) bool { return slices.Contains(ways, way) }
	v := porch.Prove{Setting: s.ownSetting(w, r, who), Slot: string(who.Slot), Then: then, Password: has("password"), Code: has("code"), Passkey: has("passkey") && s.passkeysAt(r).Here, Trouble: trouble}
	if who.Proof == identity.ByHospital {
		v.Doors = s.doorsOf(r, "", true)
	}
	v.Address = again(api.ProvePage, "as", v.Slot)
	page(w, r, status, porch.ProvePage(v))
}

func (s *Server) prove(w http.ResponseWriter, r *http.Request) {
	who, ok := s.accountForm(w, r)
	if !ok {
		return
	}
	then := r.PostForm.Get("then")
	if err := s.Identity.Prove(r, who, r.PostForm.Get("password"), r.PostForm.Get("code")); err != nil {
		if t := s.trouble(w, r, err, map[string]string{"": "password"}); t.Words != "" {
			s.provePage(w, r, who, then, t, statusOf(seen(err)))
		}
		return
	}
	s.proved(w, r, who, then)
}

// proved does what somebody proved themselves for.
func (s *Server) proved(w http.ResponseWriter, r *http.Request, who identity.Who, then string) {
	fresh, err := s.Identity.Anew(r.Context(), who)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if do, ok := s.arrangements()[then]; ok {
		s.arranged(w, r, fresh, then, do(w, r, fresh))
		return
	}
	s.accountDone(w, r, fresh, "proved")
}
