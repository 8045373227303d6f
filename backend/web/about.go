package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"hearth/backend/porch"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/prose"
	"hearth/shared/words"
)

// about shows a public page of the house or of a site to anybody.
func (s *Server) about(w http.ResponseWriter, r *http.Request) {
	kind := care.PageKind(r.PathValue("kind"))
	version, err := strconv.Atoi(r.URL.Query().Get("version"))
	asked := r.URL.Query().Has("version")
	if !slices.Contains(care.PageKinds(), kind) || len(r.PathValue("site")) > 64 || asked && (err != nil || version < 1 || version > 1<<30) {
		s.nothingHere(w, r)
		return
	}
	of, site, err := s.Store.SettingsFor(r.Context(), r.PathValue("site"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	texts, err := s.Store.PublicPage(r.Context(), of.Site, kind, version)
	if err == nil && asked && len(texts) == 0 {
		err = fault.New(fault.NotFound, "request.not-found", nil)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	set := s.setting(w, r)
	set.About = aboutOf(of)
	v := porch.About{Setting: set, Kind: string(kind), Site: site.Name}
	if p, ok := care.InLanguage(texts, set.Lang(), of.Language); ok {
		v.Blocks, v.In, v.Version, v.Day = prose.Parse(p.Text), p.Language, p.Version, p.Created
		v.Other = p.Language != set.Lang()
	}
	page(w, r, http.StatusOK, porch.AboutPage(v))
}

// spoken is what the house said about its languages, read anew every few seconds: pages of the porch are also what people
// see who ask too often, and must not cost the database anything.
type spoken struct {
	mu   sync.Mutex
	is   care.SiteSettings
	read time.Time
}

// spokenFor is how long it may be old.
const spokenFor = 5 * time.Second

func (s *Server) houseLanguages(ctx context.Context) care.SiteSettings {
	s.spoken.mu.Lock()
	defer s.spoken.mu.Unlock()
	now := s.Now()
	if age := now.Sub(s.spoken.read); s.Store == nil || age >= 0 && age < spokenFor {
		return s.spoken.is
	}
	s.spoken.read = now // also when it cannot be read: a page that is not in the right language is a page all the same
	if of, _, err := s.Store.SettingsFor(ctx, ""); err == nil {
		s.spoken.is = of
	}
	return s.spoken.is
}

// offered is the language of a page that knows nobody, when the house does not offer the one the browser prefers.
func (s *Server) offered(r *http.Request, l words.Language) words.Language {
	if words.Language(r.URL.Query().Get(porch.LanguageParam)).Known() {
		return l // asked for by name
	}
	of := s.houseLanguages(r.Context())
	if len(of.Languages) == 0 || slices.Contains(of.Languages, string(l)) {
		return l
	}
	return words.Language(of.Language)
}
