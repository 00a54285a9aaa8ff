// A picture on its way: how far it is, or why it failed.
import { html } from "../../vendor/preact.js";
import { megabytes } from "../pure/times.js";
import { removeItem, retryItem } from "../uploads.js";
import { Button, IconButton } from "./small.js";

const WORDS = { waiting: "Waiting for its turn", sending: "Sending", processing: "Developing…", ready: "Ready", failed: "Failed" };

/** @param {{item: import("../uploads.js").Item, children?: any}} props */
export function UploadItem({ item, children }) {
  const percent = Math.round(item.progress * 100);
  const words = item.state === "sending" ? `Sending, ${percent} %` : WORDS[item.state];
  return html`
    <li class="upload-item ${item.state}">
      <${Preview} item=${item} />
      <div class="grow">
        <p class="one-line">${item.name}</p>
        <p class="meta">${megabytes(item.file.size)} · ${words}${item.reason && item.state === "waiting" ? `. ${item.reason} Trying again.` : ""}</p>
        ${item.state === "sending" && html`<progress max="100" value=${percent} aria-label="Sending ${item.name}"></progress>`}
        ${item.state === "failed" && html`<p class="meta wrong" role="alert">${item.reason}</p>`}
      </div>
      ${item.state === "failed" && html`<${Button} onClick=${() => retryItem(item.key)}>Retry<//>`}
      ${children}
      <${IconButton} icon="x" label="Remove ${item.name}" onClick=${() => removeItem(item.key)} />
    </li>`;
}

/** A thumbnail; of a format that the browser cannot show, once the server has made one. @param {{item: any}} props */
export const Preview = ({ item }) => html`
  <img class="upload-preview" src=${previewOf(item)} alt="" />`;

/** @param {any} item */
export const previewOf = (item) =>
  (item.type === "image/heic" && item.media?.renditions.medium?.url) || item.preview;
