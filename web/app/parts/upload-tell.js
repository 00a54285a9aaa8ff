// Step four: words, and out it goes.
import { html, useEffect, useState } from "../../vendor/preact.js";
import { Refusal } from "../api.js";
import { waitOf } from "../notices.js";
import { now } from "../now.js";
import { go } from "../router.js";
import { changeDraft, draft, publish } from "../uploads.js";
import { CaptionField, Field, MOST_CAPTION } from "./form.js";
import { Button } from "./small.js";
import { Preview, UploadItem } from "./upload-item.js";

export function Tell() {
  const { items, caption, location } = draft.value;
  const troubled = items.filter((item) => item.state !== "ready" && item.state !== "processing");
  return html`
    <ul class="tell-strip" aria-label="${items.length === 1 ? "One picture" : `${items.length} pictures`}">
      ${items.map((item) => html`<li key=${item.key}><${Preview} item=${item} /></li>`)}
    </ul>
    <div class="form">
      <${CaptionField} value=${caption} onInput=${(/** @type {string} */ text) => changeDraft({ caption: text })} />
      <${Field} label="Place" name="location" maxlength="200" value=${location} onInput=${(/** @type {string} */ text) => changeDraft({ location: text })} />
      ${troubled.length > 0 && html`<ul class="upload-items">${troubled.map((item) => html`<${UploadItem} key=${item.key} item=${item} />`)}</ul>`}
      <${Publish} label="Publish" isReady=${[...caption].length <= MOST_CAPTION} />
    </div>`;
}

/** Publishes as soon as everything has arrived. @param {{label: string, isReady: boolean}} props */
export function Publish({ label, isReady }) {
  const [isWanted, setWanted] = useState(false);
  const [refusal, setRefusal] = useState(/** @type {Refusal | null} */ (null));
  const { items } = draft.value;
  const failed = items.some((item) => item.state === "failed");
  const hasArrived = items.every((item) => item.media_id);
  const send = async () => {
    setRefusal(null);
    try {
      await publish();
      go("/");
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setRefusal(error);
    }
    setWanted(false);
  };
  const isDue = isWanted && hasArrived && !failed;
  useEffect(() => {
    if (isDue) send();
    if (isWanted && failed) setWanted(false);
  }, [isDue, failed]);
  const waits = refusal?.retryAt && refusal.retryAt > now.value;
  return html`
    ${failed && html`<p class="wrong" role="alert">A picture has failed. Retry or remove it; the others are safe.</p>`}
    ${refusal && html`<p class="wrong" role="alert">${refusal.message} ${waits ? waitOf(/** @type {number} */ (refusal.retryAt), now.value) : ""} Nothing is lost.</p>`}
    <${Button} kind="primary wide" busy=${isWanted} disabled=${isWanted || !isReady || failed || !items.length || waits} onClick=${() => (setRefusal(null), setWanted(true))}>
      ${isWanted && !hasArrived ? "Publishing when all has arrived…" : label}<//>`;
}
