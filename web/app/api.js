// Calls the API: JSON in, JSON out, and a Refusal that says in words why not.
import { config } from "./config.js";

const PATIENCE_MS = 30_000;
const LONGEST_PATH = 2_000; // nothing has a longer one, and the gateway would refuse it as an upload

/** The session fills these in: the API needs a token, and the session needs the API. */
export const credentials = {
  /** @type {() => Promise<string | null>} */ token: async () => null,
  /** Get a token that is newer. @type {(stale: string | null) => Promise<void>} */
  renew: async () => {},
};

/** Why a call failed. `status` is 0 where no answer came. */
export class Refusal extends Error {
  /** @param {number} status @param {Partial<Problem>} problem @param {Headers} [headers] */
  constructor(status, problem, headers) {
    super(problem.detail || problem.title || `The server answered ${status}.`);
    this.status = status;
    /** Which refusal it is, for example "/problems/not-found". */
    this.type = problem.type ?? null;
    /** @type {{field: string, message: string}[]} */
    this.errors = problem.errors ?? [];
    this.requestId = headers?.get("X-Request-Id") ?? null;
    const seconds = Number(headers?.get("Retry-After"));
    /** When it can be tried again, in milliseconds since 1970; null where the server does not say. */
    this.retryAt = seconds > 0 ? Date.now() + seconds * 1000 : null;
  }

  /** Whether trying again may help. */
  get isTransient() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** What is wrong with a field, if the API says. @param {string} field */
  about(field) {
    const found = this.errors.find((error) => error.field === field);
    return found ? found.message : null;
  }
}

/**
 * Call the API. Gives the decoded answer, or null where it has no body.
 * @param {string} method @param {string} path
 * @param {{body?: unknown, isOpen?: boolean, key?: string}} [more] `key` is an Idempotency-Key
 * @returns {Promise<any>}
 */
export async function call(method, path, more = {}) {
  if (path.length > LONGEST_PATH) throw new Refusal(404, { detail: "Nothing has so long an address." });
  const token = more.isOpen ? null : await credentials.token();
  const answer = await send(method, path, token, more);
  // A call that proves itself by a password is refused for the password: once is enough.
  const isProof = Object.hasOwn(Object(more.body), "password");
  if (answer.status !== 401 || more.isOpen || isProof) return read(answer);
  await credentials.renew(token);
  return read(await send(method, path, await credentials.token(), more));
}

/** @param {string} method @param {string} path @param {string | null} token @param {{body?: unknown, key?: string}} more */
async function send(method, path, token, { body, key }) {
  const headers = new Headers({ Accept: "application/json" });
  if (token) headers.set("Authorization", `Bearer ${token}`);
  if (body !== undefined) headers.set("Content-Type", "application/json");
  if (key) headers.set("Idempotency-Key", key);
  const request = { method, headers, signal: AbortSignal.timeout(PATIENCE_MS) };
  const sent = body === undefined ? request : { ...request, body: JSON.stringify(body) };
  try {
    return await fetch(config.api + path, sent);
  } catch (error) {
    throw new Refusal(0, { detail: silence(error) });
  }
}

/** @param {unknown} error */
function silence(error) {
  if (!navigator.onLine) return "You are offline.";
  const isLate = error instanceof DOMException && error.name === "TimeoutError";
  return isLate ? "The server takes too long to answer." : "The server cannot be reached.";
}

/** @param {Response} answer */
async function read(answer) {
  const text = await answer.text().catch(() => "");
  const decoded = parsed(text);
  if (!answer.ok) throw new Refusal(answer.status, decoded ?? {}, answer.headers);
  return decoded;
}

/** @param {string} text */
function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null; // a proxy's page, not the API's answer
  }
}
