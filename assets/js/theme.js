// The reader's theme, before the first paint. Without a choice the page follows the system.
"use strict";

(() => {
  const theme = localStorage.getItem("hearth.theme");
  if (theme && /^(light|dark|child|child dark)$/.test(theme)) {
    document.documentElement.dataset.theme = theme;
  }
})();
