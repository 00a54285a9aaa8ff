// What people write: never markup, with mentions, tags and links to follow.
import { html, useLayoutEffect, useRef, useState } from "../../vendor/preact.js";
import { partsOf } from "../pure/text-parts.js";
import { routeOf } from "../router.js";

/** @param {{text: string}} props */
export const Written = ({ text }) => partsOf(text).map((part) => {
  if (part.kind === "link") return html`<a href=${part.path} target="_blank" rel="noopener nofollow ugc">${part.text}</a>`;
  if (part.path && routeOf(part.path)) return html`<a href=${part.path}>${part.text}</a>`;
  return part.text;
});

const opened = new Set();

/** A caption of three lines, and the rest on demand. @param {{id: string, name: any, text: string}} props */
export function Caption({ id, name, text }) {
  const [isOpen, setOpen] = useState(opened.has(id));
  const [isCut, setCut] = useState(false);
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    const lines = /** @type {HTMLElement} */ (ref.current);
    setCut(lines.scrollHeight > lines.clientHeight + 1);
  }, [text]);
  const open = () => {
    opened.add(id);
    setOpen(true);
  };
  return html`
    <div class="caption">
      <p ref=${ref} class=${isOpen ? "written" : "written clamped"}>${name} <${Written} text=${text} /></p>
      ${isCut && !isOpen && html`<button type="button" class="text-button" onClick=${open}>more</button>`}
    </div>`;
}
