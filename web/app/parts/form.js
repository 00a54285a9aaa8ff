// Forms: fields with their labels, and the API's reasons beside the fields that they are about.
import { html, useState } from "../../vendor/preact.js";
import { Refusal } from "../api.js";
import { waitOf } from "../notices.js";
import { now } from "../now.js";
import { plural } from "../pure/times.js";
import { Button } from "./small.js";

export const MOST_CAPTION = 2200;
const MOST_ALT = 1500;
const COUNTED_FROM = 2000;

/** A field. `wrong` says what is not right with it. @param {any} props */
export function Field({ label, hint, wrong, name, rows, onInput, ...rest }) {
  const about = wrong || hint ? `about-${name}` : null;
  const given = {
    ...rest, name, id: `field-${name}`, rows, "aria-describedby": about, "aria-invalid": wrong ? "true" : null,
    onInput: (/** @type {any} */ event) => onInput(event.target.value),
  };
  return html`
    <div class="field">
      <label for="field-${name}">${label}</label>
      ${rows ? html`<textarea ...${given}></textarea>` : html`<input ...${given} />`}
      ${about && html`<p id=${about} class=${wrong ? "meta wrong" : "meta"}>${wrong || hint}</p>`}
    </div>`;
}

/** @param {{value: string, onInput: (text: string) => void}} props */
export function CaptionField({ value, onInput }) {
  const left = MOST_CAPTION - [...value].length;
  const wrong = left < 0 ? `${-left} ${plural(-left, "character")} too many: a caption has up to ${MOST_CAPTION}.` : null;
  const hint = MOST_CAPTION - left >= COUNTED_FROM ? `${left} ${plural(left, "character")} left` : null;
  return html`<${Field} label="Caption" name="caption" rows="5" value=${value} onInput=${onInput} wrong=${wrong} hint=${hint} />`;
}

/** The text that stands for a picture, for those who do not see it. @param {{number: number, value: string, onInput: (text: string) => void}} props */
export const AltField = ({ number, value, onInput }) => html`
  <${Field} label="Alt text of picture ${number}" name="alt-${number}" rows="2" maxlength=${MOST_ALT} placeholder="What is in the picture?" value=${value} onInput=${onInput} />`;

/** A switch with a sentence. @param {any} props */
export const Switch = ({ label, hint, checked, onChange }) => html`
  <label class="switch">
    <span><span>${label}</span>${hint && html`<span class="meta">${hint}</span>`}</span>
    <input type="checkbox" role="switch" checked=${checked} onChange=${(/** @type {any} */ event) => onChange(event.target.checked)} />
  </label>`;

/** A form whose refusal is told above its button. @param {any} props `wrong` gets the refusal */
export function Form({ submit, onSubmit, children, disabled, onRefused, danger }) {
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState(/** @type {Refusal | null} */ (null));
  const waits = refusal?.retryAt && refusal.retryAt > now.value;
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setBusy(true);
    setRefusal(null);
    try {
      await onSubmit();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setRefusal(error);
      onRefused?.(error);
    } finally {
      setBusy(false);
    }
  };
  return html`
    <form class="form" onSubmit=${send} novalidate>
      ${children}
      ${refusal && html`<p class="wrong" role="alert">${refusal.message} ${waits ? waitOf(/** @type {number} */ (refusal.retryAt), now.value) : ""}</p>`}
      <${Button} type="submit" kind=${danger ? "danger" : "primary"} busy=${isBusy} disabled=${isBusy || disabled || waits}>${submit}<//>
    </form>`;
}
