// Package assets serves what is the same for everybody: style sheets, icons, words, the loader and the pages' programs.
// Every name carries a hash of its content and may be kept for ever; only the service worker and the manifests keep
// their plain names, because browsers look for them there. It knows nobody and never writes.
package assets

import (
	"crypto/sha256"
	"embed"
	"encoding/base32"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"hearth/assets/program"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

//go:embed css icons js all:built
var files embed.FS

// Prefix is where hashed files are served.
const Prefix = "/assets/"

// Site is everything there is to serve, hashed and compressed once.
type Site struct {
	byName   map[string]*file   // "css/kit.css"
	byURL    map[string]*file   // "/assets/css/kit.1a2b3c4d.css"
	programs map[string]Program // by portal
	version  string
}

// Program is what a browser must know to fetch a portal's program.
type Program struct {
	Name string // "office": under which a browser remembers that it has it
	URL  string // hashed address
	Size int64  // bytes, uncompressed, so that a progress bar can tell the truth
}

// file is one thing to serve in up to three encodings.
type file struct {
	url    string
	kind   string // Content-Type
	plain  []byte // nil when only compressed forms are kept; then unpack
	gzip   []byte
	brotli []byte
	unpack func() []byte // of gzip, once: work for one visitor must not be a way to keep the house busy
}

// Open gives the one site there is: the files are part of the binary, so they are named and compressed once however many
// houses a process holds. It panics on a file that cannot be read, because that is a broken build and no running house
// should hide it.
func Open() *Site { return opened() }

var opened = sync.OnceValue(open)

func open() *Site {
	s := &Site{byName: map[string]*file{}, byURL: map[string]*file{}, programs: map[string]Program{}}
	for _, name := range list() {
		if strings.HasPrefix(name, "built/") {
			continue
		}
		s.add(name, must(files.ReadFile(name)))
	}
	for _, lang := range words.Languages() {
		s.add("words/"+string(lang)+".json", catalogue.JSON(lang))
	}
	s.addBuilt()
	s.version = s.hashAll()
	s.fill("js/sw.js")
	return s
}

// Built reports whether the pages' programs are there. A house built by `go build ./backend` alone has none and says so.
func (s *Site) Built() bool { return len(s.programs) > 0 }

// Program is the one that holds a portal's pages, "patient" for one. A portal that has none panics, as an unknown file does;
// ask Built first.
func (s *Site) Program(portal string) Program {
	p, ok := s.programs[portal]
	if !ok {
		panic("assets: no program for the portal " + portal)
	}
	return p
}

// URL gives the hashed address of a file, such as "/assets/css/kit.1a2b3c4d.css" for "css/kit.css". An unknown name
// panics: it is a typing mistake in a template, and the first test that renders it shall say so.
func (s *Site) URL(name string) string {
	f, ok := s.byName[name]
	if !ok {
		panic("assets: no file " + name)
	}
	return f.url
}

// Version names this set of files; it changes when any of them does.
func (s *Site) Version() string { return s.version }

func list() []string {
	var names []string
	err := fs.WalkDir(files, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, p)
		}
		return err
	})
	if err != nil {
		panic(err)
	}
	slices.Sort(names)
	return names
}

// add takes in one file and compresses it when that pays.
func (s *Site) add(name string, content []byte) {
	f := &file{kind: kinds[path.Ext(name)], plain: content}
	if f.kind == "" {
		f.kind = "application/octet-stream"
	}
	if compressible(f.kind) {
		f.gzip, f.brotli = gzipped(content), brotlied(content)
	}
	s.name(name, f, hash(content))
}

func (s *Site) name(name string, f *file, sum string) {
	ext := path.Ext(name)
	f.url = Prefix + strings.TrimSuffix(name, ext) + "." + sum + ext
	s.byName[name], s.byURL[f.url] = f, f
}

// addBuilt takes in the programs and their starter, when all of them are there: some without the others are a build broken off.
func (s *Site) addBuilt() {
	notes := map[string]program.Note{}
	for _, p := range program.All {
		text, err := files.ReadFile("built/" + p.Note())
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		var n program.Note
		if err := json.Unmarshal(must(text, err), &n); err != nil {
			panic(err)
		}
		notes[p.Name] = n
	}
	s.add("js/"+program.Starter, must(files.ReadFile("built/"+program.Starter)))
	for _, p := range program.All {
		n := notes[p.Name]
		s.name(p.File(), packed(kinds[".wasm"], must(files.ReadFile("built/"+p.Gzip())), must(files.ReadFile("built/"+p.Brotli()))), n.Hash[:8])
		for _, portal := range p.Portals {
			s.programs[portal] = Program{Name: p.Name, URL: s.URL(p.File()), Size: n.Size}
		}
	}
}

// packed is a file kept in its compressed forms alone.
func packed(kind string, gzip, brotli []byte) *file {
	return &file{kind: kind, gzip: gzip, brotli: brotli, unpack: sync.OnceValue(func() []byte { return ungzipped(gzip) })}
}

// fill lets a script that keeps its plain name know the hashed ones: {{icons/logo.svg}} becomes its address, {{version}}
// that of this set of files.
func (s *Site) fill(name string) {
	f := s.byName[name]
	text := strings.ReplaceAll(string(f.plain), "{{version}}", s.version)
	for n, other := range s.byName {
		text = strings.ReplaceAll(text, "{{"+n+"}}", other.url)
	}
	f.plain = []byte(text)
	f.gzip, f.brotli = gzipped(f.plain), brotlied(f.plain)
}

func (s *Site) hashAll() string {
	urls := make([]string, 0, len(s.byURL))
	for u := range s.byURL {
		urls = append(urls, u)
	}
	slices.Sort(urls)
	return hash([]byte(strings.Join(urls, "\n")))
}

func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
