// The page that stands in for another while the house cannot be reached looks for it by itself: after a pause that grows,
// at once when the browser is online again or somebody looks, and at a press. Then it is what was asked for again.
"use strict";

(() => {
  if (location.pathname === "/offline") return; // opened for itself, it stands in for nothing
  const shortest = 1000, longest = 30000, patience = 5000; // ms
  let pause = shortest, timer = 0, asking = false;

  async function there() {
    try {
      return (await fetch("/readyz", { cache: "no-store", signal: AbortSignal.timeout(patience) })).ok;
    } catch {
      return false;
    }
  }

  async function look() {
    clearTimeout(timer);
    if (asking) return;
    asking = true;
    if (await there()) {
      location.reload();
      return;
    }
    asking = false;
    timer = setTimeout(look, pause * (0.75 + Math.random() / 2)); // so that not all come back at once
    pause = Math.min(2 * pause, longest);
  }

  function now(event) {
    event.preventDefault(); // the button leads home only where there is no script
    pause = shortest;
    look();
  }

  addEventListener("online", now);
  document.addEventListener("visibilitychange", (event) => document.hidden || now(event));
  document.getElementById("again").addEventListener("click", now);
  timer = setTimeout(look, pause);
})();
