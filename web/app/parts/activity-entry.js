// An entry of activity: faces, words, and the post's picture.
import { html } from "../../vendor/preact.js";
import { deedOf, othersOf } from "../pure/activity-words.js";
import { altOf } from "./album.js";
import { Avatar, profileOf, Time } from "./small.js";

/** @param {{entry: any}} props */
export function ActivityEntry({ entry }) {
  const { actors, actor_count: count, post, comment } = entry;
  const others = othersOf(count - actors.length);
  return html`
    <article class=${entry.read ? "entry" : "entry fresh"}>
      <span class="entry-faces">${actors.map((/** @type {Author} */ one) => html`<a key=${one.user_id} href=${profileOf(one)} tabindex="-1" aria-hidden="true"><${Avatar} user=${one} /></a>`)}</span>
      <p>
        ${actors.map((/** @type {Author} */ one, /** @type {number} */ at) => html`${at > 0 && ", "}<a href=${profileOf(one)}><b>${one.display_name}</b></a>`)}
        ${actors.length ? others : `${count} people`} ${deedOf(entry.kind)}${comment ? ": " : "."}
        ${comment && html`<q>${comment.text}</q>`}
        <span class="meta"> <${Time} moment=${entry.created_at} />${!entry.read && html`<span class="unseen">, new</span>`}</span>
      </p>
      ${post && html`<a class="entry-post" href="/p/${post.post_id}"><img src=${thumbnailOf(post)} alt=${altOf(post, 0)} loading="lazy" decoding="async" /></a>`}
    </article>`;
}

/** @param {Post} post */
const thumbnailOf = (post) => (post.media[0].renditions?.thumbnail ?? post.media[0]).url;
