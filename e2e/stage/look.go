package stage

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// Theme puts the page into a theme: "light", "dark", "child", "child dark".
func (w *Window) Theme(theme string) {
	w.t.Helper()
	Eval[string](w, fmt.Sprintf("document.documentElement.dataset.theme = %q", theme))
	if w.Follows == "" {
		return
	}
	own := "light"
	if strings.Contains(theme, "dark") {
		own = "dark"
	}
	w.Until(fmt.Sprintf("(e => !e || e.dataset.theme === %q)(document.querySelector(%q))", own, w.Follows))
}

// Picture keeps a picture of what the window shows, for people to look at.
func (w *Window) Picture(name string) {
	w.t.Helper()
	w.settle()
	w.picture(name)
}

// Capture is a picture of what the window shows, as a PNG.
func (w *Window) Capture() []byte {
	w.t.Helper()
	png, err := w.capture()
	if err != nil {
		w.t.Fatalf("%s: no picture: %v", w.Name, err)
	}
	return png
}

func (w *Window) capture() ([]byte, error) {
	ctx, cancel := context.WithTimeout(w.ctx, Patience)
	defer cancel()
	return w.engine.capture(ctx)
}

func (w *Window) picture(name string) {
	png, err := w.capture()
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

// Narrow holds the page to a narrow screen: nothing may need scrolling sideways. 320 CSS pixels are the narrowest WCAG 2.2
// asks for (1.4.10), the same as a desk at 400 %; 640 are a desk at 200 %. What scrolls by itself, such as a wide table, may.
func (w *Window) Narrow(width int64) {
	w.t.Helper()
	w.Size(width, 640, width < 640)
	w.settle()
	if over := Eval[string](w, fmt.Sprintf(`(() => {
		const wide = document.scrollingElement.scrollWidth;
		if (wide <= %[1]d) return "";
		const out = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > %[1]d + 1 && !e.closest(".sr"));
		return wide + " px wide: " + out.slice(0, 4).map(e => e.tagName + "#" + e.id + "." + e.getAttribute("class")).join(", ");
	})()`, width)); over != "" {
		w.t.Errorf("%s scrolls sideways at %d px: %s", w.Name, width, over)
		w.picture(fmt.Sprintf("narrow-%d-%s", width, w.Name))
	}
	w.Size(1280, 800, false)
}

// settle waits until what moves has arrived, a second at most, and the page has drawn twice, so that canvases have their
// new size. What moves for ever is not waited for.
func (w *Window) settle() {
	w.t.Helper()
	Eval[bool](w, `new Promise(done => {
		const drawn = () => requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
		const arrived = () => Promise.race([new Promise(enough => (window.unhurried ?? setTimeout)(enough, 1000)), Promise.allSettled(document.getAnimations()
			.filter(a => a.playState === "running" && a.effect && Number.isFinite(a.effect.getComputedTiming().endTime)).map(a => a.finished))]);
		requestAnimationFrame(() => arrived().then(drawn));
	})`)
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

// Rules of axe: those of WCAG 2.2 level AA with what else is good practice, and those among them that depend on colours
// and sizes. A theme changes nothing else of a page, so after the first theme only these can find anything new.
const (
	allRules   = `["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]`
	themeRules = `{type: "rule", values: ["color-contrast", "link-in-text-block", "target-size"]}`
)

// Accessible checks the page with axe-core by the rules of WCAG 2.2 level AA, in every theme.
func (w *Window) Accessible(themes ...string) {
	w.t.Helper()
	if len(themes) == 0 {
		themes = []string{"light", "dark"}
	}
	rules := allRules
	for _, theme := range themes {
		w.Theme(theme)
		w.settle()
		found := w.axe(rules)
		rules = themeRules
		for _, v := range found {
			for _, n := range v.Nodes {
				w.t.Errorf("%s in %s: %s (%s)\n  %v\n  %.300s\n  %s", w.Name, theme, v.Help, v.ID, n.Target, n.HTML, strings.ReplaceAll(n.Why, "\n", " "))
			}
		}
	}
	w.Theme("light")
	if twice := Eval[string](w, `[...document.querySelectorAll("[id]")].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i).join(" ")`); twice != "" {
		w.t.Errorf("%s: more than one element is called %s", w.Name, twice)
	}
}

func (w *Window) axe(rules string) []violation {
	w.t.Helper()
	if !Eval[bool](w, "!!window.axe") {
		Eval[bool](w, "(() => {"+axeSource(w.t)+"; return true })()")
	}
	out := Eval[string](w, `axe.run(document, {runOnly: `+rules+`}).then(r => JSON.stringify({
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
