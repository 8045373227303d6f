package assets

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
)

// kinds are the types we serve; anything else is octets.
var kinds = map[string]string{
	".css":         "text/css; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".svg":         "image/svg+xml",
	".png":         "image/png",
	".wasm":        "application/wasm",
	".webmanifest": "application/manifest+json",
}

// forever is said of hashed names, revalidate of plain ones.
const (
	forever    = "public, max-age=31536000, immutable"
	revalidate = "no-cache"
)

// ServeHTTP answers hashed files below Prefix, the service worker, the portals' manifests and /favicon.ico. Anything
// else is 404.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	if f, cache, ok := s.find(r.URL.Path); ok {
		f.serve(w, r, cache)
		return
	}
	http.NotFound(w, r)
}

// find looks up a path and says how long its answer may be kept.
func (s *Site) find(path string) (f *file, cache string, ok bool) {
	switch {
	case path == "/favicon.ico":
		f, ok = s.byName["icons/mark.svg"]
		return f, revalidate, ok
	case path == "/sw.js":
		f, ok = s.byName["js/sw.js"]
		return f, revalidate, ok
	case strings.HasPrefix(path, "/manifest-"):
		f, ok = s.manifest(strings.TrimSuffix(strings.TrimPrefix(path, "/manifest-"), ".webmanifest"))
		return f, revalidate, ok
	}
	f, ok = s.byURL[path]
	return f, forever, ok
}

// serve writes the smallest encoding the client takes.
func (f *file) serve(w http.ResponseWriter, r *http.Request, cache string) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", cache)
	h.Set("Vary", "Accept-Encoding")
	body, coding := f.pick(r.Header.Get("Accept-Encoding"))
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	if cache == revalidate {
		etag := fmt.Sprintf(`"%s-%s"`, hash(body), coding)
		h.Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body)
	}
}

// pick chooses among what is there. A client without any compression gets the gzip form unpacked.
func (f *file) pick(accept string) (body []byte, coding string) {
	switch {
	case f.brotli != nil && accepts(accept, "br"):
		return f.brotli, "br"
	case f.gzip != nil && accepts(accept, "gzip"):
		return f.gzip, "gzip"
	case f.plain == nil:
		return f.unpack(), ""
	}
	return f.plain, ""
}

// accepts reads Accept-Encoding (RFC 9110 section 12.5.3): named and not refused by q=0.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			q, found := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
			v, err := strconv.ParseFloat(q, 64)
			return !found || (err == nil && v > 0)
		}
	}
	return false
}

func compressible(kind string) bool { return !strings.HasPrefix(kind, "image/png") }

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

func ungzipped(b []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil
	}
	out, _ := io.ReadAll(z)
	return out
}

// brotlied compresses small files when the house starts; level 5 costs milliseconds. The program itself is compressed
// at build time with level 11.
func brotlied(b []byte) []byte {
	var out bytes.Buffer
	z := brotli.NewWriterLevel(&out, 5)
	z.Write(b)
	z.Close()
	return out.Bytes()
}
