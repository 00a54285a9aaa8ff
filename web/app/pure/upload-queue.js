// Which picture is sent when, and what a file must be to be sent at all.
import { backoff } from "./backoff.js";

export const AT_ONCE = 3;
export const MOST_PICTURES = 10;
export const MOST_BYTES = 20 * 1024 * 1024; // what the upload form admits
const ATTEMPTS = 6;

/**
 * `waiting` for its turn, `sending`, `processing` on the server, `ready`, or `failed`.
 * @typedef {{state: "waiting" | "sending" | "processing" | "ready" | "failed", attempt: number, retryAt: number}} Turn
 */

/** Those that may begin now. @template {Turn} T @param {T[]} items @param {number} now @returns {T[]} */
export function nextUp(items, now) {
  const busy = items.filter((item) => item.state === "sending").length;
  const due = items.filter((item) => item.state === "waiting" && item.retryAt <= now);
  return due.slice(0, Math.max(0, AT_ONCE - busy));
}

/** What a failed attempt leads to. @param {Turn} item @param {boolean} isTransient @param {number} now @returns {Turn} */
export function afterFailure(item, isTransient, now) {
  const attempt = item.attempt + 1;
  if (!isTransient || attempt >= ATTEMPTS) return { state: "failed", attempt, retryAt: 0 };
  return { state: "waiting", attempt, retryAt: now + backoff(item.attempt) };
}

/** Why a file cannot be a picture; null where it can. @param {number} size @param {Uint8Array} head its first 16 bytes */
export function reasonAgainst(size, head) {
  if (size === 0) return "This file is empty.";
  if (!typeOf(head)) return "This is not a picture. Fanlight takes JPEG, PNG, WebP, HEIC, AVIF and GIF.";
  if (size > MOST_BYTES) return `This picture has ${(size / 1024 / 1024).toFixed(0)} MB; 20 MB is the most.`;
  return null;
}

/** The picture type by the first bytes, whatever the file is called; null for anything else. @param {Uint8Array} head */
export function typeOf(head) {
  const text = String.fromCharCode(...head);
  if (text.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (text.startsWith("\x89PNG\r\n")) return "image/png";
  if (/^GIF8[79]a/.test(text)) return "image/gif";
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return "image/webp";
  if (text.slice(4, 8) !== "ftyp") return null;
  const brand = text.slice(8, 12);
  if (/^avi[fs]/.test(brand)) return "image/avif";
  return /^(hei[cxms]|hev[cx]|mif1|msf1)/.test(brand) ? "image/heic" : null;
}

/** A list with one item moved by some places. @template T @param {T[]} items @param {number} from @param {number} to @returns {T[]} */
export function moved(items, from, to) {
  const target = Math.max(0, Math.min(items.length - 1, to));
  const rest = items.filter((_, at) => at !== from);
  return [...rest.slice(0, target), items[from], ...rest.slice(target)];
}
