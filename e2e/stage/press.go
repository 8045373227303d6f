package stage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Click clicks the first element a CSS selector finds once it is there, visible and enabled, and stands still where nothing
// lies over it: a press goes to a place. What moves between the look and the press is missed; the press then does nothing
// to what it met instead, and is tried again; so is one at what was replaced or switched off before the press.
func (w *Window) Click(selector string) {
	w.t.Helper()
	for end := time.Now().Add(Patience); ; {
		w.aim(selector)
		gone := false
		w.do("click "+selector, func(ctx context.Context) error {
			err := w.engine.click(ctx, selector)
			if gone = errors.Is(err, errGone); gone {
				return nil
			}
			return err
		})
		if missed := w.missed(); !missed && !gone {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("%s: %s moves away from every press", w.Name, selector)
		}
	}
}

// aim waits until an element stands still, and lets the page hold back a press that begins anywhere else.
func (w *Window) aim(selector string) {
	w.t.Helper()
	place := fmt.Sprintf(`((find, e) => {
		if (!e || e.disabled || e.getClientRects().length === 0) return "";
		const hit = () => (r => document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2))(e.getBoundingClientRect());
		if (!e.contains(hit())) e.scrollIntoView({block: "center", behavior: "instant"});
		if (!e.contains(hit()) && hit()?.closest(".toast")) return ""; // that goes by itself, and its button is not what is meant
		if (!window.aimed) for (const kind of ["pointerdown", "mousedown", "touchstart", "pointerup", "mouseup", "touchend", "click"])
			addEventListener(kind, (press) => {
				if (!press.isTrusted || !window.aimed?.at) return;
				const meant = document.querySelector(aimed.at); // a press that ends beside it is none
				if (kind === "pointerdown" || kind === "pointerup" && meant) aimed.missed ||= !meant?.contains(press.target) || meant.disabled; // switched off meanwhile
				if (aimed.missed) press.preventDefault(), press.stopImmediatePropagation();
			}, {capture: true, passive: false});
		window.aimed = {at: find, missed: false};
		return JSON.stringify(e.getBoundingClientRect());
	})(%[1]q, document.querySelector(%[1]q))`, selector)
	was := ""
	w.until(place, func(now json.RawMessage) bool {
		still := string(now) == was && len(now) > len(`""`)
		was = string(now)
		return still
	})
}

// missed reports whether the last press met something else, and lets later ones be. A page that was left by it was met.
func (w *Window) missed() bool {
	ctx, cancel := context.WithTimeout(w.ctx, 5*time.Second)
	defer cancel()
	said, err := w.engine.eval(ctx, `(was => (window.aimed = was && {}, was?.missed === true))(window.aimed)`)
	return err == nil && string(said) == "true"
}
