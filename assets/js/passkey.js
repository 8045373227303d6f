// Passkeys on plain pages. A form that says data-passkey "create" or "get" is shown where the browser can do that; pressing
// its button asks the house what to ask for, asks the device, and sends the answer with the form. A "get" form that says
// data-autofill is also offered beside the saved sign-in names, without a press (WebAuthn section 5.1.4, conditional
// mediation). Nothing is kept here.
"use strict";

(() => {
  const able = window.isSecureContext && Boolean(window.PublicKeyCredential && navigator.credentials);
  const renew = 4 * 60 * 1000; // ms: a question is good for five minutes
  let waiting = null; // the offer beside the saved names, while it stands

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => buffer &&
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  // read turns the house's JSON (WebAuthn section 5.1.9 and 5.1.10) into what the browser takes.
  function read(options) {
    const key = { ...options, challenge: bytes(options.challenge) };
    if (options.user) key.user = { ...options.user, id: bytes(options.user.id) };
    if (options.excludeCredentials) key.excludeCredentials = named(options.excludeCredentials);
    if (options.allowCredentials) key.allowCredentials = named(options.allowCredentials);
    return key;
  }

  // write turns what the browser gives into the house's JSON (section 5.1.8).
  function write(made) {
    const from = made.response, response = { clientDataJSON: text(from.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (from[name]) response[name] = text(from[name]);
    }
    if (from.getTransports) response.transports = from.getTransports();
    return JSON.stringify({
      id: made.id, rawId: text(made.rawId), type: made.type, response,
      authenticatorAttachment: made.authenticatorAttachment || undefined, clientExtensionResults: {},
    });
  }

  // ask fetches the question. An answer of the house that is none carries words for the person, or where to go first.
  async function ask(form) {
    const response = await fetch(form.dataset.options, {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" }, redirect: "error",
    });
    const body = await response.json();
    if (response.ok) return read(body);
    if (body.to) location.assign(body.to);
    throw Object.assign(new Error(body.code), { words: body.words });
  }

  function say(form, words) {
    const place = form.querySelector("[data-said]");
    place.textContent = words;
    place.hidden = !words;
  }

  // words for what browsers answer (section 5.1.3 step 20 and following): most of it is "not now".
  function wordsFor(form, error) {
    if (error.words) return error.words;
    if (error.name === "NotAllowedError" || error.name === "AbortError") return form.dataset.cancelled;
    if (error.name === "InvalidStateError") return form.dataset.there;
    return form.dataset.failed;
  }

  function send(form, credential) {
    form.elements.credential.value = write(credential);
    form.submit();
  }

  async function press(form) {
    const button = form.querySelector("button");
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    say(form, "");
    try {
      stop();
      const publicKey = await ask(form);
      send(form, await navigator.credentials[form.dataset.passkey]({ publicKey }));
    } catch (error) {
      button.ariaBusy = "false";
      say(form, wordsFor(form, error));
      offer(form);
    }
  }

  // offer puts the passkeys beside the saved names of the sign-in field. It stays silent, and asks anew before its question
  // has run out.
  async function offer(form) {
    if (!("autofill" in form.dataset) || waiting || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    const mine = new AbortController();
    waiting = mine;
    const timer = setTimeout(() => { stop(); offer(form); }, renew);
    try {
      const publicKey = await ask(form);
      const credential = await navigator.credentials.get({ publicKey, mediation: "conditional", signal: mine.signal });
      send(form, credential);
    } catch {
      // nobody took it
    } finally {
      clearTimeout(timer);
      if (waiting === mine) waiting = null;
    }
  }

  function stop() {
    waiting?.abort();
    waiting = null;
  }

  for (const element of document.querySelectorAll(able ? "[data-with-passkeys]" : "[data-without-passkeys]")) element.hidden = false;
  for (const element of document.querySelectorAll("time[datetime]")) {
    element.textContent = new Date(element.dateTime).toLocaleDateString(document.documentElement.lang, { dateStyle: "medium" });
  }
  if (!able) {
    for (const details of document.querySelectorAll("details[data-otherwise]")) details.open = true;
    return;
  }
  for (const button of document.querySelectorAll("[data-second-to-passkeys]")) button.classList.replace("primary", "line");
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      press(form);
    });
    offer(form);
  }
})();
