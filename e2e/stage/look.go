package stage

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Theme puts the page into a theme: "light", "dark", "child", "child dark".
func (w *Window) Theme(theme string) {
	w.t.Helper()
	Eval[string](w, fmt.Sprintf("document.documentElement.dataset.theme = %q", theme))
}

// Picture keeps a picture of what the window shows, for people to look at.
func (w *Window) Picture(name string) {
	w.t.Helper()
	w.picture(name)
}

func (w *Window) picture(name string) {
	ctx, cancel := context.WithTimeout(w.ctx, Patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		w.t.Logf("%s: no picture: %v", w.Name, err)
		return
	}
	keep(w.t, name, png)
}

// Pictures keeps phone and desktop pictures in light and dark, and puts the page back to a desktop in light.
func (w *Window) Pictures(name string) {
	w.t.Helper()
	for _, theme := range []string{"light", "dark"} {
		w.Theme(theme)
		for _, d := range []struct {
			name          string
			width, height int64
			phone         bool
		}{{"phone", 390, 844, true}, {"desktop", 1280, 800, false}} {
			w.Size(d.width, d.height, d.phone)
			w.settle()
			w.picture(name + "-" + d.name + "-" + theme)
		}
	}
	w.Theme("light")
}

// settle waits until the page has drawn twice, so that canvases have their new size.
func (w *Window) settle() {
	Eval[bool](w, "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => r(true), 600))))")
}

// violation is one finding of axe.
type violation struct {
	ID, Help string
	Nodes    []struct {
		HTML   string   `json:"html"`
		Target []string `json:"target"`
		Why    string   `json:"failureSummary"`
	}
}

// Accessible checks the page with axe-core by the rules of WCAG 2.2 level AA, in every theme.
func (w *Window) Accessible(themes ...string) {
	w.t.Helper()
	if len(themes) == 0 {
		themes = []string{"light", "dark"}
	}
	for _, theme := range themes {
		w.Theme(theme)
		w.settle()
		for _, v := range w.axe() {
			for _, n := range v.Nodes {
				w.t.Errorf("%s in %s: %s (%s)\n  %s\n  %s", w.Name, theme, v.Help, v.ID, n.HTML, strings.ReplaceAll(n.Why, "\n", " "))
			}
		}
	}
	w.Theme("light")
}

func (w *Window) axe() []violation {
	w.t.Helper()
	Eval[bool](w, axeSource(w.t)+"; true")
	out := Eval[string](w, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}).then(r => JSON.stringify({
		passes: r.passes.length, violations: r.violations.map(v => ({ID: v.id, Help: v.help, Nodes: v.nodes}))}))`)
	var found struct {
		Passes     int
		Violations []violation
	}
	if err := json.Unmarshal([]byte(out), &found); err != nil {
		w.t.Fatal(err)
	}
	if found.Passes == 0 {
		w.t.Errorf("%s: axe looked at nothing", w.Name)
	}
	return found.Violations
}

func axeSource(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is not here: .ci/needs installs it (%v)", err)
	}
	return string(b)
}
