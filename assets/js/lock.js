// Watches whether somebody is there, for an account that locks by itself. A hand on the page, or a page that measures, is
// told to the house now and then; the house alone decides. When the time is up it is asked once more, for another tab may
// have been in use, and then the page gives way to the one that asks for the PIN. Nothing shown stays on the screen.
"use strict";

(() => {
  const { as, awake, unlock } = document.currentScript.dataset;
  const often = 20_000, measuring = 60_000, again = 10_000; // ms
  const slot = () => globalThis.hearth?.as || as;
  let touched = false, told = 0, timer = 0, asking = false;

  function wait(ms) {
    clearTimeout(timer);
    timer = setTimeout(due, ms);
  }

  function leave() {
    const portal = globalThis.hearth ? location.pathname + location.search : "";
    location.replace(unlock + "?" + new URLSearchParams({ as: slot(), ...(portal && { next: portal }) }));
  }

  // veil hides the page as long as nobody knows whether it may be seen.
  const veil = (on) => document.documentElement.classList.toggle("veiled", on);

  async function tell(what) {
    if (asking) return;
    asking = true;
    touched = false;
    told = Date.now();
    try {
      const response = await fetch(awake, { method: "POST", body: new URLSearchParams({ as: slot(), ...what }), redirect: "error" });
      if (response.status === 401) return leave();
      if (!response.ok) throw new Error("awake: " + response.status);
      const { left } = await response.json();
      veil(false);
      if (left > 0) wait(busy() ? measuring : left * 1000 + 500);
      else clearTimeout(timer); // there is no PIN
      watching = left > 0;
    } catch (error) {
      if (what.look && !busy()) veil(true);
      wait(again);
    } finally {
      asking = false;
    }
  }

  let watching = true;
  const busy = () => Boolean(globalThis.hearth?.measuring);

  function due() {
    if (busy()) tell({ measuring: "1" });
    else if (touched) tell({});
    else tell({ look: "1" });
  }

  function hand() {
    if (!watching) return;
    touched = true;
    if (Date.now() - told > often && !document.documentElement.classList.contains("veiled")) due();
  }

  for (const what of ["pointerdown", "keydown", "wheel"]) addEventListener(what, hand, { capture: true, passive: true });
  document.addEventListener("visibilitychange", () => watching && !document.hidden && tell({ look: "1" }));
  addEventListener("pageshow", (event) => event.persisted && location.reload()); // a page kept from before may be locked

  // A page that begins to measure says so soon, and again when it is over.
  let was = false;
  setInterval(() => {
    if (watching && was !== busy()) due();
    was = busy();
  }, 5000);

  tell({});
})();
