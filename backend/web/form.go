package web

import (
	"context"
	"crypto/sha256"
	"net/http"
	"net/url"
	"strings"

	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/shared/api"
	"hearth/shared/fault"
)

// form reads a posted form after the door's own limit. When it cannot, it has answered.
func (s *Server) form(w http.ResponseWriter, r *http.Request) bool {
	return s.paced(w, r, s.doors, household(s.Address(r))) && s.fields(w, r)
}

// formBy reads a form posted by whoever holds a secret. When it cannot, it has answered.
func (s *Server) formBy(w http.ResponseWriter, r *http.Request, secret string) bool {
	return s.mayCome(w, r, secret) && s.fields(w, r)
}

// mayCome bounds how often one secret is used, such as a link's. It is by the secret and not by the address: a clinic's whole
// waiting room, or a telephone company's customers, share one, and who guesses at sign-ins there must not shut their doors.
// A secret too long to guess needs no narrower limit than that of its address. However a secret is spelled, in large letters or
// small, it is the same one. When it may not, it has answered.
func (s *Server) mayCome(w http.ResponseWriter, r *http.Request, secret string) bool {
	key := sha256.Sum256([]byte(strings.ToLower(secret)))
	return s.paced(w, r, s.links, string(key[:]))
}

// paced takes one of an asker's attempts. When there is none left, it has answered.
func (s *Server) paced(w http.ResponseWriter, r *http.Request, m *meter, key string) bool {
	wait, ok := m.allow(key, s.Now())
	if !ok {
		s.slow(w, wait)
		s.fail(w, r, fault.New(fault.TooMany, "request.too-many", nil))
	}
	return ok
}

// fields reads a posted form. When it cannot, it has answered.
func (s *Server) fields(w http.ResponseWriter, r *http.Request) bool {
	err := r.ParseForm()
	if err == nil {
		return true
	}
	f := seen(err)
	if f.Kind == fault.Internal {
		f = fault.New(fault.Invalid, "request.junk", err)
	}
	s.fail(w, r, f)
	return false
}

// trouble finds the words for what was wrong with a form and the field they belong to: by the fault's code, or "" for
// the rest. What is nobody's typing gets a page of its own, and no words come back. Being slowed down concerns no
// single field.
func (s *Server) trouble(w http.ResponseWriter, r *http.Request, err error, fields map[string]string) porch.Trouble {
	f := seen(err)
	if f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		s.fail(w, r, err)
		return porch.Trouble{}
	}
	t := porch.Trouble{Words: s.sayFault(f, s.language(r))}
	if f.Kind == fault.TooMany {
		return t
	}
	t.Field = fields[""]
	for prefix, field := range fields {
		if prefix != "" && strings.HasPrefix(f.Code, prefix) {
			t.Field = field
		}
	}
	return t
}

// again is the address a form was on, for the language links of the answer to a POST.
func again(path, key, value string) *url.URL {
	u := &url.URL{Path: path}
	if value != "" {
		u.RawQuery = url.Values{key: {value}}.Encode()
	}
	return u
}

// account finds the signed-in account a form is for: the one it names, or the one used last.
func (s *Server) account(r *http.Request, slot string) (identity.Who, error) {
	all, err := s.Identity.Here(r)
	if err != nil {
		return identity.Who{}, err
	}
	for _, who := range all {
		if slot == "" || string(who.Slot) == slot {
			if who.Away {
				return identity.Who{}, must(who)
			}
			_, err := s.Identity.KeepOpen(r.Context(), who, false) // a page of the porch is opened by a hand
			return who, err
		}
	}
	return identity.Who{}, fault.New(fault.SignedOut, "sign-in.needed", nil)
}

func (s *Server) showPassword(w http.ResponseWriter, r *http.Request) {
	who, err := s.account(r, r.URL.Query().Get("as"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page(w, r, http.StatusOK, porch.PasswordPage(porch.Password{Setting: s.ownSetting(w, r, who), Slot: string(who.Slot), Given: who.MustChange, Next: ownPath(r.URL.Query().Get("next"))}))
}

func (s *Server) password(w http.ResponseWriter, r *http.Request) {
	if !s.form(w, r) {
		return
	}
	who, err := s.account(r, r.PostForm.Get("as"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	v := porch.Password{Setting: s.ownSetting(w, r, who), Slot: string(who.Slot), Given: who.MustChange, Next: ownPath(r.PostForm.Get("next"))}
	v.Address = again(api.PasswordPage, "as", v.Slot)
	fresh := r.PostForm.Get("fresh")
	if fresh != r.PostForm.Get("again") {
		v.Trouble = porch.Trouble{Field: "again", Words: v.Say("change.differs")}
		page(w, r, http.StatusUnprocessableEntity, porch.PasswordPage(v))
		return
	}
	changed, err := s.Identity.ChangePassword(w, r, who, r.PostForm.Get("old"), fresh)
	if err != nil {
		if v.Trouble = s.trouble(w, r, err, map[string]string{"": "fresh", "sign-in.wrong": "old", "password.wrong": "old"}); v.Trouble.Words != "" {
			page(w, r, statusOf(seen(err)), porch.PasswordPage(v))
		}
		return
	}
	s.Rooms.SignedOutEverywhere(context.WithoutCancel(r.Context()), who.Person.ID, Session(who))
	s.comeIn(w, r, changed, v.Next)
}

// showSetUp is there as long as the house has no administrator.
func (s *Server) showSetUp(w http.ResponseWriter, r *http.Request) {
	if !s.empty(w, r) {
		return
	}
	page(w, r, http.StatusOK, porch.SetUpPage(porch.SetUp{Setting: s.setting(w, r)}))
}

func (s *Server) setUp(w http.ResponseWriter, r *http.Request) {
	if !s.empty(w, r) || !s.form(w, r) {
		return
	}
	v := porch.SetUp{Setting: s.setting(w, r), Name: strings.TrimSpace(r.PostForm.Get("name")), Login: strings.ToLower(strings.TrimSpace(r.PostForm.Get("login")))}
	v.Address = again(api.SetUpPage, "", "")
	who, err := s.Identity.SetUp(w, r, r.PostForm.Get("code"), v.Name, v.Login, r.PostForm.Get("fresh"))
	if err != nil {
		if v.Trouble = s.trouble(w, r, err, map[string]string{"": "code", "name.": "name", "login.": "login", "password.": "fresh"}); v.Trouble.Words != "" {
			page(w, r, statusOf(seen(err)), porch.SetUpPage(v))
		}
		return
	}
	s.comeIn(w, r, who, "")
}

// empty reports whether the first administrator is still to be made. When not, it has answered.
func (s *Server) empty(w http.ResponseWriter, r *http.Request) bool {
	there, err := s.Store.HasAdministrator(r.Context())
	if err == nil && there {
		err = fault.New(fault.NotFound, "request.not-found", nil)
	}
	if err != nil {
		s.fail(w, r, err)
	}
	return err == nil
}
