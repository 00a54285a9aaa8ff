// Short messages at the edge of the page, also read aloud: what was done, or why not.
import { signal } from "../vendor/preact.js";
import { Refusal } from "./api.js";
import { duration } from "./pure/times.js";

const SHOWN_MS = 6_000;

/** @typedef {{id: number, text: string, retryAt: number | null, action: {label: string, run: () => void} | null}} Notice */

/** @type {Signal<Notice[]>} */
export const notices = signal([]);
let last = 0;

/** Tell the person something. @param {string} text @param {Partial<Notice>} [more] */
export function say(text, more = {}) {
  const id = ++last;
  notices.value = [...notices.value, { id, text, retryAt: null, action: null, ...more }].slice(-2);
  const shown = Math.max(SHOWN_MS, (more.retryAt ?? 0) - Date.now());
  setTimeout(() => dismiss(id), shown);
}

/** @param {number} id */
export const dismiss = (id) => {
  notices.value = notices.value.filter((notice) => notice.id !== id);
};

/** Tell why something was not done, with a way to try again. @param {unknown} error @param {() => void} [again] */
export function sayWhy(error, again) {
  if (!(error instanceof Refusal)) throw error;
  const request = error.status >= 500 && error.requestId ? ` (request ${error.requestId})` : "";
  const canRetry = again && error.isTransient && !error.retryAt;
  say(error.message + request, {
    retryAt: error.retryAt,
    action: canRetry ? { label: "Try again", run: again } : null,
  });
}

/** How long a refusal still holds, in words. @param {number} retryAt @param {number} now */
export const waitOf = (retryAt, now) => `Try again in ${duration((retryAt - now) / 1000)}.`;
