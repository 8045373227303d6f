// The loader starts a portal: it remembers whom the tab was opened for, applies the reader's theme before the first
// paint, fetches words and program side by side, and shows a bar that tells the truth. It is the only script of a portal
// besides Go's own starter; everything else is the program.
"use strict";

(() => {
  const data = document.currentScript.dataset;
  const bar = document.getElementById("loading");

  // keep does without where the storage is full.
  function keep(storage, key, value) {
    try {
      storage.setItem(key, value);
    } catch (error) {
      console.warn("hearth: not kept:", key, error);
    }
  }

  // One browser may hold several accounts; the tab remembers its own. The fragment never reaches the server. A tab that
  // was opened for none takes the one the server found and stays with it, whoever signs in elsewhere meanwhile.
  const asked = /[#&]as=([0-9a-f]{8})\b/.exec(location.hash);
  const found = /^[0-9a-f]{8}$/.test(data.as) ? data.as : "";
  const as = asked?.[1] || ("own" in data && found) || sessionStorage.getItem("hearth.as") || found; // a guest's page is one account's alone
  if (!("own" in data)) keep(sessionStorage, "hearth.as", as);
  if (asked) history.replaceState(null, "", location.pathname + location.search);

  // What the program asks of its page; wasm/page reads it.
  globalThis.hearth = {
    as,
    version: data.version,
    lang: data.lang,
    icons: data.icons,
    words: fetch(data.words).then((r) => (r.ok ? r.text() : Promise.reject(new Error("words: " + r.status)))),
    install: null,
  };
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault(); // the page offers it where it fits
    globalThis.hearth.install = event;
  });

  // The worker asks whose page this is when somebody taps a notice.
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.addEventListener("message", (event) => event.data === "whose" && event.ports[0]?.postMessage(globalThis.hearth.as));
    navigator.serviceWorker.startMessages();
  }

  globalThis.hearth.words.catch(() => {}); // start says it

  // The pages' framework asks for its settings here. What is not of this portal is loaded anew from the server: porch
  // pages, and other portals, which stand in other rooms.
  const portals = ["/aggregator", "/patient", "/therapist", "/admin", "/agenda", "/visit"].filter((p) => !location.pathname.startsWith(p));
  const own = ["/sign-in", "/sign-out", "/set-up", "/password", "/account", "/enrol", "/offline", "/i/", "/c/", "/demo/", "/api/", "/assets/", ...portals]
    .map((p) => location.origin + p);
  const settings = { GOAPP_INTERNAL_URLS: JSON.stringify(own), GOAPP_VERSION: data.version, GOAPP_ROOT_PREFIX: "" };
  globalThis.goappGetenv = (key) => settings[key] || "";

  // A browser that leaves a page ends what is still coming, and some call that a failure, aloud. Nobody is there any more
  // to hear of it five seconds later, unless they stayed after all.
  let leaving = false;
  addEventListener("beforeunload", () => { leaving = true; });
  const stayed = () => leaving && new Promise((done) => setTimeout(done, 5000)).then(() => { leaving = false; });

  // count passes a response on and moves the bar by the bytes that came, decompressed, as the size beside it is.
  function count(response) {
    const total = Number(data.size), from = response.body.getReader();
    let seen = 0;
    bar.max = total;
    const counted = new ReadableStream({
      async pull(out) {
        try {
          const { done, value } = await from.read();
          if (done) return out.close();
          seen += value.byteLength;
          bar.value = Math.min(seen, total);
          out.enqueue(value);
        } catch (error) {
          await stayed();
          out.error(error);
        }
      },
    });
    return new Response(counted, { headers: { "Content-Type": "application/wasm" } });
  }

  // A first visit is slow and deserves a bar; later ones come from the browser's own cache of compiled code, which only
  // works on an untouched response.
  async function program(imports) {
    const has = "hearth.program." + data.program; // portals share programs
    const first = localStorage.getItem(has) !== data.wasm;
    const response = await fetch(data.wasm);
    if (!response.ok) throw new Error("program: " + response.status);
    const result = await WebAssembly.instantiateStreaming(first ? count(response) : response, imports);
    keep(localStorage, has, data.wasm);
    return result.instance;
  }

  async function failed(error) {
    await stayed();
    console.error("hearth:", error);
    bar.hidden = true;
    const note = document.getElementById("failed");
    note.hidden = false;
    note.focus();
  }

  async function start() {
    const go = new Go();
    const instance = await program(go.importObject);
    await globalThis.hearth.words;
    bar.hidden = true;
    const ended = go.run(instance);
    register();
    await ended; // a program that ends has failed: it never means to
    throw new Error("the program ended");
  }

  // The worker keeps the page's files for bad days. It never takes over a page that is open.
  function register() {
    if ("serviceWorker" in navigator) {
      navigator.serviceWorker.register("/sw.js").catch((error) => console.warn("hearth: worker:", error));
    }
  }

  document.getElementById("retry").addEventListener("click", () => location.reload());
  start().catch(failed);
})();
