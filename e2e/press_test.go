package e2e

import (
	"testing"

	"hearth/e2e/stage"
)

// A button that moves away under the finger, as when a list grows above it, is pressed where it went, and what took its
// place is not: the pages are tested, not luck.
func TestAPressThatMissed(t *testing.T) {
	t.Parallel()
	w := stage.Browse(t, "moving")
	w.Goto("data:text/html,<body style='margin:0'><button id=other style='position:absolute;top:300px;width:90px;height:40px'>other</button>" +
		"<button id=meant style='position:absolute;top:0;width:90px;height:40px'>meant</button>")
	stage.Eval[bool](w, `(() => {
		window.pressed = [];
		let moves = 0;
		for (const b of document.querySelectorAll("button")) b.onclick = () => pressed.push(b.id);
		addEventListener("mousemove", () => {
			if (moves++ >= 2) return;
			[meant.style.top, other.style.top] = [other.style.top, meant.style.top];
		});
		return true;
	})()`)
	w.Click("#meant")
	if got := stage.Eval[[]string](w, "pressed"); len(got) != 1 || got[0] != "meant" {
		t.Errorf("pressed %v", got)
	}
	if stage.Eval[bool](w, "other.click(), pressed.length !== 2") {
		t.Error("a later press is held back")
	}
}
