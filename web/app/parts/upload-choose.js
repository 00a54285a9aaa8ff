// Step one: pictures, by drop, paste or picker.
import { html } from "../../vendor/preact.js";
import { MOST_PICTURES } from "../pure/upload-queue.js";
import { addFiles, draft, refused } from "../uploads.js";
import { Icon } from "./small.js";
import { UploadItem } from "./upload-item.js";

const TYPES = "image/jpeg,image/png,image/webp,image/heic,image/heif,image/avif,image/gif";

export function Choose() {
  const { items, kind } = draft.value;
  const most = kind === "story" ? 1 : MOST_PICTURES;
  return html`
    ${items.length < most && html`<${Picker} isSmall=${items.length > 0} many=${most > 1} />`}
    <${Refusals} />
    ${items.length > 0 && html`<ul class="upload-items">${items.map((item) => html`<${UploadItem} key=${item.key} item=${item} />`)}</ul>`}`;
}

/** @param {{isSmall: boolean, many: boolean}} props */
export function Picker({ isSmall, many }) {
  const chosen = (/** @type {any} */ event) => {
    addFiles([...event.target.files]);
    event.target.value = "";
  };
  return html`
    <label class=${isSmall ? "picker small" : "picker"}>
      <input type="file" class="unseen" aria-label="Choose pictures" accept=${TYPES} multiple=${many} onChange=${chosen} />
      <${Icon} name=${isSmall ? "plus" : "upload"} />
      <b>${isSmall ? "Add pictures" : many ? "Choose pictures" : "Choose a picture"}</b>
      ${!isSmall && html`<span class="meta">or drop them here, or paste them. ${many ? `Up to ${MOST_PICTURES}, ` : ""}20 MB each.</span>`}
    </label>`;
}

export const Refusals = () => refused.value.length > 0 && html`
  <ul class="refusals" role="alert">
    ${refused.value.map(({ name, reason }) => html`<li><b>${name}</b> ${reason}</li>`)}
  </ul>`;
