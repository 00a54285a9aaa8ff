// Who is logged in. The id token stays in memory; the refresh token in the tab's storage, or in the
// browser's for a person who wants to stay signed in.
import { signal } from "../vendor/preact.js";
import { call, credentials, Refusal } from "./api.js";
import { inBrowser, inTab } from "./kept.js";
import { forget } from "./store.js";

const REFRESH = "refresh";
const OWNER = "refresh-of"; // whose token the browser keeps
const EARLY_MS = 60_000;
const HERE = "fanlight-here";
const ANSWER_MS = 800;

/** The own profile; null for nobody, undefined while it is not known yet.
 * @type {Signal<User | null | undefined>} */
export const me = signal(undefined);
/** Whether the session has ended while the page is in use: a dialog asks for the password. */
export const ended = signal(false);
/** Why the start failed, for example offline. @type {Signal<Refusal | null>} */
export const trouble = signal(null);

/** @type {{id_token: string, refresh_token: string, user_id: string, endsAt: number} | null} */
let tokens = null;
/** @type {Promise<void> | null} */
let renewing = null;
/** @type {((isBack: boolean) => void)[]} */
let waiting = [];
const tabs = new BroadcastChannel("fanlight");

credentials.token = async () => {
  if (tokens && Date.now() > tokens.endsAt - EARLY_MS) await renew().catch(() => {});
  return tokens?.id_token ?? null;
};
credentials.renew = async (stale) => {
  if (!tokens || tokens.id_token !== stale) return;
  await renew().catch(async (error) => {
    if (!(error instanceof Refusal) || error.isTransient) throw error;
    await loginAgain(error);
  });
};

/** Find out who is logged in, as far as this browser remembers. */
export async function start() {
  trouble.value = null;
  const refresh_token = inTab.read(REFRESH) ?? inBrowser.read(REFRESH);
  try {
    if (refresh_token) adopt(await renewed(refresh_token));
    else await askOtherTabs();
    me.value = tokens ? await call("GET", "/me") : null;
  } catch (error) {
    const refusal = /** @type {Refusal} */ (error);
    if (refusal.isTransient) return void (trouble.value = refusal);
    end(refresh_token);
    if (inBrowser.read(REFRESH)) await start(); // the tab's own was refused
  }
}

/** @param {Login} login @param {boolean} [isKept] whether to stay signed in after the browser closes */
export async function logIn(login, isKept = false) {
  const given = await call("POST", "/login", { body: login, isOpen: true });
  const back = ended.value;
  if (back && given.user_id !== tokens?.user_id) throw new Refusal(403, { detail: "That is somebody else. Log out first." });
  if (!back && !isKept) unkeep(given.user_id);
  take(given, back ? wasKept() : isKept);
  if (!back) me.value = await call("GET", "/me");
  ended.value = false;
  for (const go of waiting.splice(0)) go(true);
}

/** End the session here, in all tabs, and on the server if it can be reached. */
export async function logOut() {
  const refresh_token = tokens?.refresh_token;
  if (refresh_token) await call("POST", "/logout", { body: { refresh_token } }).catch(() => {});
  leave();
}

/** End all sessions of the person, wherever they are. */
export async function logOutEverywhere() {
  await call("POST", "/logout", { body: { everywhere: true } });
  leave();
}

/** Forget who was logged in, in all tabs, without asking the server. */
export function leave() {
  if (tokens) tabs.postMessage({ left: tokens.user_id });
  end();
}

/** Forget who was logged in here. @param {string | null} [refused] a token that leads nowhere */
function end(refused = null) {
  inTab.write(REFRESH, null);
  unkeep(tokens?.user_id, refused ?? tokens?.refresh_token);
  tokens = null;
  ended.value = false;
  for (const go of waiting.splice(0)) go(false);
  forget();
  me.value = null;
}

/** Show the own profile as it is now, in all tabs. @param {User} user */
export function show(user) {
  me.value = { ...me.value, ...user };
  tabs.postMessage({ shown: me.value });
}

/** Take new tokens, and hand them to the other tabs. @param {any} given a login's answer @param {boolean} [isKept] */
export function take(given, isKept = wasKept()) {
  keep(given, isKept);
  adopt(given);
  tabs.postMessage({ tokens });
}

/** Whether the session here is the one that the browser keeps. */
const wasKept = () => !inTab.read(REFRESH) && inBrowser.read(OWNER) === tokens?.user_id;

/** @param {{refresh_token: string, user_id: string}} given @param {boolean} isKept */
function keep({ refresh_token, user_id }, isKept) {
  inTab.write(REFRESH, isKept ? null : refresh_token);
  if (!isKept) return;
  inBrowser.write(REFRESH, refresh_token);
  inBrowser.write(OWNER, user_id);
}

/** The inverse of `keep`; the token of another person stays. @param {string} [user_id] @param {string} [refresh_token] */
function unkeep(user_id, refresh_token) {
  if (inBrowser.read(OWNER) !== user_id && inBrowser.read(REFRESH) !== refresh_token) return;
  inBrowser.write(REFRESH, null);
  inBrowser.write(OWNER, null);
}

/** @param {any} given */
function adopt(given) {
  tokens = { ...given, endsAt: Date.now() + given.expires_in * 1000 };
  // Held until the tab closes: a new tab sees by it that there is somebody to ask.
  navigator.locks?.request(HERE, { mode: "shared" }, () => new Promise(() => {}));
}

/** @param {string} refresh_token */
const renewed = (refresh_token) => call("POST", "/token", { body: { refresh_token }, isOpen: true });

/** Renew the token; one tab at a time, and one whose neighbour has just done so takes that one. @returns {Promise<void>} */
function renew() {
  const stale = tokens?.id_token;
  renewing ??= alone(async () => {
    if (!tokens || tokens.id_token !== stale) return;
    take(await renewed(tokens.refresh_token));
  }).finally(() => void (renewing = null));
  return renewing;
}

/** @param {() => Promise<void>} work */
async function alone(work) {
  if (navigator.locks) await navigator.locks.request("fanlight-renewal", work);
  else await work();
}

/** Wait until the person has logged in again; fails where they rather leave. @param {Refusal} why */
async function loginAgain(why) {
  ended.value = true;
  const isBack = await new Promise((resolve) => waiting.push(resolve));
  if (!isBack) throw why;
}

/** Take the session of another tab, if there is one. */
async function askOtherTabs() {
  const held = (await navigator.locks?.query())?.held ?? [];
  if (!held.some((lock) => lock.name === HERE)) return;
  tabs.postMessage({ asks: true });
  const isOver = new AbortController();
  await new Promise((resolve) => {
    tabs.addEventListener("message", ({ data }) => data.tokens && resolve(null), { signal: isOver.signal });
    setTimeout(resolve, ANSWER_MS);
  });
  isOver.abort();
  if (tokens) inTab.write(REFRESH, tokens.refresh_token);
}

/** Follow another tab that has logged in while nobody is here. @param {string} refresh_token */
function join(refresh_token) {
  inTab.write(REFRESH, refresh_token);
  return start();
}

tabs.addEventListener("message", ({ data }) => {
  if (data.left && data.left === tokens?.user_id) end();
  if (data.shown && data.shown.user_id === me.value?.user_id) me.value = data.shown;
  if (data.asks && tokens) tabs.postMessage({ tokens });
  if (data.tokens && me.value === null) return void join(data.tokens.refresh_token);
  const isMine = data.tokens && (!tokens || data.tokens.user_id === tokens.user_id);
  if (!isMine) return;
  if (tokens) keep(data.tokens, wasKept());
  tokens = data.tokens;
  if (ended.value) {
    ended.value = false;
    for (const go of waiting.splice(0)) go(true);
  }
});
