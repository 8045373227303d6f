// The reader's theme, before the first paint; without a choice the page is as the house wrote it. Before that, a browser that
// forbids its storage gets one that lasts as long as the page: framework and pages ask for it without thinking twice.
"use strict";

(() => {
  class Passing {
    #kept = new Map();
    get length() { return this.#kept.size; }
    key(i) { return [...this.#kept.keys()][i] ?? null; }
    getItem(key) { return this.#kept.get(key) ?? null; }
    setItem(key, value) { this.#kept.set(key, String(value)); }
    removeItem(key) { this.#kept.delete(key); }
    clear() { this.#kept.clear(); }
  }
  for (const name of ["localStorage", "sessionStorage"]) {
    try {
      globalThis[name].getItem("hearth");
    } catch { // refused, or null
      Object.defineProperty(globalThis, name, { value: new Passing() });
    }
  }

  const theme = localStorage.getItem("hearth.theme");
  if (theme && /^(light|dark|child|child dark)$/.test(theme)) {
    document.documentElement.dataset.theme = theme;
  } else if (theme === "system") {
    delete document.documentElement.dataset.theme;
  }
})();
