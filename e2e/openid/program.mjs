// What every scene needs: programs known to the house, and a person who signs in to them.
import * as oidc from "openid-client";
import { createInterface } from "node:readline";
import { Browser } from "./browser.mjs";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
export const { issuer, links, tokens } = JSON.parse((await lines.next()).value);

// tell asks whoever runs us to do something to the house.
export async function tell(what) {
  console.log(JSON.stringify({ ask: what }));
  const { value } = await lines.next();
  if (value !== "done") throw new Error(`${what}: ${value}`);
}

export async function api(method, path, body, token = tokens.administrator) {
  const res = await fetch(issuer + "/api/v1" + path, { method, headers: { authorization: "Bearer " + token, "content-type": "application/json" },
    body: body && JSON.stringify(body) });
  const text = await res.text();
  if (!res.ok) throw new Error(`${method} ${path}: ${res.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

export const back = "https://cloud.example/cb";
export const away = "https://cloud.example/bye";
export const everything = ["openid", "profile", "roles", "offline_access"];

// program makes a client known and returns how openid-client is set up for it.
export async function program(more = {}, authentication) {
  const { client, secret } = await api("POST", "/clients", { name: "Cloud", method: "client_secret_basic", redirects: [back], logouts: [away],
    scopes: everything, roles: ["therapist"], ...more });
  const config = await oidc.discovery(new URL(issuer), client.id, {}, authentication ?? (secret ? oidc.ClientSecretBasic(secret) : oidc.None()),
    { execute: [oidc.allowInsecureRequests] });
  return { client, secret, config, id: client.id };
}

// wish is a fresh wish to sign in, with what has to be remembered for its answer.
export async function wish(p, more = {}) {
  const verifier = oidc.randomPKCECodeVerifier(), state = oidc.randomState(), nonce = oidc.randomNonce();
  const url = oidc.buildAuthorizationUrl(p.config, { redirect_uri: back, scope: "openid profile roles offline_access", state, nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256", ...more });
  return { url, state, checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true } };
}

export const mira = () => new Browser(issuer).enter(links.therapist);

// signIn goes all the way and returns the tokens.
export async function signIn(p, more, browser) {
  const w = await wish(p, more);
  const { left, page, status } = await (browser ?? await mira()).go(w.url.href);
  if (!left) throw new Error(`stopped at ${page} with ${status}`);
  return { ...w, left, tokens: await oidc.authorizationCodeGrant(p.config, new URL(left), w.checks) };
}

// token asks the token endpoint as it is, past every check of the library.
export async function token(p, fields, headers = {}) {
  const basic = p.secret ? { authorization: "Basic " + btoa(`${encodeURIComponent(p.id)}:${encodeURIComponent(p.secret)}`) } : {};
  const res = await fetch(issuer + "/oauth/token", { method: "POST", headers: { ...basic, ...headers }, body: new URLSearchParams(fields) });
  const text = await res.text();
  return { status: res.status, ...(text ? JSON.parse(text) : {}) };
}

export async function userinfo(access) {
  return (await fetch(issuer + "/oauth/userinfo", { headers: { authorization: "Bearer " + access } })).status;
}

// wants throws unless it is so.
export function wants(so, what) { if (!so) throw new Error(what); }

// refuses wants a call of the library to fail, for the reason given.
export async function refuses(call, reason, what) {
  try { await call(); } catch (e) {
    const said = [e.code, e.error, e.message, e.cause?.error, e.cause?.message, JSON.stringify(e.cause ?? "")].join(" ");
    wants(reason.test(said), `${what}: failed for another reason: ${said}`);
    return;
  }
  throw new Error(`${what}: was taken`);
}
