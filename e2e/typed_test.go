package e2e

import (
	"testing"

	"hearth/e2e/stage"
)

// ahead types a letter into #name of which the page hears only after it has drawn what it heard before, as happens to
// whoever types faster than a slow phone draws.
const ahead = `addEventListener("input", (e) => {
	if (e.target.id !== "name" || e.target.value !== "So" || window.typedAhead) return;
	window.typedAhead = true;
	e.target.value += "l";
	requestAnimationFrame(() => setTimeout(() => { window.drawn = e.target.value; e.target.dispatchEvent(new Event("input", {bubbles: true})); }, 300));
})`

// No letter is lost of who types ahead of the page, and what the page itself writes into a field is seen.
func TestALetterTypedAhead(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	w := stage.Browse(t, "administrator")
	w.Before(ahead)
	w.ComeIn(house.Links().Administrator, "")
	portalPage(w, house, "/people", "#people")
	w.Click("#create")
	w.Fill("#name", "So")
	w.Until("window.drawn !== undefined")
	if drawn := stage.Eval[string](w, "drawn"); drawn != "Sol" {
		t.Errorf("the page drew %q over Sol", drawn)
	}
	w.Until("document.querySelector('#login').value === 'sol'")
	w.Fill("#name", "")
	w.Until("document.querySelector('#login').value === ''")
	w.Fill("#name", "Sol Amado")
	w.Until("document.querySelector('#login').value === 'sol.amado'")
}
