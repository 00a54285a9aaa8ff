// A view that is a list of people.
import { html } from "../../vendor/preact.js";
import { goBack } from "../router.js";
import { useTitle } from "../title.js";
import { PeopleList } from "./people.js";
import { IconButton } from "./small.js";

/** @param {any} props */
export function PeopleView({ title, back, path, icon, nobody, hint, action }) {
  useTitle(title);
  return html`
    <div class="column">
      <header class="view-head">
        <${IconButton} class="back" icon="arrow-left" label="Back" onClick=${() => goBack(back)} />
        <h1>${title}</h1>
      </header>
      <${PeopleList} path=${path} title=${nobody} icon=${icon} empty=${hint} action=${action} />
    </div>`;
}
