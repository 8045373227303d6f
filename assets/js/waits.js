// Says on a page of staff that has no live socket that somebody waits to be let in. It asks now and then, also while the page is
// behind others: then its title says so, and a tone, unless tones are switched off in this browser or nobody has touched the page.
"use strict";

(() => {
  const often = 10_000; // ms
  const bar = document.querySelector("#knock"), text = bar.querySelector("strong"), title = document.title;
  const { ask, as, one, many } = bar.dataset;
  const rung = new Set();
  let sound = null;

  addEventListener("pointerdown", () => {
    sound ??= globalThis.AudioContext && new AudioContext();
    sound?.resume();
  });

  function ring() {
    if (sound?.state !== "running" || localStorage.getItem("hearth.hearth-knock") === "off") return;
    const note = sound.createOscillator(), loud = sound.createGain(), now = sound.currentTime;
    note.frequency.value = 523;
    loud.gain.setValueAtTime(0, now);
    loud.gain.linearRampToValueAtTime(0.12, now + 0.02);
    loud.gain.linearRampToValueAtTime(0, now + 0.25);
    note.connect(loud).connect(sound.destination);
    note.start();
    note.stop(now + 0.25);
  }

  function show(waiting) {
    const n = waiting.length;
    bar.hidden = n === 0;
    bar.dataset.waiting = n;
    text.textContent = n === 0 ? "" : n === 1 ? one : many.replace("{n}", n);
    document.title = n === 0 ? title : `(${n}) ${title}`;
    const came = waiting.filter(guest => !rung.has(guest.id));
    for (const guest of came) rung.add(guest.id);
    if (came.length) ring();
  }

  async function look() {
    try {
      const answer = await fetch(ask, { headers: { "Hearth-As": as }, cache: "no-store", redirect: "error" });
      show(answer.ok ? (await answer.json()).items ?? [] : []); // who may not ask is told nothing
    } catch { } // the house is away: what is known stays
    setTimeout(look, often);
  }
  look();
})();
