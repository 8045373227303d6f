// Scenes about signing in, codes and where they are sent.
import * as oidc from "openid-client";
import { Browser, deny } from "./browser.mjs";
import { api, back, everything, issuer, links, mira, program, refuses, signIn, token, tokens, userinfo, wants, wish } from "./program.mjs";

export const scenes = {
  async "signs somebody in and says who"() {
    const p = await program(), { left, tokens: t } = await signIn(p);
    const claims = t.claims(), at = new URL(left);
    wants(at.searchParams.get("iss") === issuer, `came back to ${left}`);
    wants(claims.name === "Mira Solano" && claims.roles.join() === "therapist" && claims.aud === p.id && claims.sub.length === 26, JSON.stringify(claims));
    const info = await oidc.fetchUserInfo(p.config, t.access_token, claims.sub);
    wants(info.name === "Mira Solano" && info.email === undefined, JSON.stringify(info));
    const me = await api("GET", "/me", undefined, tokens.therapist);
    wants(claims.sub === me.id, "the subject is not the person");
  },

  async "keeps what an address to return to says by itself"() {
    const p = await program({ redirects: [back + "?from=hearth&state=mine"] }), w = await wish(p, { redirect_uri: back + "?from=hearth&state=mine" });
    const { left } = await (await mira()).go(w.url.href), q = new URL(left).searchParams;
    wants(q.get("from") === "hearth" && q.getAll("state").join() === w.state && q.get("iss") === issuer, left);
    const t = await token(p, { grant_type: "authorization_code", code: q.get("code"), redirect_uri: back + "?from=hearth&state=mine", code_verifier: w.checks.pkceCodeVerifier });
    wants(t.access_token, JSON.stringify(t));
  },

  async "says no more than it was asked and agreed to"() {
    const p = await program(), { tokens: t } = await signIn(p, { scope: "openid email phone" }), claims = t.claims();
    wants(!claims.name && !claims.roles && !claims.email && !t.refresh_token && t.scope === "openid", JSON.stringify({ claims, scope: t.scope }));
    const info = await oidc.fetchUserInfo(p.config, t.access_token, claims.sub);
    wants(Object.keys(info).join() === "sub", JSON.stringify(info));
  },

  async "describes all it does and nothing besides"() {
    const d = await (await fetch(issuer + "/.well-known/openid-configuration")).json();
    const want = { response_types_supported: "code", grant_types_supported: "authorization_code,refresh_token,client_credentials", code_challenge_methods_supported: "S256",
      id_token_signing_alg_values_supported: "RS256", response_modes_supported: "query" };
    for (const [k, v] of Object.entries(want)) wants(d[k]?.join() === v, `${k} is ${d[k]}`);
    wants(d.issuer === issuer && d.authorization_response_iss_parameter_supported === true, "issuer");
    for (const k of ["introspection_endpoint", "device_authorization_endpoint", "registration_endpoint", "check_session_iframe"]) wants(!(k in d), `${k} is there`);
  },

  async "takes a code once, and ends what came of it when it comes again"() {
    const p = await program(), first = await signIn(p);
    wants(await userinfo(first.tokens.access_token) === 200, "the token does not work");
    await refuses(() => oidc.authorizationCodeGrant(p.config, new URL(first.left), first.checks), /invalid_grant/, "the code again");
    wants(await userinfo(first.tokens.access_token) === 401, "what came of a stolen code still works");
    await refuses(() => oidc.refreshTokenGrant(p.config, first.tokens.refresh_token), /invalid_grant/, "its refresh token");
  },

  async "gives a code to its own client alone"() {
    const a = await program(), b = await program(), w = await wish(a), { left } = await (await mira()).go(w.url.href);
    const fields = { grant_type: "authorization_code", code: new URL(left).searchParams.get("code"), redirect_uri: back, code_verifier: w.checks.pkceCodeVerifier };
    const stolen = await token(b, fields);
    wants(stolen.status === 400 && stolen.error === "invalid_grant", JSON.stringify(stolen));
    const c = await program({ method: "none" }), open = await token(c, { ...fields, client_id: c.id });
    wants(open.error === "invalid_grant", JSON.stringify(open));
    const named = await token(b, { ...fields, client_id: a.id });
    wants(named.status >= 400 && !named.access_token, "one client's name with another's secret: " + JSON.stringify(named));
    await oidc.authorizationCodeGrant(a.config, new URL(left), w.checks); // nobody else could use it up
  },

  async "cannot be mixed up with another provider"() {
    const p = await program(), w = await wish(p), { left } = await (await mira()).go(w.url.href);
    for (const iss of ["https://evil.example", issuer + "/", undefined]) {
      const other = new URL(left);
      iss ? other.searchParams.set("iss", iss) : other.searchParams.delete("iss");
      await refuses(() => oidc.authorizationCodeGrant(p.config, other, w.checks), /iss/, `an answer of ${iss}`);
    }
    await oidc.authorizationCodeGrant(p.config, new URL(left), w.checks);
    const d = await wish(p, { prompt: "consent" }), no = await (await mira()).go(d.url.href, deny);
    const told = new URL(no.left).searchParams;
    wants(told.get("error") === "access_denied" && told.get("iss") === issuer && told.get("state") === d.state && !told.get("code"), no.left);
  },

  async "sends nobody anywhere but where the client said"() {
    const p = await program(), browser = await mira();
    await signIn(p, {}, browser); // agreed, so that the next would go at once
    for (const to of ["https://cloud.example/cb/", "https://cloud.example/cb?", "https://cloud.example/cb?x=1", "https://cloud.example/cb#x", "https://cloud.example/cb#",
      "https://cloud.example/cb/../cb", "https://cloud.example/cb%2f..", "https://cloud.example/c%62", "https://cloud.example:443/cb",
      "https://cloud.example:8443/cb", "https://CLOUD.example/cb", "http://cloud.example/cb", "https://cloud.example.evil.example/cb",
      "https://evil.example/https://cloud.example/cb", "https://cloud.example@evil.example/cb", "https://evil.example\\@cloud.example/cb",
      "https://user@cloud.example/cb", "//cloud.example/cb", "javascript:alert(1)", "", "https%3A%2F%2Fcloud.example%2Fcb",
      " https://cloud.example/cb", "https://cloud.example/cb\r\nx: y", "https://cloud.example/CB"]) {
      for (const prompt of ["login", "none"]) {
        const w = await wish(p, { redirect_uri: to, prompt }), end = await browser.go(w.url.href);
        wants(end.status === 422 && !end.left, `${prompt} ${to}: ended at ${end.left ?? end.status}`);
      }
    }
    const twice = await wish(p);
    twice.url.searchParams.append("redirect_uri", "https://evil.example/");
    wants((await browser.go(twice.url.href)).status === 422, "two addresses");
    const w = await wish(p), { left } = await browser.go(w.url.href), code = new URL(left).searchParams.get("code");
    const moved = await token(p, { grant_type: "authorization_code", code, redirect_uri: "https://cloud.example/cb/", code_verifier: w.checks.pkceCodeVerifier });
    wants(moved.error === "invalid_grant", "another address at the exchange: " + JSON.stringify(moved));
  },

  async "wants PKCE, and S256"() {
    const p = await program({ method: "none" }), browser = await mira();
    await signIn(p, {}, browser);
    for (const [what, change] of Object.entries({
      "no challenge": q => q.delete("code_challenge"), "no method": q => q.delete("code_challenge_method"), "nothing": q => { q.delete("code_challenge"); q.delete("code_challenge_method"); },
      "plain": q => q.set("code_challenge_method", "plain"), "a short challenge": q => q.set("code_challenge", "abc"), "small letters": q => q.set("code_challenge_method", "s256"),
    })) {
      const w = await wish(p);
      change(w.url.searchParams);
      const { left } = await browser.go(w.url.href), told = new URL(left).searchParams;
      wants(told.get("error") === "invalid_request" && told.get("iss") === issuer && !told.get("code"), `${what}: ${left}`);
    }
    for (const [what, verifier] of Object.entries({ "no": "", "another": oidc.randomPKCECodeVerifier(), "the challenge as": undefined, "a short": "abc" })) {
      const w = await wish(p), { left } = await browser.go(w.url.href);
      const t = await token(p, { grant_type: "authorization_code", client_id: p.id, code: new URL(left).searchParams.get("code"), redirect_uri: back,
        code_verifier: verifier ?? w.url.searchParams.get("code_challenge") });
      wants(t.status === 400 && !t.access_token, `${what} verifier: ${JSON.stringify(t)}`);
    }
  },

  async "does nothing of what is switched off"() {
    const p = await program(), browser = await mira();
    await signIn(p, {}, browser);
    for (const response_type of ["token", "id_token", "id_token token", "code id_token", "none", ""]) {
      const { left } = await browser.go((await wish(p, { response_type })).url.href);
      wants(new URL(left).searchParams.get("error") === "unsupported_response_type" && !new URL(left).hash, `${response_type}: ${left}`);
    }
    for (const [name, value] of Object.entries({ request: "x.y.z", request_uri: "https://evil.example/r", response_mode: "fragment", scope: "profile", prompt: "none login", max_age: "-1" })) {
      const { left } = await browser.go((await wish(p, { [name]: value })).url.href);
      wants(new URL(left).searchParams.get("error") && !left.includes("code="), `${name}: ${left}`);
    }
    for (const grant_type of ["password", "implicit", "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange",
      "urn:ietf:params:oauth:grant-type:jwt-bearer", "client_credentials", ""]) {
      const t = await token(p, { grant_type, username: "mira", password: "x", assertion: "x.y.z", subject_token: "x", subject_token_type: "urn:ietf:params:oauth:token-type:access_token", device_code: "x" });
      wants(t.status >= 400 && t.status < 500 && t.error && !t.access_token, `${grant_type}: ${JSON.stringify(t)}`);
    }
    const query = await fetch(`${issuer}/oauth/token?client_secret=${p.secret}`, { method: "POST", body: new URLSearchParams({ grant_type: "refresh_token" }) });
    wants(query.status === 400, "a secret in an address");
  },

  async "asks each person once, and again when they take it back"() {
    const p = await program(), browser = await mira(), first = await signIn(p, {}, browser);
    wants(browser.pages.join() === "/oauth/consent", `the pages were ${browser.pages}`);
    await signIn(p, {}, browser);
    wants(browser.pages.length === 1, "asked again");
    const list = (await api("GET", "/me/programs", undefined, tokens.therapist)).items;
    wants(list.some(a => a.client === p.id && a.scopes.length === 4), JSON.stringify(list));
    await api("DELETE", "/me/programs/" + p.id, undefined, tokens.therapist);
    wants(await userinfo(first.tokens.access_token) === 401, "what was taken back still works");
    const silent = await browser.go((await wish(p, { prompt: "none" })).url.href);
    wants(new URL(silent.left).searchParams.get("error") === "consent_required", silent.left);
    await signIn(p, { scope: "openid" }, browser);
    await signIn(p, {}, browser);
    wants(browser.pages.length === 3, "asked for more without a word");
  },

  async "lets in whom the client is for, and who is there"() {
    const p = await program(), nobody = new Browser(issuer), wren = await new Browser(issuer).enter(links.patient);
    for (const browser of [nobody, wren]) {
      const silent = await browser.go((await wish(p, { prompt: "none" })).url.href);
      wants(new URL(silent.left).searchParams.get("error") === "login_required", silent.left);
      const asked = await browser.go((await wish(p)).url.href);
      wants(asked.page === "/sign-in" && asked.text.includes("/oauth/consent?request="), `ended at ${asked.page}`);
    }
    const again = await (await mira()).go((await wish(p, { prompt: "login" })).url.href);
    wants(again.page === "/sign-in", `prompt=login ended at ${again.page ?? again.left}`);
    const both = await (await mira()).enter(links.patient2), which = await both.go((await wish(p, { prompt: "select_account" })).url.href, () => undefined);
    wants(which.page === "/oauth/consent" && !which.text.includes("Robin-07") && which.text.includes("Mira Solano"), "whom the client is not for is offered");
    await api("PATCH", "/clients/" + p.id, { version: 1, disabled: true });
    wants((await (await mira()).go((await wish(p)).url.href)).status === 422, "a disabled client");
    wants(everything.length === 4, "scopes");
  },
};
