// The stories of today, on top of the feed. It is there from the start, so the feed never moves.
import { effect, html, useEffect, useState } from "../../vendor/preact.js";
import { call } from "../api.js";
import { storiesChanged } from "../developing.js";
import { me } from "../session.js";
import { Avatar, Icon } from "./small.js";

/** The tray as it was read last, own stories first; the viewer reads it too. @type {{items: Person[]}} */
export const tray = { items: [] };
/** @typedef {{author: Author, stories: Story[], seen: boolean}} Person */

effect(() => {
  if (!me.value) tray.items = [];
});

/** @returns {Promise<Person[]>} */
export async function readTray() {
  const user = /** @type {User} */ (me.value);
  const [others, own] = await Promise.all([call("GET", "/stories?limit=50"), call("GET", `/users/${user.user_id}/stories`)]);
  const mine = own.items.length ? [{ author: user, stories: own.items, seen: own.items.every((/** @type {Story} */ one) => one.seen) }] : [];
  tray.items = [...mine, ...others.items.filter((/** @type {Person} */ one) => one.author.user_id !== user.user_id)];
  return tray.items;
}

export function Tray() {
  const [items, setItems] = useState(tray.items);
  useEffect(() => {
    readTray().then(setItems, () => {}); // the feed tells what is wrong
  }, [storiesChanged.value, me.value?.user_id]);
  const user = /** @type {User} */ (me.value);
  const isMine = items[0]?.author.user_id === user.user_id;
  return html`
    <section class="tray" aria-label="Stories of today">
      <ul>
        <li><a href="/new?kind=story">
          <span class="ring add"><${Avatar} user=${user} size="large" /><${Icon} name="plus" /></span><span>New story</span>
        </a></li>
        ${items.map(({ author, seen }, at) => html`
          <li key=${author.user_id}><a href="/stories/${encodeURIComponent(author.username)}">
            <span class=${seen ? "ring" : "ring unseen-story"}><${Avatar} user=${author} size="large" /></span>
            <span>${at === 0 && isMine ? "You" : author.display_name.split(" ")[0]}${!seen && html`<span class="unseen">, not seen yet</span>`}</span>
          </a></li>`)}
      </ul>
    </section>`;
}
