// Hands a link on: by the system's own sheet on a phone, else by the clipboard.
import { say } from "../notices.js";

/** @param {string} path */
export async function share(path) {
  const url = location.origin + path;
  try {
    if (navigator.share && matchMedia("(pointer: coarse)").matches) await navigator.share({ url });
    else {
      await navigator.clipboard.writeText(url);
      say("The link is copied.");
    }
  } catch (error) {
    const isCancelled = error instanceof DOMException && error.name === "AbortError";
    if (!isCancelled) say(`The link is ${url}`);
  }
}
