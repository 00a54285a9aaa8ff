// The question that is asked before something that cannot be undone.
import { html } from "../../vendor/preact.js";
import { Dialog } from "./dialog.js";
import { Button } from "./small.js";

/** @param {{asked: any}} props */
export const Question = ({ asked }) => html`
  <${Dialog} title=${asked.title} onClose=${() => asked.answer(false)}>
    <p>${asked.text}</p>
    <div class="row end">
      <${Button} onClick=${() => asked.answer(false)}>Cancel<//>
      <${Button} kind=${asked.danger ? "danger" : "primary"} onClick=${() => asked.answer(true)}>${asked.yes}<//>
    </div>
  <//>`;
