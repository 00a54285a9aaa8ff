// A picture of a wall, cropped to its tile; the post is behind it.
import { html } from "../../vendor/preact.js";
import { counted } from "../pure/times.js";
import { askForPost } from "../reacting.js";
import { posts } from "../store.js";
import { altOf } from "./album.js";
import { Picture } from "./picture.js";
import { Icon } from "./small.js";

const SIZES = "(min-width: 1120px) 370px, (min-width: 600px) 33vw, 50vw";

/** @param {{id: string}} props */
export function Tile({ id }) {
  const post = posts.at(id).value;
  if (!post) return null;
  return html`
    <a class="tile" href="/p/${id}" style=${{ backgroundColor: post.media[0].color ?? undefined }}>
      <${Picture} media=${post.media[0]} alt=${altOf(post, 0)} sizes=${SIZES} renew=${() => askForPost(id)} />
      ${post.media.length > 1 && html`<span class="tile-many"><${Icon} name="images" /><span class="unseen">${post.media.length} pictures</span></span>`}
      <span class="tile-counts" aria-hidden="true">
        <span><${Icon} name="heart" filled />${post.like_count}</span><span><${Icon} name="message-circle" filled />${post.comment_count}</span>
      </span>
      <span class="unseen">${counted(post.like_count, "like")}, ${counted(post.comment_count, "comment")}</span>
    </a>`;
}
