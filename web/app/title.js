// The title of the tab.
import { useEffect } from "../vendor/preact.js";

/** @param {string} title */
export function useTitle(title) {
  useEffect(() => {
    document.title = title ? `${title} · Fanlight` : "Fanlight";
  }, [title]);
}
