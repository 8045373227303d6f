package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"

	"hearth/e2e/stage"
	"hearth/shared/api"
)

// drop drops a file on an element, as one that was dragged from a folder.
func drop(t *testing.T, w *stage.Window, selector, name string, content []byte) {
	t.Helper()
	at := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(at, content, 0o600); err != nil {
		t.Fatal(err)
	}
	w.Until(fmt.Sprintf("(e => !!e && !e.disabled && (e.scrollIntoView({block: 'center', behavior: 'instant'}), true))(document.querySelector(%q))", selector))
	middle := stage.Eval[[]float64](w, fmt.Sprintf("(r => [r.x + r.width / 2, r.y + r.height / 2])(document.querySelector(%q).getBoundingClientRect())", selector))
	for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		stage.Call(w, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: middle[0], Y: middle[1],
			Data: &input.DragData{Items: []*input.DragDataItem{}, Files: []string{at}, DragOperationsMask: 1}})
	}
}

// choose hands a file to an input of a page, as the browser's own dialog does.
func choose(t *testing.T, w *stage.Window, selector, name string, content []byte) {
	t.Helper()
	at := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(at, content, 0o600); err != nil {
		t.Fatal(err)
	}
	w.Until(fmt.Sprintf("(e => !!e && !e.disabled)(document.querySelector(%q))", selector))
	field := stage.Call(w, runtime.Evaluate, runtime.EvaluateParams{Expression: fmt.Sprintf("document.querySelector(%q)", selector)})
	stage.Call(w, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{at}, ObjectID: field.Result.ObjectID})
}

// awake watches how long a page is deaf at most: the longest time between two moments at which it could have answered.
const awake = `window.deaf = 0; (last => { const look = () => { const now = performance.now(); window.deaf = Math.max(window.deaf, now - last); last = now; setTimeout(look, 10) }; look() })(performance.now())`

// A list of patients comes in: what is no list is refused with words, every row's problem is shown before anything is
// written, ten thousand rows leave the page usable, and cards come after.
func TestAListComesIn(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	w := stage.Browse(t, "clerk")
	w.Expect("Failed to load resource: the server responded with a status of 4")
	w.Before("const saved = HTMLAnchorElement.prototype.click; HTMLAnchorElement.prototype.click = function() { this.download ? window.saved = this.download : saved.call(this) };" +
		"const sent = HTMLFormElement.prototype.submit; HTMLFormElement.prototype.submit = function() { this.removeAttribute('target'); sent.call(this) }")
	w.ComeIn(house.Links().Administrator, "")
	w.UntilAt(api.AdminPage)
	w.Click("#import")
	w.Until("!!document.querySelector('#file') && document.querySelector('#project').value !== ''")
	look(t, w, "import", narrowest)
	w.Click("#template")
	w.Until("window.saved === 'patients.csv'")

	choose(t, w, "#file", "old.csv", []byte("pseudonym,name\nJay-4,M\xfcller\n"))
	w.UntilText("#refused", "old encoding")
	look(t, w, "import-refused", narrowest)
	drop(t, w, "h1", "sheet.xlsx", []byte("PK\x03\x04...")) // beside the field: the page stays, and nothing is taken
	w.UntilText("#refused", "old encoding")
	drop(t, w, "#file", "sheet.xlsx", []byte("PK\x03\x04..."))
	w.UntilText("#refused", "no list")
	choose(t, w, "#file", "many.csv", []byte("group\n"+strings.Repeat("wave\n", 100_000)))
	w.UntilText("#refused", "more than 10000 rows")
	choose(t, w, "#file", "large.csv", bytes.Repeat([]byte("n"), api.MaxFile+1))
	w.UntilText("#refused", "larger than 4 MB")
	w.UntilText("#refused", "Nothing was written")

	choose(t, w, "#file", "patients.csv", []byte("pseudonym,group,therapists,name,mobile\nWren-23,,,,\n=2+3,,,,\nJay-4,nowhere,nobody,,0170\nJay-4,,,,\n"))
	w.UntilData("#plan-counts", "problems", "6")
	for _, want := range []struct{ line, code, words string }{{"2", "pseudonym.taken", "Another patient"}, {"3", "import.formula", "formula"}, {"4", "import.group", "no group"},
		{"4", "import.therapist", "therapist"}, {"4", "contact.mobile", "country code"}, {"5", "import.twice", "line 4"}} {
		w.UntilText(fmt.Sprintf("#problems [data-line=%q][data-code=%q]", want.line, want.code), want.words)
	}
	if stage.Eval[bool](w, "!!document.querySelector('#import-do')") {
		t.Error("a list with problems can be imported")
	}
	look(t, w, "import-problems", narrowest)

	w.Click("#paste-open")
	w.Fill("#paste", "pseudonym\nMagpie-71")
	w.Click("#paste-do")
	w.UntilData("#plan-counts", "rows", "1")
	w.Until("!!document.querySelector('#import-do')")

	var list bytes.Buffer
	list.WriteString("pseudonym;therapists;signals;name;birth;mobile;game\r\n")
	for i := range api.MaxRows {
		list.WriteString("Crane " + strconv.Itoa(i) + ";mira;ecg movement;Ann Nr. " + strconv.Itoa(i) + ";1989-04-02;+49 170 1234567;hills\r\n")
	}
	stage.Eval[bool](w, awake+", true")
	choose(t, w, "#file", "patients.csv", list.Bytes())
	w.UntilData("#plan-counts", "rows", "10000")
	w.UntilText("#span", "1–50 of 10\u202f000")
	w.Click("#after")
	w.UntilText("#rows", "Crane 50")
	look(t, w, "import-many", narrowest)
	w.Click("#import-do")
	w.Until("!!document.querySelector('#busy')")
	w.UntilData("#made", "made", "10000")
	t.Logf("with ten thousand rows the page is deaf for %.0f ms at most", stage.Eval[float64](w, "window.deaf"))
	look(t, w, "import-made", narrowest)
	w.Click("#cards-make")
	w.Until("!!document.querySelector('#cards-open')")
	w.Click("#cards-open")
	w.UntilText("h1", "50 cards")
	w.UntilText("#card-person-1", "Crane 0")
	w.Until("document.querySelectorAll('.enrol-qr').length === 50")
	w.Accessible("light", "dark")
	w.Pictures("import-cards")
	w.Narrow(narrowest)
	w.Goto(house.URL() + api.AdminPage + "/patients")
	w.UntilData("#patients", "total", "10003")
	w.Click("#export")
	w.Until("window.saved?.startsWith('patients-')")
	w.UntilData("#patients", "shown", "50")
}
