package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/shared/api"
	"hearth/shared/fault"
)

// passkeyRoutes are the pages of passkeys. Those that end in "options" are asked by their script.
func (s *Server) passkeyRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST "+api.SignInPage+"/passkey/options", timed(s.options(s.Identity.BeginSignIn)))
	mux.HandleFunc("POST "+api.SignInPage+"/passkey", timed(s.signInByPasskey))
	mux.HandleFunc("POST "+api.ProvePage+"/passkey/options", timed(s.optionsFor(s.Identity.BeginProof)))
	mux.HandleFunc("POST "+api.ProvePage+"/passkey", timed(s.proveByPasskey))
	mux.HandleFunc("GET "+api.PasskeyPage, timed(s.showNewPasskey))
	mux.HandleFunc("POST "+api.PasskeyPage, timed(s.arrange("passkey")))
	mux.HandleFunc("POST "+api.PasskeyPage+"/options", timed(s.optionsFor(s.Identity.BeginPasskey)))
	mux.HandleFunc("POST "+api.PasskeyPage+"/made", timed(s.addPasskey))
	mux.HandleFunc("POST "+api.PasskeyPage+"/rename", timed(s.renamePasskey))
	mux.HandleFunc("POST "+api.PasskeyPage+"/remove", timed(s.removePasskey))
}

// asked is what the script of a page gets instead of options: words, and where to go first.
type asked struct {
	Code  string `json:"code"`
	Words string `json:"words"`
	To    string `json:"to,omitempty"`
}

// options answers the script of a page with what to ask the device for. That opens nothing and costs little, so the door's
// own limit does not count it: every page for signing in asks once by itself.
func (s *Server) options(begin func(http.ResponseWriter, *http.Request) ([]byte, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.fields(w, r) {
			return
		}
		options, err := begin(w, r)
		s.answerOptions(w, r, options, err, "")
	}
}

// optionsFor is options for an account of this browser.
func (s *Server) optionsFor(begin func(http.ResponseWriter, *http.Request, identity.Who) ([]byte, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.fields(w, r) {
			return
		}
		who, ok := s.formOf(w, r)
		if !ok {
			return
		}
		options, err := begin(w, r, who)
		s.answerOptions(w, r, options, err, proveFor(who, "passkey"))
	}
}

// proveFor is the page that asks for a fresh proof and goes on to then.
func proveFor(who identity.Who, then string) string {
	return api.ProvePage + "?" + url.Values{"as": {string(who.Slot)}, "then": {then}}.Encode()
}

func (s *Server) answerOptions(w http.ResponseWriter, r *http.Request, options []byte, err error, prove string) {
	status := http.StatusOK
	if err != nil {
		f := seen(err)
		s.logFailure(r, f)
		a := asked{Code: f.Code, Words: s.sayFault(f, s.language(r))}
		if f.Code == "step-up.needed" {
			a.To = prove
		}
		status = statusOf(f)
		if options, err = json.Marshal(a); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(options)
}

// passkeysAt says whether passkeys work on the page that is asked for: they belong to one name of the house.
func (s *Server) passkeysAt(r *http.Request) porch.PasskeyState {
	host := s.Identity.PasskeyHost()
	if host == "" {
		return porch.PasskeyState{}
	}
	return porch.PasskeyState{Here: hostOnly(r.Host) == host, Where: s.URL}
}

// deviceName suggests what to call a passkey of this browser's device.
func (s *Server) deviceName(r *http.Request, set porch.Setting) string {
	a := identity.ReadAgent(r.UserAgent())
	kind := map[string]string{"Android": "phone", "iOS": "phone", "iPadOS": "tablet"}[a.System]
	if kind == "" {
		kind = "computer"
	}
	name := set.Say("passkey.name." + kind)
	if a.System != "" {
		name += " (" + a.System + ")"
	}
	return name
}

func (s *Server) signInByPasskey(w http.ResponseWriter, r *http.Request) {
	if !s.form(w, r) {
		return
	}
	next := ownPath(r.PostForm.Get("next"))
	who, err := s.Identity.SignInWithPasskey(w, r, []byte(r.PostForm.Get("credential")))
	if err == nil {
		s.comeIn(w, r, who, next)
		return
	}
	v := s.signInPage(w, r, next)
	v.Address = again(api.SignInPage, "next", next)
	if v.Trouble = s.trouble(w, r, err, nil); v.Trouble.Words != "" {
		page(w, r, statusOf(seen(err)), porch.SignInPage(v))
	}
}

func (s *Server) proveByPasskey(w http.ResponseWriter, r *http.Request) {
	who, ok := s.accountForm(w, r)
	if !ok {
		return
	}
	then := r.PostForm.Get("then")
	if err := s.Identity.ProvePasskey(r, who, []byte(r.PostForm.Get("credential"))); err != nil {
		if t := s.trouble(w, r, err, nil); t.Words != "" {
			s.provePage(w, r, who, then, t, statusOf(seen(err)))
		}
		return
	}
	s.proved(w, r, who, then)
}

// newPasskey leads to the page that makes one; what is asked of who before is settled.
func (s *Server) newPasskey(w http.ResponseWriter, r *http.Request, who identity.Who) error {
	if err := s.Identity.MayArrange(r.Context(), who); err != nil {
		return err
	}
	q := url.Values{"as": {string(who.Slot)}}
	if next := ownPath(r.PostForm.Get("next")); next != "" {
		q.Set("next", next)
	}
	http.Redirect(w, r, api.PasskeyPage+"?"+q.Encode(), http.StatusSeeOther)
	return nil
}

func (s *Server) showNewPasskey(w http.ResponseWriter, r *http.Request) {
	who, err := s.account(r, r.URL.Query().Get("as"))
	switch {
	case err != nil:
		s.fail(w, r, err)
	case who.MustChange:
		s.toDuty(w, r, who, "")
	default:
		s.newPasskeyPage(w, r, who, porch.NewPasskey{Setting: s.ownSetting(w, r, who), Next: ownPath(r.URL.Query().Get("next"))}, http.StatusOK)
	}
}

func (s *Server) newPasskeyPage(w http.ResponseWriter, r *http.Request, who identity.Who, v porch.NewPasskey, status int) {
	v.Slot, v.First, v.Passkeys = string(who.Slot), who.MustSetUp, s.passkeysAt(r)
	if v.Name == "" {
		v.Name = s.deviceName(r, v.Setting)
	}
	v.Address = again(api.PasskeyPage, "as", v.Slot)
	page(w, r, status, porch.NewPasskeyPage(v))
}

func (s *Server) addPasskey(w http.ResponseWriter, r *http.Request) {
	who, ok := s.settingUpForm(w, r)
	if !ok {
		return
	}
	next := ownPath(r.PostForm.Get("next"))
	now, err := s.Identity.AddPasskey(w, r, who, r.PostForm.Get("name"), []byte(r.PostForm.Get("credential")))
	switch {
	case err == nil && who.MustSetUp:
		s.comeIn(w, r, now, next)
	case err == nil:
		s.accountDone(w, r, now, "passkey-added")
	case fault.Of(err).Code == "step-up.needed":
		http.Redirect(w, r, proveFor(who, "passkey"), http.StatusSeeOther)
	default:
		v := porch.NewPasskey{Setting: s.ownSetting(w, r, who), Next: next, Name: r.PostForm.Get("name")}
		if v.Trouble = s.trouble(w, r, err, map[string]string{"passkey.name": "name"}); v.Trouble.Words != "" {
			s.newPasskeyPage(w, r, who, v, statusOf(seen(err)))
		}
	}
}

func (s *Server) renamePasskey(w http.ResponseWriter, r *http.Request) {
	who, ok := s.accountForm(w, r)
	if !ok {
		return
	}
	if err := s.Identity.RenamePasskey(r, who, identity.PasskeyID(r.PostForm.Get("id")), r.PostForm.Get("name")); err != nil {
		s.accountTrouble(w, r, who, err, nil)
		return
	}
	s.accountDone(w, r, who, "passkey-renamed")
}

func (s *Server) removePasskey(w http.ResponseWriter, r *http.Request) {
	who, ok := s.accountForm(w, r)
	if !ok {
		return
	}
	err := s.Identity.RemovePasskey(r, who, identity.PasskeyID(r.PostForm.Get("id")))
	switch {
	case err == nil:
		s.accountDone(w, r, who, "passkey-removed")
	case fault.Of(err).Code == "step-up.needed":
		http.Redirect(w, r, proveFor(who, ""), http.StatusSeeOther) // and then once more: it takes something away
	default:
		s.accountTrouble(w, r, who, err, nil)
	}
}

// fillPasskeys fills the section of the account's passkeys.
func (s *Server) fillPasskeys(ctx context.Context, r *http.Request, who identity.Who, v *porch.Account) error {
	list, err := s.Identity.Passkeys(ctx, who)
	if err != nil {
		return err
	}
	v.Passkeys.State = s.passkeysAt(r)
	for _, p := range list {
		v.Passkeys.List = append(v.Passkeys.List, porch.PasskeyRow{ID: string(p.ID), Name: p.Name, Made: p.Created, Used: p.Used,
			MadeDay: day(v.Setting, p.Created), UsedDay: day(v.Setting, p.Used), Synced: p.Synced})
	}
	return nil
}

func init() {
	for _, done := range []string{"added", "renamed", "removed"} {
		accountNotes["passkey-"+done] = "account.passkeys." + done
	}
}
