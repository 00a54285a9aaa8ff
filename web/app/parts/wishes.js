// What an author wishes for a post: who comments, who is told the likes, and whether it is blurred at first.
import { html } from "../../vendor/preact.js";
import { Field, Switch } from "./form.js";

/** @typedef {import("../pure/wishes.js").Wished} Wished */

/** @type {[Wished["comments"], string][]} */
const COMMENTERS = [["all", "Everybody"], ["followers", "Followers"], ["off", "Nobody"]];

/** @param {{wished: Wished, onChange: (changes: Partial<Wished>) => void}} props */
export const Wishes = ({ wished, onChange }) => html`
  <fieldset class="segments"><legend>Who may comment</legend>
    ${COMMENTERS.map(([id, label]) => html`<label><input type="radio" class="unseen" name="comments" checked=${wished.comments === id} onChange=${() => onChange({ comments: id })} /><span>${label}</span></label>`)}
  </fieldset>
  <${Switch} label="Hide the number of likes" hint="Only you see how many like it." checked=${wished.hide_counts} onChange=${(/** @type {boolean} */ is) => onChange({ hide_counts: is })} />
  <${Switch} label="Sensitive" hint="The pictures stay blurred until somebody asks for them." checked=${wished.sensitive} onChange=${(/** @type {boolean} */ is) => onChange({ sensitive: is })} />
  ${wished.sensitive && html`<${Field} label="What is in it" name="content_note" maxlength="200" value=${wished.content_note} onInput=${(/** @type {string} */ text) => onChange({ content_note: text })} />`}`;
