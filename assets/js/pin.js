// Large keys for a PIN. They write into the field that is there anyway, so typing and a screen reader's own ways work as
// before; how many digits there are is said, never which. On a touch screen the browser's own keyboard stays away.
"use strict";

(() => {
  const field = document.getElementById("pin"), keys = document.getElementById("pin-keys"), count = document.getElementById("pin-count");
  const most = 8;

  function say() {
    const n = field.value.length;
    count.textContent = n === 1 ? count.dataset.one : count.dataset.other.replace("#", n);
    field.removeAttribute("aria-invalid"); // what was wrong was another one
    document.getElementById("pin-trouble")?.remove();
    field.removeAttribute("aria-describedby");
  }

  keys.addEventListener("click", (event) => {
    const { digit, back, clear } = event.target.closest("button")?.dataset ?? {};
    if (digit && field.value.length < most) field.value += digit;
    else if (back !== undefined) field.value = field.value.slice(0, -1);
    else if (clear !== undefined) field.value = "";
    else return;
    say();
  });

  keys.hidden = false;
  if (matchMedia("(pointer: coarse)").matches) field.inputMode = "none";
})();
