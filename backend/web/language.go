package web

import (
	"net/http"

	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// languageCookie keeps a reader's choice between pages that know nobody yet. Pages write it too, so it is no cookie of HTTP alone.
const languageCookie = "hearth-lang"

// language is the one to answer in: what the address asks for, what the person set, what this browser chose before, and
// what it prefers.
func (s *Server) language(r *http.Request, persons ...string) words.Language {
	if l := words.Language(r.URL.Query().Get(porch.LanguageParam)); l.Known() {
		return l
	}
	for _, p := range persons {
		if l := words.Language(p); l.Known() {
			return l
		}
	}
	if l := words.Language(chosenHere(r)); l.Known() {
		return l
	}
	return words.Choose(r.Header.Get("Accept-Language"))
}

// chosenHere is what this browser chose before, "" for nothing. For guests it counts more than the language that is noted of them:
// who chose one while they read knows best.
func chosenHere(r *http.Request) string {
	c, err := r.Cookie(languageCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// keepLanguage remembers a choice made in the address, and once more what was chosen before: an earlier house kept it where no
// script may write, and pages could not change it (RFC 6265, section 5.3, step 11.2).
func (s *Server) keepLanguage(w http.ResponseWriter, r *http.Request) {
	l := words.Language(r.URL.Query().Get(porch.LanguageParam))
	if !l.Known() {
		l = words.Language(chosenHere(r))
	}
	if l.Known() {
		http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: string(l), Path: "/", MaxAge: 365 * 24 * 3600,
			Secure: s.Secure, SameSite: http.SameSiteLaxMode})
	}
}

// setting is where a porch page is shown.
func (s *Server) setting(w http.ResponseWriter, r *http.Request) porch.Setting {
	s.keepLanguage(w, r)
	return porch.Setting{Words: s.words[s.offered(r, s.language(r))], Address: r.URL, File: s.Files.URL}
}

// ownSetting is setting for a page of who's own account: there, too, staff see that a guest waits to be let in. What is shown once,
// such as codes, stays without: nobody must be led away from it.
func (s *Server) ownSetting(w http.ResponseWriter, r *http.Request, who identity.Who) porch.Setting {
	set := s.setting(w, r)
	if must(who) == nil && care.May(who.Person.Grants, access.AdmitGuests) {
		set.Waits = porch.Waits{Ask: api.GetQueue.Path, Slot: string(who.Slot), Home: s.landing(who, "")}
	}
	return set
}
