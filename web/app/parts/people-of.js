// Followers or followed of somebody.
import { html } from "../../vendor/preact.js";
import { goBack } from "../router.js";
import { useTitle } from "../title.js";
import { useUser } from "../user-by-name.js";
import { PeopleList } from "./people.js";
import { IconButton } from "./small.js";
import { Later, PeopleSkeleton, Refused } from "./states.js";

/** @param {{name: string, list: string, title: string, empty: string}} props */
export function PeopleOf({ name, list, title, empty }) {
  const { user, error, load } = useUser(name);
  useTitle(`${title} · ${user?.username ?? name}`);
  return html`
    <div class="column">
      <header class="view-head">
        <${IconButton} class="back" icon="arrow-left" label="Back" onClick=${() => goBack(`/u/${name}`)} />
        <h1>${title} <span class="meta">@${user?.username ?? name}</span></h1>
      </header>
      ${error ? html`<${Refused} error=${error} retry=${load} />`
        : user ? html`<${PeopleList} path="/users/${user.user_id}/${list}" title=${empty} empty="" />`
        : html`<${Later}><${PeopleSkeleton} /><//>`}
    </div>`;
}
