package e2e

import (
	"fmt"

	"hearth/e2e/stage"
)

// lines remembers every connection a page makes, so that what comes through can be counted.
const lines = `{ const Real = RTCPeerConnection; window.lines = [];
	window.RTCPeerConnection = class extends Real { constructor(...all) { super(...all); window.lines.push(this) } } }`

// listens lets a window count what it hears; call it before the page opens.
func listens(w *stage.Window) { w.Before(lines) }

// voices are the packets and the loudness that came of every voice so far, by its line.
const voices = `(async () => { const all = {};
	for (const line of window.lines.filter(l => l.connectionState === "connected"))
		for (const s of (await line.getStats()).values())
			if (s.type === "inbound-rtp" && s.kind === "audio") all[window.lines.indexOf(line) + "." + s.ssrc] = [s.packetsReceived ?? 0, s.totalAudioEnergy ?? 0];
	return all })()`

// hears waits until so many others are heard now: packets come, they are not silent, and nothing on the page keeps them quiet.
func hears(w *stage.Window, others int) {
	w.Until("Object.keys(await " + voices + ").length > 0")
	stage.Eval[bool](w, "(async () => { window.heard = await "+voices+"; return true })()")
	w.Until(fmt.Sprintf(`Object.entries(await %s).filter(([name, [packets, loud]]) =>
		(was => packets > was[0] + 25 && loud > was[1])(window.heard[name] ?? [0, 0])).length >= %d`, voices, others))
	w.Until(fmt.Sprintf(`[...document.querySelectorAll("[id^=cam-]")].filter(e => e.id !== "cam-0" && !e.muted && !e.paused &&
		e.srcObject?.getAudioTracks().some(t => t.readyState === "live" && !t.muted)).length >= %d`, others))
}

// shown is what the tiles of others who are in the call show, by tile: how many pictures so far, or that the picture is paused;
// a busy machine is a weak line. Who came back may have another tile than before, and a picture put in anew begins at none.
const shown = `[...document.querySelectorAll("#stage > [id^=tile-][data-state=here]:not(#tile-0)")].map(tile =>
	[tile.id, tile.querySelector(".shot-signs")?.textContent.includes("picture paused") ? 1e9 : ` + frames + `(tile.querySelector("video"))])`

// together waits until so many others are in the call on this page, heard, and seen or said to be seen no more for a while.
func together(w *stage.Window, others int) {
	w.Until(fmt.Sprintf("(all => all.length === %d && (window.seen = Object.fromEntries(all), true))(%s)", others, shown))
	w.Until(fmt.Sprintf("(all => all.length === %d && all.every(([tile, n]) => n >= 1e9 || n > 0 && Math.abs(n - (window.seen[tile] ?? 0)) > 5))(%s)", others, shown))
	hears(w, others)
}
