// The demo's inbox looks by itself whether something new lies there. What is on the page stays where it is, and the keyboard
// with it; what is new comes on top and is said.
(() => {
  const list = document.querySelector("#messages"), said = document.querySelector("#said");
  const look = async () => {
    try {
      if (!document.hidden) {
        const answer = await fetch(location.href, {credentials: "same-origin"});
        if (!answer.ok) throw new Error(answer.statusText);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
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
