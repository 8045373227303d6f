// Watches whether somebody is there, for an account that locks by itself. A hand on the page, or a page that measures, is
// told to the house now and then; the house alone decides. When the time is up it is asked once more, for another tab may
// have been in use, and then the page gives way to the one that asks for the PIN. Nothing shown stays on the screen.
"use strict";

(() => {
  const { as, awake, unlock } = document.currentScript.dataset;
  const often = 20_000, measuring = 60_000, again = 10_000; // ms
  const slot = () => globalThis.hearth?.as || as;
  const known = "hearth.no-pin"; // the account last known here to have no PIN: nothing of it is hidden
  let touched = false, told = 0, timer = 0, asking = false;
  let watching = localStorage.getItem(known) !== slot();
  let sure = 0, idle = 0; // until when the house lets the page be seen; how long it does after a hand (ms)
  let held = false; // the house may believe that this page measures
  let shut = false; // it opens nothing to this page any more
  const busy = () => Boolean(globalThis.hearth?.measuring);

  function wait(ms) {
    clearTimeout(timer);
    timer = setTimeout(due, ms);
  }

  function leave() {
    watching = false;
    const portal = globalThis.hearth ? location.pathname + location.search : "";
    location.replace(unlock + "?" + new URLSearchParams({ as: slot(), ...(portal && { next: portal }) }));
  }

  // veil hides the page as long as nobody knows whether it may be seen.
  const veil = (on) => document.documentElement.classList.toggle("veiled", on);

  // refused gives way to the PIN. What is being measured is not torn down for that: the page hides until it is over, or
  // somebody wants to see it.
  function refused() {
    if (!busy()) return leave();
    shut = true;
    veil(true);
    wait(again);
  }

  function note(left, what) {
    shut = false;
    watching = left > 0;
    if (!what.measuring) sure = Date.now() + left * 1000;
    if (!what.measuring && !what.look) {
      held = false;
      idle = left * 1000;
    }
    try {
      if (!watching) localStorage.setItem(known, slot());
      else if (localStorage.getItem(known) === slot()) localStorage.removeItem(known);
    } catch (error) {
      console.warn("hearth: not kept:", known, error);
    }
  }

  async function tell(what) {
    if (asking) return;
    asking = true;
    if (!what.look) {
      touched = false;
      told = Date.now();
    }
    if (what.measuring) held = true;
    try {
      const response = await fetch(awake, { method: "POST", body: new URLSearchParams({ as: slot(), ...what }), redirect: "error",
        signal: AbortSignal.timeout(again) });
      if (response.status === 401) return refused();
      if (!response.ok) throw new Error("awake: " + response.status);
      const { left } = await response.json();
      note(left, what);
      veil(false);
      if (left > 0) wait(busy() ? measuring : left * 1000 + 500);
      else clearTimeout(timer); // there is no PIN
    } catch (error) {
      if (watching && !busy() && Date.now() >= sure) veil(true);
      wait(again);
    } finally {
      asking = false;
    }
  }

  function due() {
    if (busy()) tell({ measuring: "1" });
    else if (touched || held) tell({});
    else tell({ look: "1" });
  }

  function hand() {
    if (!watching) return;
    if (shut) return leave();
    touched = true;
    if (Date.now() - told > often && !document.documentElement.classList.contains("veiled")) due();
  }

  for (const what of ["pointerdown", "keydown", "wheel"]) addEventListener(what, hand, { capture: true, passive: true });
  document.addEventListener("visibilitychange", () => watching && !document.hidden && tell({ look: "1" }));
  addEventListener("pageshow", (event) => event.persisted && location.reload()); // a page kept from before may be locked

  // A page that begins to measure says so soon, and again when it is over: by then it is as any other. So it is when it
  // goes, which leaves no time to wait for an answer. A busy browser may drop a page before its pagehide, so it is said
  // before that as well; a page that stays after all says within seconds that it measures.
  let was = false;
  setInterval(() => {
    if (was && !busy()) sure = Date.now() + idle;
    was = busy();
    if (watching && held !== was) due();
  }, 5000);
  function going() {
    if (watching && held) held = !navigator.sendBeacon(awake, new URLSearchParams({ as: slot() }));
  }
  for (const what of ["beforeunload", "pagehide"]) addEventListener(what, going);

  tell({ look: "1" }); // loading a page is no hand on it
})();
