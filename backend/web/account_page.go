package web

import (
	"context"
	"net/http"
	"net/url"

	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/shared/api"
)

// accountNotes are what the account page says was just done: the query "done" of its address names one, and nothing else
// is said.
var accountNotes = map[string]string{}

// showAccount shows somebody their own account.
func (s *Server) showAccount(w http.ResponseWriter, r *http.Request) {
	who, err := s.account(r, r.URL.Query().Get("as"))
	switch {
	case err != nil:
		s.fail(w, r, err)
		return
	case must(who) != nil:
		s.toDuty(w, r, who, "")
		return
	}
	v := porch.Account{Setting: s.ownSetting(w, r, who)}
	if key, ok := accountNotes[r.URL.Query().Get("done")]; ok {
		v.Note = v.Say(key)
	}
	s.accountPage(w, r, who, v, http.StatusOK)
}

// accountPage fills every section and answers.
func (s *Server) accountPage(w http.ResponseWriter, r *http.Request, who identity.Who, v porch.Account, status int) {
	v.Slot, v.Name, v.Login, v.Home = string(who.Slot), who.Person.Name, who.Person.Login, s.landing(who, "")
	v.Address = again(api.AccountPage, "as", v.Slot)
	for _, fill := range []func(context.Context, *http.Request, identity.Who, *porch.Account) error{
		s.fillPasskeys, s.fillSecondStep, s.fillPlaces, s.fillPrograms, s.fillPin,
	} {
		if err := fill(r.Context(), r, who, &v); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	page(w, r, status, porch.AccountPage(v))
}

// accountForm reads a form of the account page and finds whose it is. When it cannot, it has answered.
func (s *Server) accountForm(w http.ResponseWriter, r *http.Request) (identity.Who, bool) {
	who, ok := s.settingUpForm(w, r)
	if ok && who.MustSetUp {
		s.toDuty(w, r, who, "")
		return identity.Who{}, false
	}
	return who, ok
}

// settingUpForm is accountForm for what sets a second step up: it also serves those who must do so first.
func (s *Server) settingUpForm(w http.ResponseWriter, r *http.Request) (identity.Who, bool) {
	if !s.form(w, r) {
		return identity.Who{}, false
	}
	return s.formOf(w, r)
}

// formOf finds whose a form is that was read. When it cannot, or they must choose a password first, it has answered.
func (s *Server) formOf(w http.ResponseWriter, r *http.Request) (identity.Who, bool) {
	who, err := s.account(r, r.PostForm.Get("as"))
	switch {
	case err != nil:
		s.fail(w, r, err)
	case who.MustChange:
		s.toDuty(w, r, who, "")
	default:
		return who, true
	}
	return identity.Who{}, false
}

// accountDone leads back to the page, which says what was done.
func (s *Server) accountDone(w http.ResponseWriter, r *http.Request, who identity.Who, done string) {
	q := url.Values{"as": {string(who.Slot)}, "done": {done}}
	http.Redirect(w, r, api.AccountPage+"?"+q.Encode(), http.StatusSeeOther)
}

// accountTrouble shows the page again with what was wrong.
func (s *Server) accountTrouble(w http.ResponseWriter, r *http.Request, who identity.Who, err error, fields map[string]string) {
	v := porch.Account{Setting: s.ownSetting(w, r, who)}
	if v.Trouble = s.trouble(w, r, err, fields); v.Trouble.Words != "" {
		s.accountPage(w, r, who, v, statusOf(seen(err)))
	}
}
