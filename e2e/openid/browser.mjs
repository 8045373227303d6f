// A browser as far as signing in needs one: it keeps cookies, follows redirects one at a time, and fills in our forms.
export class Browser {
  constructor(house) { this.house = house; this.cookies = new Map(); this.pages = []; }

  async ask(url, options = {}) {
    const headers = { ...options.headers, cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join("; ") };
    const res = await fetch(url, { ...options, headers, redirect: "manual" });
    for (const line of res.headers.getSetCookie()) {
      const [pair, ...rest] = line.split(";");
      const [name, value] = pair.split(/=(.*)/s);
      const over = rest.some(r => /max-age=(0|-)/i.test(r.trim()));
      over ? this.cookies.delete(name) : this.cookies.set(name, value);
    }
    return res;
  }

  // enter signs in by a link of the demo.
  async enter(link) {
    const res = await this.ask(link, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" } });
    if (res.status !== 303) throw new Error(`the demo's link answers ${res.status}`);
    return this;
  }

  post(path, fields) { return this.ask(this.house + path, { method: "POST", body: new URLSearchParams(fields) }); }

  // go follows an address until it leads out of the house, which it returns, or to a page, where press says what to do:
  // it is given the page's hidden fields and gives back [path, fields], or nothing to stop there.
  async go(url, press = allow) {
    for (let step = 0; step < 12; step++) {
      if (!url.startsWith(this.house + "/")) return { left: url };
      let res = await this.ask(url);
      while (res.status === 200 && press) {
        const text = await res.text();
        this.pages.push(new URL(url).pathname);
        const next = press(new URL(url).pathname, hidden(text), text);
        if (!next) return { page: new URL(url).pathname, status: 200, text };
        res = await this.post(...next);
        url = this.house + next[0];
      }
      const to = res.headers.get("location");
      if (!to) return { page: new URL(url).pathname, status: res.status, text: await res.text() };
      url = new URL(to, url).href;
    }
    throw new Error("the redirects never end");
  }
}

// hidden reads the fields of a page's forms, of radio buttons the one that is checked.
export function hidden(text) {
  const fields = {};
  for (const [tag] of text.matchAll(/<(?:input|button)[^>]*>/g)) {
    const at = name => tag.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1].replaceAll("&amp;", "&").replaceAll("&#34;", '"').replaceAll("&#43;", "+");
    if (!at("name") || (at("type") === "radio" && !/\bchecked\b/.test(tag)) || at("name") === "answer") continue;
    fields[at("name")] ??= at("value") ?? "";
  }
  return fields;
}

export const allow = (path, fields) => path === "/oauth/consent" ? [path, { ...fields, answer: "allow" }] : undefined;
export const deny = (path, fields) => path === "/oauth/consent" ? [path, { ...fields, answer: "deny" }] : undefined;
export const leave = (path, fields) => path === "/oauth/end-session" ? [path, fields] : undefined;
