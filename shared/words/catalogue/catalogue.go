// Package catalogue holds every sentence in every language. Only programs that serve or check words open it; the pages'
// program fetches the one language it needs and never carries the rest.
package catalogue

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"sync"

	"hearth/shared/words"
)

//go:embed en de fr es
var files embed.FS

// Load returns the catalogue of a language. It panics on broken files or a key given twice, which is a broken build.
func Load(l words.Language) *words.Catalogue { return words.NewCatalogue(l, loaded()[l]) }

// Sentences returns a language's sentences by key; tests compare them.
func Sentences(l words.Language) (map[string]string, error) {
	m := map[string]string{}
	return m, json.Unmarshal(JSON(l), &m)
}

// JSON returns a language as the pages fetch it.
func JSON(l words.Language) []byte {
	b, err := json.Marshal(loaded()[l])
	if err != nil {
		panic(err) // strings only: cannot fail
	}
	return b
}

var loaded = sync.OnceValue(func() map[words.Language]map[string]string {
	all := map[words.Language]map[string]string{}
	for _, l := range words.Languages() {
		merged := map[string]string{}
		names, err := fs.Glob(files, string(l)+"/*.json")
		if err != nil {
			panic(err)
		}
		for _, name := range names {
			merge(merged, name)
		}
		all[l] = merged
	}
	return all
})

func merge(into map[string]string, name string) {
	data, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	m := map[string]string{}
	if err := json.Unmarshal(data, &m); err != nil {
		panic(fmt.Errorf("%s: %w", name, err))
	}
	for k, v := range m {
		if _, twice := into[k]; twice {
			panic(fmt.Errorf("%s: key %q is given twice", name, k))
		}
		into[k] = v
	}
}
