// The code of a card comes in the fragment of the address, which never reaches a server or a log. It goes into the field
// and out of the address at once. Whoever holds the card still presses the button.
"use strict";

(() => {
  function take() {
    const code = /^#([0-9A-Za-z-]{10,12})$/.exec(location.hash);
    if (!code) return;
    history.replaceState(null, "", location.pathname + location.search);
    const field = document.getElementById("code");
    field.value = code[1];
    field.removeAttribute("aria-invalid"); // what was wrong was another one
    document.getElementById("code-trouble")?.remove();
  }

  addEventListener("hashchange", take);
  take();
})();
