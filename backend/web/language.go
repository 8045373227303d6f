package web

import (
	"net/http"

	"hearth/backend/porch"
	"hearth/shared/words"
)

// languageCookie keeps a reader's choice between pages that know nobody yet.
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
	if c, err := r.Cookie(languageCookie); err == nil && words.Language(c.Value).Known() {
		return words.Language(c.Value)
	}
	return words.Choose(r.Header.Get("Accept-Language"))
}

// keepLanguage remembers a choice made in the address.
func (s *Server) keepLanguage(w http.ResponseWriter, r *http.Request) {
	if l := words.Language(r.URL.Query().Get(porch.LanguageParam)); l.Known() {
		http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: string(l), Path: "/", MaxAge: 365 * 24 * 3600,
			Secure: s.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
}

// setting is where a porch page is shown.
func (s *Server) setting(w http.ResponseWriter, r *http.Request) porch.Setting {
	s.keepLanguage(w, r)
	return porch.Setting{Words: s.words[s.offered(r, s.language(r))], Address: r.URL, File: s.Files.URL}
}
