// The time, as a signal that goes on while somebody looks.
import { signal } from "../vendor/preact.js";

/** Milliseconds since 1970, to the second; for countdowns. */
export const now = signal(Date.now());
/** The same, to half a minute: relative times need no more. */
export const aboutNow = signal(Date.now());

setInterval(() => {
  if (document.hidden) return;
  now.value = Date.now();
  if (now.value - aboutNow.value > 30_000) aboutNow.value = now.value;
}, 1_000);
