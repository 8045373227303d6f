// The service worker keeps what a portal needs to open when the server is away: its page, program, words and looks. It
// never answers for the interface, never keeps anything about anyone (the slot in the page names nobody), and never
// takes a page over while it is open: a new worker waits until the last old page is closed.
"use strict";

const cacheName = "hearth-{{version}}";
const files = ["{{css/tokens.css}}", "{{css/kit.css}}", "{{css/pages.css}}", "{{icons/icons.svg}}", "{{icons/logo.svg}}",
  "{{js/theme.js}}", "{{js/loader.js}}", "{{js/lock.js}}", "{{js/offline.js}}", "/offline"];
const portals = ["/aggregator", "/patient", "/therapist", "/admin", "/agenda"];
const patience = 4000; // ms before a slow server counts as away for a page's first paint

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(files)));
});

self.addEventListener("activate", (event) => event.waitUntil(moveIn()));

// moveIn takes along the pages that were kept before, with the files they name, so that the first opening after an update
// works without the server too. Nothing else of older versions stays.
async function moveIn() {
  const cache = await caches.open(cacheName);
  const older = (await caches.keys()).filter((key) => key !== cacheName);
  for (const key of [...older].reverse()) { // the newest first
    const old = await caches.open(key);
    for (const portal of portals) {
      try {
        await take(old, cache, portal);
      } catch (error) {
        console.warn("hearth: not taken along:", portal, error); // the storage is full: the server has it
      }
    }
  }
  await Promise.all(older.map((key) => caches.delete(key)));
}

// take copies a portal's page if everything is there that it cannot work without: half of it would open and stand still.
async function take(old, cache, portal) {
  const page = await old.match(portal);
  if (!page || (await cache.match(portal))) return;
  for (const name of new Set((await page.clone().text()).match(/\/assets\/[^"'#\s]+/g))) {
    if (await cache.match(name)) continue;
    const file = await old.match(name);
    if (file) await cache.put(name, file);
    else if (/\.(js|json|css|wasm)$/.test(name)) return;
  }
  await cache.put(portal, page);
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate") {
    const portal = portals.find((p) => url.pathname === p || url.pathname.startsWith(p + "/"));
    if (portal) event.respondWith(page(event.request, portal));
  } else if (url.pathname.startsWith("/assets/")) {
    event.respondWith(asset(event));
  }
});

// page asks the server first and falls back on the page kept from last time; every page below a portal is the same.
async function page(request, portal) {
  const cache = await caches.open(cacheName);
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(patience) });
    if (response.ok && !response.redirected) await cache.put(portal, response.clone());
    if (response.status < 500) return response;
  } catch (error) {
    // away: below
  }
  return (await cache.match(portal)) || (await cache.match("/offline")) || Response.error();
}

// asset trusts the hash in the name: what is kept is right. The page never waits for the keeping: the program is compiled
// while it comes. Kept files lie there unpacked, which opens a page sooner than the browser's own packed ones.
async function asset(event) {
  const request = event.request;
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) event.waitUntil(cache.put(request, response.clone()));
  return response;
}

// A notice says what the house wrote for everybody to see: no name, no link. A tap opens the portal, which knows the rest.
self.addEventListener("push", (event) => {
  let notice = {};
  try {
    notice = event.data.json();
  } catch (error) {
    // an empty one still has to be shown
  }
  const open = typeof notice.open === "string" && notice.open.startsWith("/") && !notice.open.startsWith("//") ? notice.open : "/";
  event.waitUntil(self.registration.showNotification(String(notice.title || "Hearth"), { body: String(notice.body || ""), tag: String(notice.tag || "hearth"), renotify: true, data: open }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(come(event.notification.data || "/"));
});

// rooms are where a notice may be followed up besides the page it names: whoever waits stands above every page of staff.
const rooms = { "/": portals, "/agenda": ["/agenda", "/therapist", "/admin"], "/admin": ["/admin", "/agenda", "/therapist"], "/patient": ["/patient", "/visit"] };

// answerWithin is how long a page may take to say whose it is (ms); browsers let a tap open a window for a second at least.
const answerWithin = 500;

// whose asks a page for its account; "" when it does not say.
function whose(one) {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event) => done(String(event.data));
    setTimeout(done, answerWithin, "");
    one.postMessage("whose", [port2]);
  });
}

// come shows a window that is open there already, and else opens one; a page that measures or is in a call is never led
// elsewhere. A notice for one account shows no page of another's.
async function come(open) {
  const { pathname: path, hash } = new URL(open, location.origin);
  const as = /^#as=([0-9a-f]{8})$/.exec(hash)?.[1];
  const meant = rooms[Object.keys(rooms).find((room) => path === room || (room !== "/" && path.startsWith(room + "/")))] || [path];
  const windows = (await self.clients.matchAll({ type: "window", includeUncontrolled: true })).filter((one) => {
    const at = new URL(one.url).pathname;
    return meant.some((p) => at === p || at.startsWith(p + "/"));
  });
  const accounts = as ? await Promise.all(windows.map(whose)) : [];
  const found = windows.find((one, i) => !as || accounts[i] === as);
  return found ? found.focus() : self.clients.openWindow(open);
}
