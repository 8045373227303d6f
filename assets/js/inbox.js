// The demo's inbox looks by itself whether something new lies there. What is on the page stays where it is, and the keyboard
// with it; what is new comes on top and is said.
(() => {
  const list = document.querySelector("#messages"), said = document.querySelector("#said");
  // again is this page anew. The browser reads it as a document by itself: no script here makes HTML of text, which the page's
  // policy forbids (Trusted Types).
  const again = () => new Promise((done, failed) => {
    const ask = new XMLHttpRequest();
    ask.open("GET", location.href);
    ask.responseType = "document";
    ask.onload = () => ask.status === 200 && ask.response ? done(ask.response) : failed(new Error(ask.statusText));
    ask.onerror = () => failed(new Error("away"));
    ask.send();
  });
  const look = async () => {
    try {
      if (!document.hidden) {
        const page = await again();
        const fresh = [...page.querySelectorAll("#messages > li")].filter(m => !document.getElementById(m.id));
        if (fresh.length) {
          list.prepend(...fresh.map(m => document.importNode(m, true)));
          document.querySelector("#nothing")?.remove();
          said.textContent = fresh.length === 1 ? list.dataset.one : list.dataset.many.replace("{n}", fresh.length);
        }
      }
    } catch { } // the house is away: it is asked again
    setTimeout(look, 2000);
  };
  setTimeout(look, 2000);
})();
