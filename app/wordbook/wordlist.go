package wordbook

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"hearth/shared/care"
)

// wordlist is a project's vocabulary while it is being edited. Every change can be taken back, one after the other.
type wordlist struct {
	words []care.Word
	past  [][]care.Word
}

func (w *wordlist) set(list []care.Word) { w.words, w.past = slices.Clone(list), nil }

// step remembers how the list was.
func (w *wordlist) step() { w.past = append(w.past, slices.Clone(w.words)) }

func (w *wordlist) changed() bool { return len(w.past) > 0 }

func (w *wordlist) full() bool { return len(w.words) >= care.MaxWords }

// undo takes the last change back.
func (w *wordlist) undo() {
	if n := len(w.past); n > 0 {
		w.words, w.past = w.past[n-1], w.past[:n-1]
	}
}

// add puts an own word at the end. It refuses what the house would refuse, and a word that is there already.
func (w *wordlist) add(text string) error {
	text = strings.TrimSpace(text)
	for _, other := range w.words {
		if strings.EqualFold(Say(other), text) {
			return errTwice
		}
	}
	next := append(slices.Clone(w.words), care.Word{Key: keyOf(text), Text: text})
	if err := (care.Vocabulary{Words: next}).Validate(); err != nil {
		return err
	}
	w.step()
	w.words = next
	return nil
}

// restore puts a built-in word back.
func (w *wordlist) restore(key string) {
	if w.full() || w.has(key) {
		return
	}
	w.step()
	w.words = append(w.words, care.Word{Key: key})
}

// remove takes a word away; the last one stays, because a vocabulary has at least one.
func (w *wordlist) remove(i int) {
	if i < 0 || i >= len(w.words) || len(w.words) == 1 {
		return
	}
	w.step()
	w.words = slices.Delete(slices.Clone(w.words), i, i+1)
}

// move moves a word up or down by one place.
func (w *wordlist) move(i, by int) {
	j := i + by
	if i < 0 || j < 0 || i >= len(w.words) || j >= len(w.words) {
		return
	}
	w.step()
	w.words = slices.Clone(w.words)
	w.words[i], w.words[j] = w.words[j], w.words[i]
}

// left are the built-in words that are not in the list.
func (w *wordlist) left() (out []care.Word) {
	for _, d := range care.DefaultVocabulary() {
		if !w.has(d.Key) {
			out = append(out, d)
		}
	}
	return out
}

func (w *wordlist) has(key string) bool {
	return slices.ContainsFunc(w.words, func(o care.Word) bool { return o.Key == key })
}

// keyOf makes a key of a word's letters, so that exports can be read, and of a hash of all of it: another word has another
// key, on other people's lists too, and the same word has the same.
func keyOf(text string) string {
	all := fnv.New64a()
	all.Write([]byte(text))
	return "own-" + strings.TrimPrefix(slug(text)+"-", "-") + strconv.FormatUint(all.Sum64(), 36)
}

// slug keeps the plain letters and digits of a word, at most 20 of them.
func slug(text string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() == 20 {
			break
		}
	}
	return strings.Trim(b.String(), "-")
}
