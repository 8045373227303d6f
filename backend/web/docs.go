package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"hearth/backend/porch"
	"hearth/shared/api"
)

// documentation serves the description of the interface, for programs and for people. It asks nothing of anyone else:
// no script, no font, no picture from elsewhere.
func (s *Server) documentation(mux *http.ServeMux, a huma.API) {
	described := sync.OnceValues(func() (description []byte, tag string) { // most houses are never asked, and need not wait for it
		description, err := json.Marshal(a.OpenAPI())
		if err != nil {
			panic(err) // a shape that cannot be described is a broken build, and TestOperationsAreAllThere meets it
		}
		sum := sha256.Sum256(description)
		return description, `"` + base64.RawURLEncoding.EncodeToString(sum[:9]) + `"`
	})
	mux.HandleFunc("GET "+api.OpenAPI, func(w http.ResponseWriter, r *http.Request) {
		description, tag := described()
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "application/openapi+json")
		w.Write(description)
	})
	mux.HandleFunc("GET "+api.DocsPage, func(w http.ResponseWriter, r *http.Request) {
		page(w, r, http.StatusOK, porch.DocsPage(porch.Docs{Setting: s.setting(w, r), OpenAPI: api.OpenAPI, Operations: s.docs}))
	})
}
