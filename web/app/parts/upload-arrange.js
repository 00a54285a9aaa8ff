// Step two: the order of the pictures, by dragging or by keys. Buttons at the ends are not disabled
// in earnest: a button that is loses the focus.
import { html, useState } from "../../vendor/preact.js";
import { focusOf } from "../pure/focus.js";
import { moved } from "../pure/upload-queue.js";
import { changeDraft, describe, draft } from "../uploads.js";
import { AltField } from "./form.js";
import { FocusButton } from "./focus-button.js";
import { IconButton } from "./small.js";
import { previewOf } from "./upload-item.js";
import { removeItem } from "../uploads.js";

export function Arrange() {
  const { items } = draft.value;
  const [dragged, setDragged] = useState(-1);
  const move = (/** @type {number} */ from, /** @type {number} */ to) => changeDraft({ items: moved(items, from, to) });
  const over = (/** @type {DragEvent} */ event, /** @type {number} */ at) => {
    if (dragged < 0) return;
    event.preventDefault();
    event.stopPropagation();
    if (dragged !== at) {
      move(dragged, at);
      setDragged(at);
    }
  };
  return html`
    <p>${items.length > 1 ? "Drag the pictures into their order; the first is the face of the post." : "One picture. Add more in the step before."}
      ${" "}A few words about each help those who do not see it.</p>
    <ol class="arrange">
      ${items.map((item, at) => html`
        <li key=${item.key} draggable="true" class=${dragged === at ? "dragged" : ""} onDragStart=${() => setDragged(at)}
          onDragOver=${(/** @type {DragEvent} */ event) => over(event, at)} onDragEnd=${() => setDragged(-1)}>
          <img src=${previewOf(item)} alt="Picture ${at + 1}: ${item.name}" style=${focusOf(item)} draggable=${false} />
          <span class="album-count">${at + 1}</span>
          <span class="row">
            <${IconButton} icon="chevron-left" label="Move picture ${at + 1} forward" aria-disabled=${at === 0 ? "true" : null} onClick=${() => move(at, at - 1)} />
            <${IconButton} icon="chevron-right" label="Move picture ${at + 1} backward" aria-disabled=${at === items.length - 1 ? "true" : null} onClick=${() => move(at, at + 1)} />
            <${IconButton} icon="trash-2" label="Remove picture ${at + 1}" onClick=${() => removeItem(item.key)} />
          </span>
          <${AltField} number=${at + 1} value=${item.alt ?? ""} onInput=${(/** @type {string} */ alt) => describe(item.key, alt)} />
          <${FocusButton} item=${item} of=" of picture ${at + 1}" />
        </li>`)}
    </ol>`;
}
