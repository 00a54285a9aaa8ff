// Items by their ids, each as a signal: whoever shows one sees it change.
import { signal } from "../vendor/preact.js";

/** @template T @param {(item: T) => string} idOf */
export function shelf(idOf) {
  /** @type {Map<string, Signal<T | null>>} */
  const known = new Map();
  /** The item of an id, as a signal; null while it is unknown, or gone. @param {string} id */
  const at = (id) => {
    if (!known.has(id)) known.set(id, signal(null));
    return /** @type {Signal<T | null>} */ (known.get(id));
  };
  return {
    at,
    /** Keep an item as it is now. @param {T} item */
    keep: (item) => {
      at(idOf(item)).value = item;
      return item;
    },
    /** Change some fields of a known item. @param {string} id @param {Partial<T>} changes */
    change: (id, changes) => {
      const now = at(id).value;
      if (now) at(id).value = { ...now, ...changes };
    },
    clear: () => known.clear(),
  };
}
