// What is shown only once can be printed, where there is a script to open the browser's own dialog.
"use strict";

(() => {
  const button = document.getElementById("print");
  button.hidden = false;
  button.addEventListener("click", () => print());
})();
