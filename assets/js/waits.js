// Says on a page of staff that has no live socket that somebody waits to be let in. It asks now and then, also while the page is
// behind others: then its title says so, and a tone, unless tones are switched off in this browser or nobody has touched the page.
"use strict";

(() => {
  const often = 10_000; // ms
  const bar = document.querySelector("#knock"), text = bar.querySelector("strong"), title = document.title;
  const { ask, as, one, many } = bar.dataset;
  let sound = null, rung = new Set(); // for whom it rang; who goes and comes back rings again

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
    const came = waiting.some(guest => !rung.has(guest.id));
    rung = new Set(waiting.map(guest => guest.id));
    if (came) ring();
  }

  async function look() {
    try {
      const answer = await fetch(ask, { headers: { "Hearth-As": as }, cache: "no-store", redirect: "error" });
      if (answer.ok) show((await answer.json()).items ?? []);
      else if ([401, 403].includes(answer.status)) show([]); // who may not ask any more is told nothing
    } catch { } // the house is away, or has too much to do: what is known stays
    setTimeout(look, often);
  }
  look();
})();
