// Scenes about tokens, keys and signing out.
import * as oidc from "openid-client";
import * as jose from "jose";
import { leave } from "./browser.mjs";
import { api, away, issuer, mira, program, refuses, signIn, tell, token, tokens, userinfo, wants, wish } from "./program.mjs";

const keySet = async () => jose.createLocalJWKSet(await (await fetch(issuer + "/oauth/keys")).json());
const part = v => jose.base64url.encode(JSON.stringify(v));

// service is a program with a key of its own.
async function service(more = {}) {
  const pair = await jose.generateKeyPair("ES256", { extractable: true });
  const jwk = { ...await jose.exportJWK(pair.publicKey), kid: "one", alg: "ES256" };
  const p = await program({ name: "Robot", method: "private_key_jwt", keys: { keys: [jwk] }, redirects: [], logouts: [], roles: [], scopes: ["devices.read", "devices.write"],
    audiences: ["https://robot.example/api"], service: true, ...more }, oidc.PrivateKeyJwt({ key: pair.privateKey, kid: "one" }));
  return { ...p, ...pair };
}

// assertion is what a service proves itself with, changed.
function assertion(s, more = {}, head = {}, key = s.privateKey) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: s.id, sub: s.id, aud: issuer, iat: now, exp: now + 60, jti: crypto.randomUUID(), ...more };
  for (const k of Object.keys(claims)) if (claims[k] === undefined) delete claims[k];
  return new jose.SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: "one", ...head }).sign(key);
}
const asks = (client_assertion, more = {}) => ({ grant_type: "client_credentials", client_assertion,
  client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", ...more });

export const scenes = {
  async "changes the refresh token each time, and ends the family when one comes back"() {
    const p = await program(), { tokens: first } = await signIn(p);
    const second = await oidc.refreshTokenGrant(p.config, first.refresh_token), third = await oidc.refreshTokenGrant(p.config, second.refresh_token);
    wants(new Set([first, second, third].map(t => t.refresh_token)).size === 3 && third.claims().sub === first.claims().sub, "the token stayed the same");
    wants(await userinfo(third.access_token) === 200, "the newest token does not work");
    await refuses(() => oidc.refreshTokenGrant(p.config, first.refresh_token), /invalid_grant/, "a used one");
    await refuses(() => oidc.refreshTokenGrant(p.config, third.refresh_token), /invalid_grant/, "the newest after that");
    wants(await userinfo(third.access_token) === 401 && await userinfo(first.access_token) === 401, "the family lives on");
    const { tokens: other } = await signIn(p);
    wants((await oidc.refreshTokenGrant(p.config, other.refresh_token)).access_token, "another family ended too");
  },

  async "refreshes for its own client alone, and never more than was agreed"() {
    const p = await program(), q = await program(), { tokens: t } = await signIn(p, { scope: "openid offline_access" });
    wants((await token(q, { grant_type: "refresh_token", refresh_token: t.refresh_token })).error === "invalid_grant", "another client's");
    wants((await token({ ...p, secret: "wrong" }, { grant_type: "refresh_token", refresh_token: t.refresh_token })).error === "invalid_client", "a wrong secret");
    wants((await token(p, { grant_type: "refresh_token", refresh_token: t.refresh_token, scope: "openid profile" })).error === "invalid_scope", "more than agreed");
    wants((await token(p, { grant_type: "refresh_token", refresh_token: t.access_token })).error === "invalid_grant", "an access token");
    wants((await token(p, { grant_type: "authorization_code", code: t.refresh_token, redirect_uri: "https://cloud.example/cb", code_verifier: "x".repeat(43) })).error === "invalid_grant", "as a code");
    wants((await oidc.refreshTokenGrant(p.config, t.refresh_token)).access_token, "the refusals used it up");
    wants(await userinfo(t.refresh_token) === 401, "a refresh token as an access token");
  },

  async "two refreshes at once never both live"() {
    const p = await program(), { tokens: t } = await signIn(p);
    const both = await Promise.all([1, 2, 3, 4].map(() => token(p, { grant_type: "refresh_token", refresh_token: t.refresh_token })));
    const won = both.filter(b => b.access_token);
    wants(won.length <= 1, `${won.length} got tokens`);
    for (const b of won) wants(await userinfo(b.access_token) === 401, "the winner of a replay lives on");
  },

  async "takes tokens back when asked"() {
    const p = await program(), q = await program(), { tokens: t } = await signIn(p);
    await oidc.tokenRevocation(q.config, t.refresh_token);
    wants(await userinfo(t.access_token) === 200, "another client took them back");
    await oidc.tokenRevocation(p.config, t.refresh_token);
    wants(await userinfo(t.access_token) === 401, "they live on");
    await oidc.tokenRevocation(p.config, "nothing");
  },

  async "ends with everything when somebody is signed out everywhere"() {
    const p = await program(), browser = await mira(), { tokens: t } = await signIn(p, {}, browser), me = await api("GET", "/me", undefined, tokens.therapist);
    await api("POST", `/people/${me.id}/sign-out`);
    wants(await userinfo(t.access_token) === 401, "the program's token lives on");
    await refuses(() => oidc.refreshTokenGrant(p.config, t.refresh_token), /invalid_grant/, "its refresh token");
  },

  async "gives a service a token for its key"() {
    const s = await service(), t = await oidc.clientCredentialsGrant(s.config, { scope: "devices.read" });
    wants(t.scope === "devices.read" && t.expires_in === 900 && !t.refresh_token && !t.id_token, JSON.stringify(t));
    const far = await oidc.clientCredentialsGrant(s.config, { resource: "https://robot.example/api" });
    const { payload, protectedHeader } = await jose.jwtVerify(far.access_token, await keySet(), { issuer, audience: "https://robot.example/api", typ: "at+jwt" });
    wants(payload.client_id === s.id && payload.scope === "devices.read devices.write" && protectedHeader.alg === "RS256", JSON.stringify(payload));
    await refuses(() => oidc.clientCredentialsGrant(s.config, { resource: "https://evil.example" }), /invalid_target/, "another audience");
    await refuses(() => oidc.clientCredentialsGrant(s.config, { scope: "people.write" }), /invalid_scope/, "another scope");
    await refuses(() => oidc.clientCredentialsGrant(s.config, { scope: "openid" }), /invalid_scope/, "a scope about people");
    wants(await userinfo(t.access_token) === 401, "a service's token says who somebody is");
  },

  async "takes no forged proof of a service"() {
    const s = await service(), mine = await jose.generateKeyPair("ES256"), now = Math.floor(Date.now() / 1000), other = await service();
    const good = await assertion(s);
    wants((await token({}, asks(good))).access_token, "a sound one is refused");
    const none = part({ alg: "none", kid: "one" }) + "." + good.split(".")[1] + ".";
    const publicAsSecret = new TextEncoder().encode(JSON.stringify(await jose.exportJWK(s.publicKey)));
    for (const [what, text] of Object.entries({
      "the same again": good, "algorithm none": none, "a foreign key": await assertion(s, {}, {}, mine.privateKey),
      "the public key as a password": await new jose.SignJWT({ iss: s.id, sub: s.id, aud: issuer, iat: now, exp: now + 60, jti: "x" }).setProtectedHeader({ alg: "HS256", kid: "one" }).sign(publicAsSecret),
      "one that has expired": await assertion(s, { iat: now - 400, exp: now - 120 }), "an old one": await assertion(s, { iat: now - 7200 }), "one of next year": await assertion(s, { exp: now + 31e6 }),
      "one for elsewhere": await assertion(s, { aud: "https://evil.example" }), "no audience": await assertion(s, { aud: undefined }), "no id": await assertion(s, { jti: undefined }),
      "no end": await assertion(s, { exp: undefined }), "another subject": await assertion(s, { sub: other.id }), "another's name": await assertion(s, { iss: other.id, sub: other.id }),
      "an unknown key": await assertion(s, {}, { kid: "two" }), "junk": "x.y.z",
    })) {
      const t = await token({}, asks(text));
      wants(t.status >= 400 && t.status < 500 && t.error === "invalid_client", `${what}: ${JSON.stringify(t)}`);
    }
    const mixed = await token({}, asks(await assertion(s), { client_id: other.id }));
    wants(mixed.error === "invalid_client", "another client's id beside it");
    const secret = await token({}, { grant_type: "client_credentials", client_id: s.id, client_secret: "x" });
    wants(secret.error === "invalid_client", "a password instead");
  },

  async "publishes keys before they sign, and as long as what they signed lives"() {
    const p = await program(), before = await (await fetch(issuer + "/oauth/keys")).json(), { tokens: t } = await signIn(p);
    await tell("rotate");
    const after = await (await fetch(issuer + "/oauth/keys")).json(), { tokens: fresh } = await signIn(p);
    const [was, is] = [t, fresh].map(one => jose.decodeProtectedHeader(one.id_token).kid), kids = set => set.keys.map(k => k.kid);
    wants(was !== is && kids(before).includes(is) && kids(after).includes(was), `${was} then ${is}; published ${kids(before)} then ${kids(after)}`);
    wants([...before.keys, ...after.keys].every(k => k.kty === "RSA" && k.use === "sig" && !("d" in k)), "what is published is not a public key");
    await jose.jwtVerify(t.id_token, await keySet(), { issuer, audience: p.id });
    await jose.jwtVerify(fresh.id_token, jose.createLocalJWKSet(before), { issuer, audience: p.id }); // who keeps the old list for a while
    wants((await oidc.refreshTokenGrant(p.config, t.refresh_token)).claims().sub === t.claims().sub, "a token from before the rotation");
  },

  async "signs somebody out, and asks them first"() {
    const p = await program(), browser = await mira(), { tokens: t } = await signIn(p, {}, browser);
    const url = oidc.buildEndSessionUrl(p.config, { id_token_hint: t.id_token, post_logout_redirect_uri: away, state: "s" });
    const asked = await browser.go(url.href, () => undefined);
    wants(asked.page === "/oauth/end-session" && await userinfo(t.access_token) === 200, "looking at the page signed out");
    const { left } = await browser.go(url.href, leave);
    wants(left === away + "?state=s", `left to ${left}`);
    wants(await userinfo(t.access_token) === 401, "the program's token lives on");
    await refuses(() => oidc.refreshTokenGrant(p.config, t.refresh_token), /invalid_grant/, "its refresh token");
    const silent = await browser.go((await wish(p, { prompt: "none" })).url.href);
    wants(new URL(silent.left).searchParams.get("error") === "login_required", "still signed in");
    wants((await browser.go(url.href, leave)).left === away + "?state=s", "signing out twice");
  },

  async "believes no forged wish to sign out"() {
    const p = await program(), q = await program(), browser = await mira(), { tokens: t } = await signIn(p, {}, browser);
    const [head, claims, signature] = t.id_token.split("."), other = await jose.generateKeyPair("RS256");
    const forged = await new jose.SignJWT(jose.decodeJwt(t.id_token)).setProtectedHeader({ alg: "RS256", kid: jose.decodeProtectedHeader(t.id_token).kid }).sign(other.privateKey);
    for (const [what, more] of Object.entries({
      "algorithm none": { id_token_hint: part({ alg: "none" }) + "." + claims + "." }, "a foreign key": { id_token_hint: forged },
      "changed claims": { id_token_hint: head + "." + part({ ...jose.decodeJwt(t.id_token), azp: q.id }) + "." + signature },
      "another client's name": { id_token_hint: t.id_token, client_id: q.id }, "nobody": { post_logout_redirect_uri: away },
      "another place": { id_token_hint: t.id_token, post_logout_redirect_uri: "https://evil.example/" }, "a place with more": { id_token_hint: t.id_token, post_logout_redirect_uri: away + "/x" },
    })) {
      const end = await browser.go(issuer + "/oauth/end-session?" + new URLSearchParams(more), leave);
      wants(end.status === 422 && !end.left, `${what}: ${end.left ?? end.status}`);
    }
    wants(await userinfo(t.access_token) === 200, "a forged wish signed out");
  },

  async "forgets what a client had when it is disabled, and its old secret"() {
    const p = await program(), { tokens: t } = await signIn(p), { client, secret } = await api("POST", `/clients/${p.id}/secret`, { version: 1 });
    const old = await token(p, { grant_type: "refresh_token", refresh_token: t.refresh_token });
    wants(old.status === 401 && old.error === "invalid_client", "the old secret: " + JSON.stringify(old));
    const next = await token({ ...p, secret }, { grant_type: "refresh_token", refresh_token: t.refresh_token });
    wants(next.access_token, JSON.stringify(next));
    await api("PATCH", "/clients/" + p.id, { version: client.version, disabled: true });
    wants(await userinfo(next.access_token) === 401, "a disabled client's token");
    wants((await token({ ...p, secret }, { grant_type: "refresh_token", refresh_token: next.refresh_token })).error === "invalid_client", "a disabled client");
    await api("PATCH", "/clients/" + p.id, { version: client.version + 1, disabled: false });
    wants((await token({ ...p, secret }, { grant_type: "refresh_token", refresh_token: next.refresh_token })).error === "invalid_grant", "what ended came back");
  },
};
