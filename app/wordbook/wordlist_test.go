package wordbook

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

func TestWordlistTellsWhy(t *testing.T) {
	words.Use(catalogue.Load(words.English))
	var w wordlist
	w.set(care.DefaultVocabulary())
	if err := w.add("  In  "); err != nil || w.words[len(w.words)-1] != (care.Word{Key: keyOf("In"), Text: "In"}) {
		t.Errorf("%v %+v", err, w.words[len(w.words)-1])
	}
	for text, code := range map[string]string{"": "vocabulary.text", "pause": "vocabulary.twice", strings.Repeat("x", 41): "vocabulary.text"} {
		var f *fault.Error
		if err := w.add(text); !errors.As(err, &f) || f.Code != code || !words.Current().Has("fault."+f.Code) {
			t.Errorf("%q: %v, want %s with words", text, err, code)
		}
	}
}

// TestWordlistIsAlwaysOneTheHouseTakes: any sequence of changes leaves a valid vocabulary, and undo leads back all the way.
func TestWordlistIsAlwaysOneTheHouseTakes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var w wordlist
		w.set(care.DefaultVocabulary())
		r.Repeat(map[string]func(*rapid.T){
			"add":    func(r *rapid.T) { _ = w.add(rapid.StringN(0, 50, 100).Draw(r, "text")) },
			"remove": func(r *rapid.T) { w.remove(rapid.IntRange(-1, 25).Draw(r, "i")) },
			"move": func(r *rapid.T) {
				w.move(rapid.IntRange(-1, 25).Draw(r, "i"), rapid.SampledFrom([]int{-1, 1}).Draw(r, "by"))
			},
			"restore": func(r *rapid.T) { w.restore(rapid.SampledFrom(care.DefaultVocabulary()).Draw(r, "word").Key) },
			"undo":    func(*rapid.T) { w.undo() },
			"": func(r *rapid.T) {
				if err := (care.Vocabulary{Words: w.words}).Validate(); err != nil {
					r.Fatalf("%v: %+v", err, w.words)
				}
			},
		})
		for w.changed() {
			w.undo()
		}
		if len(w.words) != len(care.DefaultVocabulary()) {
			r.Fatalf("undo leads to %+v", w.words)
		}
	})
}
