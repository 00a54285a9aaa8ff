// A story: one picture, seen in the frame that it will fill for a day.
import { html } from "../../vendor/preact.js";
import { draft } from "../uploads.js";
import { focusOf } from "../pure/focus.js";
import { FocusButton } from "./focus-button.js";
import { Button } from "./small.js";
import { Picker, Refusals } from "./upload-choose.js";
import { previewOf, UploadItem } from "./upload-item.js";
import { Publish } from "./upload-tell.js";

/** @param {{onDiscard: () => void}} props */
export function StoryStep({ onDiscard }) {
  const [item] = draft.value.items;
  if (!item) return html`<${Picker} isSmall=${false} many=${false} /><${Refusals} /><p class="meta">A story fills the screen, upright, and is gone after 24 hours.</p>`;
  return html`
    <div class="story-frame"><img src=${previewOf(item)} alt="Your story, as it will be cut" style=${focusOf(item)} /></div>
    <ul class="upload-items"><${UploadItem} item=${item} /></ul>
    <${FocusButton} item=${item} />
    <${Refusals} />
    <footer class="upload-foot"><${Button} kind="plain" onClick=${onDiscard}>Discard<//><${Publish} label="Share" isReady /></footer>`;
}
