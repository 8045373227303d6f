// What a password is worth, said beside its field while it is typed: the rule of shared/password, over the same lists,
// which the page hands over in data-rule. The house judges again; this only saves a disappointment. Nothing is kept or sent.
"use strict";

(() => {
  const data = document.currentScript.dataset, rule = JSON.parse(data.rule);
  const list = (text) => text.split(" ").map((word) => Array.from(word));
  const words = list(rule.words), rows = list(rule.walks), walks = rows.concat(rows.map((row) => row.toReversed()));
  const looksLike = { 0: "o", 1: "l", 3: "e", 4: "a", 5: "s", 7: "t", "@": "a", $: "s", "!": "i", "|": "l" };

  const letter = (c) => /^[0-9a-z]$/.test(c) || c.codePointAt(0) > 0x7f;
  const digit = (c) => c >= "0" && c <= "9" && c.length === 1;

  // lower makes small letters one by one; what would become two stays.
  const lower = (text) => Array.from(text, (c) => {
    const small = c.toLowerCase();
    return Array.from(small).length === 1 ? small : c;
  });
  const begins = (text, i, word) => word.length <= text.length - i && word.every((c, n) => text[i + n] === c);

  function walked(text, i, walk) {
    let far = 0;
    for (let at = 0; at < walk.length; at++) {
      let n = 0;
      while (i + n < text.length && at + n < walk.length && text[i + n] === walk[at + n]) n++;
      far = Math.max(far, n);
    }
    return far;
  }

  function counted(text, i) {
    let far = 0;
    for (const step of [1, -1, 0]) {
      let n = 1;
      while (i + n < text.length && text[i + n].codePointAt(0) === text[i + n - 1].codePointAt(0) + step) n++;
      far = Math.max(far, n);
    }
    return far;
  }

  function repeated(text, i) {
    let far = 0;
    for (let from = 0; from < i; from++) {
      let n = 0;
      while (i + n < text.length && text[from + n] === text[i + n]) n++;
      far = Math.max(far, n);
    }
    return far;
  }

  const year = (text, i) => i + 4 <= text.length && ["19", "20"].includes(text[i] + text[i + 1]) && digit(text[i + 2]) && digit(text[i + 3]);

  // known takes everything a guesser knows that begins at i, with its length and what it costs.
  function known(text, plain, i, names, take) {
    for (const name of names) if (begins(text, i, name) || begins(plain, i, name)) take(name.length, 0);
    for (const word of words) if (begins(plain, i, word)) take(word.length, 2);
    const run = (far, least) => { for (let n = least; n <= far; n++) take(n, 1); };
    for (const walk of walks) run(walked(text, i, walk), 4);
    run(counted(text, i), 3);
    run(repeated(text, i), 3);
    if (year(text, i)) take(4, 1);
  }

  // weigh finds the least of all ways to read text, from its end.
  function weigh(text, names) {
    const plain = text.map((c) => looksLike[c] ?? c), least = Array(text.length + 1).fill(0);
    for (let i = text.length - 1; i >= 0; i--) {
      least[i] = 1 + least[i + 1];
      known(text, plain, i, names, (length, cost) => { least[i] = Math.min(least[i], cost + least[i + length]); });
    }
    return least[0];
  }

  function parts(text) {
    const all = [[]];
    for (const c of text) letter(c) ? all.at(-1).push(c) : all.push([]);
    return all;
  }

  const namesOf = (own) => own.map(lower).flatMap((text) => [text, text.filter(letter), ...parts(text)]).filter((name) => name.length >= 3);

  function worth(password, own = []) {
    const text = lower(password), names = namesOf(own);
    return Math.min(weigh(text, names), weigh(text.filter(letter), names));
  }

  function judge(password, own = []) {
    const n = Array.from(password).length;
    if (n > rule.longest || password.includes("\0") || !password.isWellFormed()) return "long";
    if (n < rule.shortest) return "short";
    if (worth(password) < rule.needed) return "common";
    return worth(password, own) < rule.needed ? "same" : "";
  }

  globalThis.hearthPassword = { judge, worth };

  // A field that says data-meter has a meter and a line of words below it, both hidden where there is no script.
  for (const meter of document.querySelectorAll("meter[data-of]")) {
    const field = document.getElementById(meter.dataset.of), said = document.getElementById(meter.dataset.of + "-worth");
    const own = () => ["login", "name"].map((id) => document.getElementById(id)?.value).filter(Boolean);
    const show = () => {
      const verdict = judge(field.value, own()), value = worth(field.value, own());
      meter.value = verdict === "" ? value : Math.min(value, rule.needed - 1);
      const level = verdict || (value < rule.needed + 4 ? "fair" : value < rule.needed + 8 ? "good" : "strong");
      said.textContent = field.value === "" ? "" : said.dataset[level];
      said.dataset.level = field.value === "" ? "" : level;
      meter.setAttribute("aria-valuetext", said.textContent);
    };
    meter.hidden = said.hidden = false;
    for (const input of [field, document.getElementById("login"), document.getElementById("name")]) input?.addEventListener("input", show);
    show();
  }
})();
