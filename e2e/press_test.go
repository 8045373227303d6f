package e2e

import (
	"slices"
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
	const rounds = 10
	for range rounds {
		stage.Eval[bool](w, `(() => {
			window.pressed ??= [];
			let left = 100;
			for (const b of document.querySelectorAll("button")) b.onclick = () => pressed.push(b.id);
			const moving = setInterval(() => {
				if (left-- === 0) return clearInterval(moving);
				[meant.style.top, other.style.top] = [other.style.top, meant.style.top];
			}, 7);
			return true;
		})()`)
		w.Click("#meant")
	}
	if got := stage.Eval[[]string](w, "pressed"); len(got) != rounds || slices.Contains(got, "other") {
		t.Errorf("pressed %v", got)
	}
	if stage.Eval[bool](w, "other.click(), pressed.length !== 11") {
		t.Error("a later press is held back")
	}
}

// A button that is replaced before the press reaches it is pressed once, in what stands there then.
func TestAPressOfWhatIsReplaced(t *testing.T) {
	t.Parallel()
	w := stage.Browse(t, "replacing")
	w.Goto("data:text/html,<button id=meant>meant</button>")
	const rounds = 10
	for range rounds {
		stage.Eval[bool](w, `(() => {
			window.pressed ??= 0;
			const replacing = setInterval(() => {
				const next = meant.cloneNode(true);
				next.onclick = () => pressed++;
				meant.replaceWith(next);
			}, 3);
			addEventListener("pointerdown", () => clearInterval(replacing), {capture: true, once: true});
			return true;
		})()`)
		w.Click("#meant")
	}
	if got := stage.Eval[int](w, "pressed"); got != rounds {
		t.Errorf("pressed %d times, want %d", got, rounds)
	}
}

// A press that falls on a button while it is switched off does nothing, and is tried again once it is switched on.
func TestAPressOfWhatIsSwitchedOff(t *testing.T) {
	t.Parallel()
	w := stage.Browse(t, "switched-off")
	w.Goto("data:text/html,<button id=meant onclick=pressed++>meant</button>")
	const rounds = 20
	for range rounds {
		stage.Eval[bool](w, `(() => {
			window.pressed ??= 0;
			const switching = setInterval(() => { meant.disabled = Math.random() < 0.5 }, 3);
			addEventListener("click", () => clearInterval(switching), {capture: true, once: true});
			return true;
		})()`)
		w.Click("#meant")
	}
	if got := stage.Eval[int](w, "pressed"); got != rounds {
		t.Errorf("pressed %d times, want %d", got, rounds)
	}
}
