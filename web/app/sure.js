// Asks before something that cannot be undone.
import { signal } from "../vendor/preact.js";

/** The question that is open, if one is. @type {Signal<any>} */
export const question = signal(null);

/** True if the person wants it. @param {{title: string, text: string, yes: string, danger?: boolean}} asked @returns {Promise<boolean>} */
export const sure = (asked) =>
  new Promise((resolve) => {
    question.value = { ...asked, answer: (/** @type {boolean} */ is) => ((question.value = null), resolve(is)) };
  });
