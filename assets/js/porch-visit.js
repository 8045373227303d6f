// The porch of a visit, before the program is there. It counts down, and on the tap of "I'm ready" it asks for camera and
// microphone, wakes up sound, tells the house, shows the own picture, and starts the program in this very document. It works
// without anything the browser refuses: whoever has no camera comes in all the same. The address with the link is gone from
// the bar before anything is captured.
//
// What it hands over to the program is one object and nothing else, window.hearthVisit:
//
//   guest   whose place in the visit this is
//   slot    the account slot of the session (a page's own is in window.hearth.as too)
//   stream  MediaStream with at most one audio and one video track, alive and enabled; null when there is none. Whoever takes
//           it sets it to null and is its owner then: nobody here touches it any more
//   audio   AudioContext that a tap woke up; null where there is none
//   ready   { camera, mic }: "good", "blocked", "busy", "missing", "bad", or "" before it is known
//   link    the address this document was opened by, for whoever has to go on in another browser; it is kept nowhere else
//   settled a promise that is kept once asking for camera and microphone is over, well or not. The program begins before: a
//           question that somebody does not see keeps nobody from the waiting room
"use strict";

(() => {
  const script = document.currentScript, data = script.dataset;
  const by = (id) => document.getElementById(id);
  const form = by("ready-form");
  const here = location.href;
  const lang = data.lang;

  // The house's clock: the device's may be wrong by a day.
  const clock = by("countdown");
  const began = performance.now();
  const now = () => Date.parse(clock.dataset.now) + performance.now() - began;

  const unit = (n, of) => new Intl.NumberFormat(lang, { style: "unit", unit: of, unitDisplay: "long" }).format(n);

  function span(ms) {
    const minutes = Math.ceil(ms / 60000);
    if (minutes < 90) return unit(minutes, "minute");
    const hours = Math.round(ms / 3600000);
    return hours < 48 ? unit(hours, "hour") : unit(Math.round(hours / 24), "day");
  }

  function tick() {
    const t = now();
    if (!form && t >= Date.parse(clock.dataset.opens)) return location.reload(); // the door has opened
    const left = Date.parse(clock.dataset.start) - t;
    const words = left > 0 ? clock.dataset.in.replace("#", span(left)) : clock.dataset.begins;
    if (clock.textContent !== words) clock.textContent = words;
  }

  // The visit's time on this device's own clock, where that shows another.
  function ownClock() {
    const line = by("your-clock");
    if (!line) return;
    const start = new Date(line.dataset.start);
    const say = (timeZone, options) => new Intl.DateTimeFormat(lang, { timeZone, ...options }).format(start);
    const whole = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" };
    const day = { weekday: "long", day: "numeric", month: "long" }, hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    if (say(line.dataset.zone, whole) === say(undefined, whole)) return;
    const sameDay = say(line.dataset.zone, day) === say(undefined, day);
    line.textContent = line.dataset.words.replace("#", sameDay ? say(undefined, hour) : say(undefined, { ...day, ...hour }));
    line.hidden = false;
  }

  tick();
  setInterval(tick, 5000);
  ownClock();

  // Somebody was asked whether this device may come in: the page looks again by itself, unless a code is being typed.
  if (by("second")?.dataset.asked !== undefined) setInterval(() => by("code")?.value || location.reload(), 5000);

  // A page that was kept from before a step back may be long over.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  if (!form) return;

  const able = Boolean(navigator.mediaDevices?.getUserMedia);
  if (!able) by("no-camera").hidden = false;
  const copy = by("copy-link");
  copy?.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(copy.dataset.link);
    } catch { // an old browser, or one that forbids it
      const field = document.createElement("input");
      field.value = copy.dataset.link;
      copy.after(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    copy.textContent = copy.dataset.done;
  });

  // The program comes while the page is read, unless the line is dear.
  const line = navigator.connection;
  let fetched = null;
  const fetchAhead = () => { fetched ??= Promise.allSettled([data.wasm, data.words, data.starter, data.loader].map((url) => fetch(url, { priority: "low" }).then((r) => r.arrayBuffer()))); };
  if (data.wasm && !line?.saveData && !/2g|3g/.test(line?.effectiveType ?? "") && line?.type !== "cellular") {
    addEventListener("load", () => (globalThis.requestIdleCallback ?? setTimeout)(fetchAhead));
  }

  const visit = { guest: data.to.split("/").pop(), slot: "", link: here, stream: null, audio: null, ready: { camera: "", mic: "" }, settled: null };

  // works says in one word how asking went (Media Capture and Streams, section 10.2).
  function works(error) {
    switch (error?.name) {
      case undefined: return "good";
      case "NotAllowedError": case "SecurityError": return "blocked";
      case "NotFoundError": return "missing";
      case "NotReadableError": case "AbortError": return "busy";
      default: return "bad";
    }
  }

  function show(what, state) {
    const place = by(what + "-state"); // gone once the program has drawn its own page
    if (place) {
      place.textContent = place.dataset[state] ?? "";
      place.className = state === "good" ? "t-live strong small" : state === "asking" ? "dim small" : "t-warn strong small";
    }
    if (state !== "asking") visit.ready[what] = state;
  }

  const sound = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  const picture = { facingMode: "user", width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 24 } };
  const ask = (want) => navigator.mediaDevices.getUserMedia(want);

  // capture asks for both at once, which is one question to the person, and for each alone when that fails.
  async function capture() {
    show("camera", "asking");
    show("mic", "asking");
    if (!able) return show("camera", "missing"), show("mic", "missing");
    try {
      visit.stream = await ask({ audio: sound, video: picture });
      show("camera", "good");
      show("mic", "good");
    } catch {
      await alone("mic", { audio: sound });
      await alone("camera", { video: picture });
    }
    const self = by("self");
    if (self && visit.stream?.getVideoTracks().length) self.srcObject = visit.stream;
    else if (self) self.closest(".selfbig").hidden = true;
  }

  async function alone(what, want) {
    try {
      const got = await ask(want);
      if (visit.stream) got.getTracks().forEach((track) => visit.stream.addTrack(track));
      else visit.stream = got;
      show(what, "good");
    } catch (error) {
      show(what, works(error));
    }
  }

  // wake unlocks sound while the tap still counts.
  function wake() {
    try {
      visit.audio = new AudioContext();
      visit.audio.resume();
    } catch {
      visit.audio = null;
    }
  }

  function status(key) {
    const place = by("porch-status");
    if (place) place.textContent = place.dataset[key];
  }

  // tell says to the house that somebody is ready. What it answers otherwise is a page of its own; only when it is asked too
  // often at once, and says how long that is (RFC 9110, section 10.2.3), this says so, waits, and asks again.
  async function tell(body, tries = 5) {
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
    const wait = Number(response.headers.get("Retry-After"));
    if (response.status === 429 && wait && tries > 1) {
      status("slow");
      await new Promise((done) => setTimeout(done, 1000 * Math.min(wait, 30)));
      return tell(body, tries - 1);
    }
    if (!response.ok) throw Object.assign(new Error("ready: " + response.status), { said: response.status === 429 });
    return response.json();
  }

  function stop() {
    visit.stream?.getTracks().forEach((track) => track.stop());
    visit.stream = null;
  }

  function start() {
    if (!data.starter) return;
    const load = (src, more) => new Promise((done, failed) => {
      const one = document.createElement("script");
      Object.assign(one.dataset, more);
      one.onload = done;
      one.onerror = () => failed(new Error("script"));
      one.src = src;
      document.body.append(one);
    });
    const { program, wasm, size, words, icons, version } = data;
    load(data.starter, {})
      .then(() => load(data.loader, { program, wasm, size, words, icons, version, lang, as: visit.slot, own: "" }))
      .catch(() => { by("failed").hidden = false; });
  }

  by("retry").addEventListener("click", () => location.assign(data.to));
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "ask") return; // a question to the staff needs no camera
    event.preventDefault();
    const button = by("ready");
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    globalThis.hearthVisit = visit;
    const body = new URLSearchParams(new FormData(form)); // before the address changes under it
    wake();
    if (by("code")) { // the code first: a wrong one asks for no camera
      return tell(body).then(() => location.assign(data.to), () => form.submit());
    }
    history.replaceState(null, "", data.to);
    by("porch-main").querySelectorAll(".porch-art, .lead, .chip, .note, .where-ask").forEach((one) => { if (!one.closest("#porch-check")) one.hidden = true; });
    by("porch-check").hidden = false;
    form.hidden = true;
    status("asking");
    by("porch-title").focus();
    visit.settled = capture();
    if (data.wasm) fetchAhead(); // beside the browser's question
    try {
      const told = await tell(body);
      visit.slot = told.slot;
      if (told.theme && !localStorage.getItem("hearth.theme")) document.documentElement.dataset.theme = told.theme; // what this browser chose goes before
      status("told");
      start();
    } catch (error) {
      console.warn("hearth:", error);
      stop();
      if (error.said) form.submit(); // what the house has against it stands on its answer to the form alone
      else location.replace(here); // the page says what is the matter
    }
  });
})();
