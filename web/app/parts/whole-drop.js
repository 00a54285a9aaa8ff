// Pictures that are dropped or pasted anywhere begin a post.
import { html, useEffect, useState } from "../../vendor/preact.js";
import { go, place } from "../router.js";

export function WholeDrop() {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (/** @type {DragEvent} */ event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (/** @type {DragEvent} */ event) => event.relatedTarget === null && setOver(false);
    const drop = (/** @type {DragEvent} */ event) => {
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      setOver(false);
      take([...event.dataTransfer.files]);
    };
    const paste = (/** @type {ClipboardEvent} */ event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (!files.length) return;
      event.preventDefault();
      take(files);
    };
    const all = /** @type {[string, any][]} */ ([["dragover", over], ["dragleave", leave], ["drop", drop], ["paste", paste]]);
    for (const [name, listener] of all) document.addEventListener(name, listener);
    return () => all.forEach(([name, listener]) => document.removeEventListener(name, listener));
  }, []);
  return isOver ? html`<div class="whole-drop" aria-hidden="true"><p>Drop pictures to begin a post</p></div>` : null;
}

/** @param {File[]} files */
async function take(files) {
  const { addFiles } = await import("../uploads.js");
  if (place.value.path === "/new") return void addFiles(files);
  addFiles(files, "post");
  go("/new");
}
