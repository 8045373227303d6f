package stage

// Fits holds the words of what people press, and of short signs, to the place they have: nothing is cut off, and nothing
// leaves its button or is broken inside of a word. What is cut on purpose says so by its class, and has its whole text elsewhere.
func (w *Window) Fits() {
	w.t.Helper()
	w.settle()
	for _, clipped := range Eval[[]string](w, `(() => {
		const out = [];
		for (const e of document.querySelectorAll("button, .btn, summary, .chip, .badge, label, legend, h1, h2, .lead, .tapline, th")) {
			if (!e.getClientRects().length || e.closest(".sr, [inert]") || getComputedStyle(e).visibility !== "visible") continue;
			const box = e.getBoundingClientRect(), walk = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
			const inline = getComputedStyle(e).display === "inline";
			while (walk.nextNode()) {
				const text = walk.currentNode, range = document.createRange();
				if (!text.data.trim() || text.parentElement.closest(".cut, .sr")) continue;
				range.selectNodeContents(text);
				if (/^\p{L}+$/u.test(text.data.trim()) && new Set([...range.getClientRects()].map(r => Math.round(r.top))).size > 1)
					out.push("one word on two lines, " + e.tagName + "#" + e.id + ": " + text.data.trim());
				for (const r of range.getClientRects())
					if (r.width > 1 && !inline && (r.right > box.right + 2 || r.left < box.left - 2 || r.bottom > box.bottom + 4 || r.top < box.top - 4)) {
						out.push(e.tagName + "#" + e.id + "." + e.className + ": " + text.data.trim());
						break;
					}
			}
		}
		return [...new Set(out)];
	})()`) {
		w.t.Errorf("%s: words do not fit: %s", w.Name, clipped)
	}
}
