// Step three: filters, seen on the first picture; held down, it shows itself without.
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { drawUnder, looks } from "../looks.js";
import { changeDraft, draft } from "../uploads.js";
import { previewOf } from "./upload-item.js";

const LARGE = 960;
const SMALL = 120;

export function Look() {
  const { items, filter } = draft.value;
  const [names, setNames] = useState(/** @type {string[]} */ ([]));
  const [isBefore, setBefore] = useState(false);
  const [isBlind, setBlind] = useState(false);
  const url = previewOf(items[0]);
  useEffect(() => {
    looks().then((found) => setNames([...found.keys()]), () => setBlind(true));
  }, []);
  const hold = (/** @type {boolean} */ is) => () => setBefore(is);
  return html`
    <button type="button" class="look-large" aria-label="Hold to see it without the filter" onPointerDown=${hold(true)} onPointerUp=${hold(false)}
      onPointerLeave=${hold(false)} onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === " " && setBefore(true)} onKeyUp=${hold(false)}>
      <${Under} url=${url} name=${isBefore ? null : filter} width=${LARGE} />
    </button>
    <p class="meta">${filter ? "Hold the picture to see it without." : "As it was taken."}${forAll(items.length)}</p>
    ${isBlind && html`<p class="wrong" role="alert">The filters cannot be shown here now. You can publish without one.</p>`}
    <div class="looks" role="radiogroup" aria-label="Filter" tabindex="-1">
      ${[null, ...names].map((name) => html`
        <label class="look" key=${name ?? ""}>
          <input type="radio" name="filter" class="unseen" checked=${filter === name} onChange=${() => changeDraft({ filter: name })} />
          <${Under} url=${url} name=${name} width=${SMALL} /><span>${name ?? "none"}</span>
        </label>`)}
    </div>`;
}

/** @param {number} count */
const forAll = (count) => (count > 1 ? ` The filter is for ${count === 2 ? "both" : `all ${count}`} pictures.` : "");

/** @param {{url: string, name: string | null, width: number}} props */
function Under({ url, name, width }) {
  const ref = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  useEffect(() => {
    drawUnder(/** @type {HTMLCanvasElement} */ (ref.current), url, name, width).catch(() => {}); // no preview, as for HEIC
  }, [url, name]);
  return html`<canvas ref=${ref} width=${width} height=${width} aria-hidden="true"></canvas>`;
}
