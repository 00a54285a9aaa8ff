// A list of people, each with a way to follow.
import { html } from "../../vendor/preact.js";
import { people } from "../store.js";
import { Endless, useList } from "./endless.js";
import { FollowButton } from "./follow-button.js";
import { Avatar, profileOf } from "./small.js";
import { Later, PeopleSkeleton, Quiet } from "./states.js";

const PART = 30;

/** @param {{path: string, title: string, icon?: string, empty: string, heading?: string, action?: (user: User, list: List) => any}} props */
export function PeopleList({ path, title, icon = "user", empty, heading, action }) {
  const list = useList(path);
  const draw = (/** @type {any} */ item) => {
    const user = item.user ?? item; // viewers of a story come with their time
    return html`
      <${PersonRow} key=${user.user_id} user=${user} action=${action && action(user, list)} />`;
  };
  return html`
    ${heading && list.items.value.length > 0 && html`<h2 class="list-title">${heading}</h2>`}
    <${Endless} list=${list} draw=${draw} part=${PART} kind="people" skeleton=${html`<${Later}><${PeopleSkeleton} /><//>`}
      empty=${html`<${Quiet} icon=${icon} title=${title}><p>${empty}</p><//>`} />`;
}

/** @param {{user: User, action?: any}} props */
export function PersonRow({ user: given, action }) {
  const user = people.at(given.user_id).value ?? given;
  return html`
    <div class="person">
      <a href=${profileOf(user)}>
        <${Avatar} user=${user} />
        <span><b>${user.display_name}</b><span class="meta">@${user.username}</span></span>
      </a>
      ${action ?? html`<${FollowButton} user=${user} />`}
    </div>`;
}
