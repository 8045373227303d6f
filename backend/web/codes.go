package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

func init() { accountNotes["codes-removed"], accountNotes["proved"] = "second.removed", "prove.done" }

// fillSecondStep tells how the second step is.
func (s *Server) fillSecondStep(ctx context.Context, r *http.Request, who identity.Who, v *porch.Account) error {
	is, err := s.Identity.Standing(ctx, who)
	v.HasPassword = is.Password
	v.Second = porch.SecondStep{Shown: is.Password || is.Code, Code: is.Code, Since: s.ago(v.Setting, is.Since), Recovery: is.Recovery, Passkey: is.Passkeys > 0, Required: is.Level.Over(care.PasswordOnly)}
	return err
}

// beginCodes makes a secret for an app and leads to the page that shows it.
func (s *Server) beginCodes(w http.ResponseWriter, r *http.Request, who identity.Who) error {
	if err := s.Identity.BeginCode(r, who); err != nil {
		return err
	}
	http.Redirect(w, r, forAccount(api.CodesPage, who, r.PostForm.Get("next")), http.StatusSeeOther)
	return nil
}

// showCodes shows the secret that waits to be confirmed. Looking at it makes none.
func (s *Server) showCodes(w http.ResponseWriter, r *http.Request) {
	who, err := s.account(r, r.URL.Query().Get("as"))
	switch {
	case err != nil:
		s.fail(w, r, err)
	case who.MustChange:
		s.toDuty(w, r, who, r.URL.Query().Get("next"))
	default:
		s.codesPage(w, r, who, r.URL.Query().Get("next"), porch.Trouble{}, http.StatusOK)
	}
}

func (s *Server) codesPage(w http.ResponseWriter, r *http.Request, who identity.Who, next string, trouble porch.Trouble, status int) {
	code, err := s.Identity.BegunCode(r, who)
	if fault.Is(err, fault.NotFound) { // back to the button that begins
		page := api.AccountPage
		if who.MustSetUp {
			page = api.ProtectPage
		}
		http.Redirect(w, r, forAccount(page, who, next), http.StatusSeeOther)
		return
	}
	var picture porch.Picture
	if err == nil {
		picture, err = pictureOf(code.URI)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	v := porch.Codes{Setting: s.ownSetting(w, r, who), Slot: string(who.Slot), Next: ownPath(next), Secret: grouped(code.Secret), Picture: picture, First: who.MustSetUp, Trouble: trouble}
	v.Address = &url.URL{Path: api.CodesPage, RawQuery: url.Values{"as": {v.Slot}, "next": {v.Next}}.Encode()}
	page(w, r, status, porch.CodesPage(v))
}

// confirmCodes makes the secret count and shows the recovery codes, in this answer and never again.
func (s *Server) confirmCodes(w http.ResponseWriter, r *http.Request) {
	who, ok := s.settingUpForm(w, r)
	if !ok {
		return
	}
	next := r.PostForm.Get("next")
	who, codes, err := s.Identity.ConfirmCode(w, r, who, r.PostForm.Get("code"))
	switch f := seen(err); {
	case err == nil:
		s.recoveryPage(w, r, who, next, codes)
	case f.Code == "code.none":
		s.codesPage(w, r, who, next, porch.Trouble{}, http.StatusOK)
	default:
		if t := s.trouble(w, r, err, map[string]string{"": "code"}); t.Words != "" {
			s.codesPage(w, r, who, next, t, statusOf(f))
		}
	}
}

func (s *Server) newRecovery(w http.ResponseWriter, r *http.Request, who identity.Who) error {
	codes, err := s.Identity.NewRecovery(r, who)
	if err == nil {
		s.recoveryPage(w, r, who, "", codes)
	}
	return err
}

func (s *Server) recoveryPage(w http.ResponseWriter, r *http.Request, who identity.Who, next string, codes []string) {
	v := porch.Recovery{Setting: s.setting(w, r), Login: who.Person.Login, House: r.Host, Codes: codes, Home: s.landing(who, next) + "#as=" + string(who.Slot)}
	v.Address = again(api.AccountPage, "as", string(who.Slot)) // the same page in another language would be another set
	page(w, r, http.StatusOK, porch.RecoveryPage(v))
}

func (s *Server) removeCodes(w http.ResponseWriter, r *http.Request, who identity.Who) error {
	err := s.Identity.RemoveCode(r, who)
	if err == nil {
		s.accountDone(w, r, who, "codes-removed")
	}
	return err
}

// grouped puts spaces between every four letters, as people read aloud.
func grouped(secret string) string {
	var groups []string
	for group := range slices.Chunk([]byte(secret), 4) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, " ")
}
