package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/words"
)

// same is what is the same in every language: people with their logins and initials, the house, its project and its languages, an
// address as an example, units.
var same = regexp.MustCompile(`\b(Hearth|Mira|Solano|Wren|Robin|Finch|Noor|Haddad|Alex|Rivers|mira|wren|robin|finch|noor|alex|MS|NH|AR|WR|RO|FI|English|Deutsch|Français|Español|SQLite|Chromium|Europe|Berlin|Therapy|ann@example\.org|test|min|ms|mV|Hz)\b`)

// texts is everything a page says, to eyes and to screen readers, in what is closed as well, but what it asks not to be
// translated, such as the columns of a file; numbers are a #.
const texts = `(() => {
	const found = new Set([document.title]), walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) if (!walk.currentNode.parentElement.closest("script, style, noscript, template, [translate=no]")) found.add(walk.currentNode.data);
	for (const name of ["aria-label", "aria-description", "aria-valuetext", "placeholder", "title", "alt"])
		for (const e of document.querySelectorAll("[" + name + "]")) found.add(e.getAttribute(name));
	return [...found].map(s => s.trim().replace(/\s+/g, " ").replace(/\d+([.,:]\d+)*/g, "#")).filter(s => /\p{L}{2}/u.test(s));
})()`

// catalogue is every sentence of a language by its key, with # for what is filled in.
func catalogue(t *testing.T, l words.Language) map[string]string {
	t.Helper()
	all := map[string]string{}
	files, err := filepath.Glob("../shared/words/catalogue/" + string(l) + "/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no words of %s: %v", l, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(b, &all)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// tongue is what a language may leave as it is in English.
type tongue struct {
	language words.Language
	kept     []*regexp.Regexp // sentences both catalogues have alike
	english  map[string]bool  // sentences of the English catalogue that are others in this one
}

func tongueOf(t *testing.T, l words.Language) tongue {
	t.Helper()
	hole, number := regexp.MustCompile(`\\\{[a-z]+\\\}`), regexp.MustCompile(`\d+([.,:]\d+)*`)
	english, own := catalogue(t, words.English), catalogue(t, l)
	o := tongue{language: l, english: map[string]bool{}}
	for key, sentence := range english {
		if own[key] == sentence {
			o.kept = append(o.kept, regexp.MustCompile("^"+hole.ReplaceAllString(regexp.QuoteMeta(number.ReplaceAllString(sentence, "#")), ".+")+"$"))
		} else {
			o.english[sentence] = true
		}
	}
	for _, sentence := range own {
		delete(o.english, sentence) // an English word may be another one's translation
	}
	return o
}

func (o tongue) may(text string) bool {
	rest := strings.Trim(same.ReplaceAllString(text, ""), " ·#:")
	return !regexp.MustCompile(`\p{L}{2}`).MatchString(rest) || slices.ContainsFunc(o.kept, func(r *regexp.Regexp) bool { return r.MatchString(text) || r.MatchString(rest) })
}

var key = regexp.MustCompile(`\[[a-z][a-z0-9-]*(\.[a-z0-9-]+)+\]|^[a-z]+(\.[a-z-]+)+$|\{[a-z]+\}`)

// portal is a window and a walk through its pages; the walk calls look on everything it sees.
type portal struct {
	name   string
	window *stage.Window
	walk   func(look func())
}

// Whoever chooses a language reads that language on every page: no key of a catalogue, no English sentence, nothing that
// does not fit.
func TestLanguages(t *testing.T) {
	t.Parallel()
	s := streaming(t)
	s.desk.Click("#label-0")
	phone, admin := stage.Browse(t, "phone"), stage.Browse(t, "administrator")
	phone.ComeIn(s.house.Links().Patient, api.PatientPage)
	admin.ComeIn(s.house.Links().Administrator, "")
	admin.Expect("404")
	portals := []portal{
		{"therapist", s.desk, s.walkDesk}, // first, and it stays at the live page: the others show that somebody watches
		{"patient", phone, func(look func()) {
			phone.Until("document.querySelectorAll('[data-receiver] [data-share]').length === 2 && !!document.querySelector('[data-device]')")
			look()
			s.narrow(phone, narrowest, 390)
		}},
		{"aggregator", s.tablet, s.walkTablet},
		{"administrator", admin, func(look func()) { s.walkAdmin(admin, look) }},
	}
	english := map[string]map[string]bool{}
	for _, p := range portals {
		english[p.name] = map[string]bool{}
		p.walk(func() {
			for _, text := range stage.Eval[[]string](p.window, texts) {
				english[p.name][text] = true
			}
		})
	}
	for _, l := range []words.Language{words.German, words.French, words.Spanish} {
		o := tongueOf(t, l)
		for _, p := range portals {
			t.Run(string(l)+"/"+p.name, func(t *testing.T) {
				p.window.For(t)
				if p.window == s.desk {
					s.desk.Goto(s.house.URL() + api.TherapistPage)
				}
				p.window.Choose("#language", string(l))
				p.window.Until(fmt.Sprintf("document.readyState === 'complete' && document.documentElement.lang === %q && !!document.querySelector('#language')", l))
				p.walk(func() { o.read(t, p.window, english[p.name]) })
			})
		}
	}
}

// read holds what a page says against what it said in English.
func (o tongue) read(t *testing.T, w *stage.Window, english map[string]bool) {
	t.Helper()
	if got := stage.Eval[string](w, "document.documentElement.lang"); got != string(o.language) {
		t.Errorf("the page calls itself %q", got)
	}
	where := stage.Eval[string](w, "location.pathname.replace(/[0-9A-Z]{10,}/, '…') + ' ' + (document.querySelector('dialog')?.innerText.split('\\n')[0] ?? '')")
	said := stage.Eval[[]string](w, texts)
	if len(said) < 5 {
		t.Errorf("%s: the page says only %q", where, said)
	}
	for _, text := range said {
		switch {
		case key.MatchString(text):
			t.Errorf("%s: the page shows a key: %q", where, text)
		case o.may(text):
		case english[text] || o.english[text]:
			t.Errorf("%s: the page says %q", where, text)
		}
	}
}

func (s *scene) walkTablet(look func()) {
	w := s.tablet
	w.UntilData("#tile-demo-ecg", "state", "streaming")
	w.Until("document.querySelector('#who').dataset.shares === '1'")
	look()
	s.narrow(w, narrowest, 390)
	w.Size(1180, 820, false)
	for _, dialog := range []struct{ open, shut string }{{"#who", "#who-close"}, {"#add-sensor", "#add-close"}} {
		w.Click(dialog.open)
		w.Until("!!document.querySelector('dialog')")
		look()
		w.Click(dialog.shut)
		w.Until("!document.querySelector('dialog')")
	}
}

// narrow holds a page that is not English to narrow screens.
func (s *scene) narrow(w *stage.Window, widths ...int64) {
	if stage.Eval[string](w, "document.documentElement.lang") != "en" {
		for _, width := range widths {
			w.Narrow(width)
		}
	}
}

func (s *scene) walkDesk(look func()) {
	w := s.desk
	w.Goto(s.house.URL() + api.TherapistPage + "/words")
	w.Until("!!document.querySelector('#vocabulary')")
	look()
	w.Goto(s.house.URL() + api.TherapistPage)
	w.UntilData(s.row(), "online", "true")
	look()
	s.narrow(w, zoomed)
	w.Goto(s.house.URL() + api.LivePage + string(s.wren.ID))
	s.flowing() // the wish of the page before
	w.Until("!!document.querySelector('#labels li')")
	look()
	s.narrow(w, zoomed)
	for _, dialog := range []string{"#more", "#limits-edit", "#labels li button"} {
		w.Click(dialog)
		w.Until("!!document.querySelector('dialog')")
		look()
		w.Key(kb.Escape)
		w.Until("!document.querySelector('dialog')")
	}
}

func (s *scene) walkAdmin(w *stage.Window, look func()) {
	for _, page := range []struct{ path, ready string }{{"/patients/" + string(s.wren.ID), "#record [role=switch]"}, {"/house", "#version"}, {"/nothing", "main h1"},
		{"", "#patients [data-patient]"}, {"/patients/new", "#therapist option:nth-child(2)"}, {"/patients/import", "#file"}, {"/patients/kept", "#kept-new"}, {"/people", "[data-person]"}} {
		w.Goto(s.house.URL() + api.AdminPage + page.path)
		w.Until(fmt.Sprintf("!!document.querySelector(%q)", page.ready))
		look()
		s.narrow(w, zoomed)
	}
	w.Click("#create")
	w.Until("!!document.querySelector('dialog')")
	look()
	w.Key(kb.Escape)
	w.Until("!document.querySelector('dialog')")
	w.Goto(s.house.URL() + api.AdminPage + "/patients/" + string(s.wren.ID))
	w.Click("#consents-show")
	w.Click("#wires-show")
	w.Until("!!document.querySelector('#consents') && !!document.querySelector('#wires [data-wire]')")
	w.Click("#erase")
	w.Until("!!document.querySelector('dialog')")
	look()
	w.Key(kb.Escape)
	w.Until("!document.querySelector('dialog')")
	s.narrow(w, zoomed)
}
