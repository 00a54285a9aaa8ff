// The dialog that is open. The shell draws it, so it stays whatever becomes of the part that opened it.
import { signal } from "../vendor/preact.js";

/** @typedef {{from: () => Promise<any>, part: string} & Record<string, any>} Opened its module, its name there, and its props */

/** @type {Signal<Opened | null>} */
export const opened = signal(null);

/** @param {Opened} dialog */
export const open = (dialog) => void (opened.value = dialog);

/** The inverse of `open`. */
export const close = () => void (opened.value = null);
