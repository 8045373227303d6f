package e2e

import (
	"fmt"
	"strings"
	"testing"

	"hearth/e2e/stage"
)

// mirrored looks at a page the way people see it who read from right to left: on phones and on a desk nothing reaches out of the
// screen, neither where lines begin nor where they end. No language of ours does yet; this keeps the styles ready for one.
func mirrored(t *testing.T, w *stage.Window, name string) {
	t.Helper()
	stage.Eval[bool](w, `(document.documentElement.dir = "rtl", true)`)
	for _, size := range [][2]int64{{320, 640}, {390, 844}, {1280, 800}} {
		w.Size(size[0], size[1], size[0] < 640)
		w.Picture(fmt.Sprintf("%s-rtl-%d", name, size[0]))
		if out := stage.Eval[[]string](w, `(() => { const wide = document.documentElement.clientWidth, found = [];
			if (document.scrollingElement.scrollWidth > wide) found.push("it scrolls sideways, " + document.scrollingElement.scrollWidth + " px wide");
			for (const e of document.body.querySelectorAll("button, a, h1, h2, p, label, input, video, [role=status]")) { const r = e.getBoundingClientRect();
				if (r.width > 1 && r.height > 1 && !e.closest(".sr, [hidden]") && (r.left < -1 || r.right > wide + 1) && getComputedStyle(e).visibility === "visible")
					found.push(e.tagName + "#" + e.id + "." + e.className + " from " + Math.round(r.left) + " to " + Math.round(r.right)); }
			return found.slice(0, 6) })()`); len(out) > 0 {
			t.Errorf("%s from right to left at %d px: %s", name, size[0], strings.Join(out, "; "))
		}
	}
	stage.Eval[bool](w, `(document.documentElement.removeAttribute("dir"), true)`)
	w.Size(390, 844, true)
}
