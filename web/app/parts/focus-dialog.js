// The focal point of a picture: chosen by a click, or by the arrow keys.
import { html } from "../../vendor/preact.js";
import { focusAt, nudged, placeOf } from "../pure/focus.js";
import { draft, focusOn } from "../uploads.js";
import { Dialog } from "./dialog.js";
import { Button } from "./small.js";
import { previewOf } from "./upload-item.js";

const MIDDLE = { x: 0, y: 0 };

/** @param {{id: string, onClose: () => void}} props `id` is the item's key */
export function FocusDialog({ id, onClose }) {
  const item = draft.value.items.find((one) => one.key === id);
  if (!item) return null;
  const point = item.focus ?? MIDDLE;
  const { left, top } = placeOf(point);
  const click = (/** @type {MouseEvent} */ event) => {
    if (!event.detail) return; // a key pressed the button
    const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
    focusOn(id, focusAt((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height));
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    const moved = nudged(point, event.key);
    if (!moved) return;
    event.preventDefault();
    focusOn(id, moved);
  };
  return html`
    <${Dialog} title="Focal point" onClose=${onClose}>
      <p>Click on what must stay in view when the picture is cropped, or use the arrow keys.</p>
      <button type="button" class="focus-field" aria-label="Focal point of ${item.name}" aria-describedby="focus-place" onClick=${click} onKeyDown=${press}>
        <img src=${previewOf(item)} alt="" draggable=${false} />
        ${item.focus && html`<span class="focus-mark" style=${{ left: `${left}%`, top: `${top}%` }}></span>`}
      </button>
      <p id="focus-place" class="meta" role="status">
        ${item.focus ? `${Math.round(left)} % from the left, ${Math.round(top)} % from the top.` : "Fanlight finds it by itself."}</p>
      <div class="row">
        <${Button} kind="plain" disabled=${!item.focus} onClick=${() => focusOn(id, null)}>Let Fanlight find it<//>
        <${Button} kind="primary" onClick=${onClose}>Done<//>
      </div>
    <//>`;
}
