// The pictures of a post: one, or several to swipe through.
import { html, useRef, useState } from "../../vendor/preact.js";
import { day } from "../pure/times.js";
import { IconButton } from "./small.js";
import { Picture } from "./picture.js";

const TALLEST = 4 / 5;
const WIDEST = 1.91;

/** Width to height of a post's box: its first picture's, within bounds. @param {Post} post @param {boolean} [isWhole] */
export function ratioOf(post, isWhole) {
  const { width, height } = post.media[0];
  if (!width || !height) return 1;
  return isWhole ? width / height : Math.min(Math.max(width / height, TALLEST), WIDEST);
}

/** @param {Post} post @param {number} at */
export const altOf = (post, at) =>
  post.media[at].alt || `Photograph by ${post.author.display_name}, ${day(post.created_at)}`;

/** @param {{post: Post, sizes: string, eager?: boolean, isWhole?: boolean, renew: () => Promise<any>, onLike?: () => void}} props */
export function Album({ post, sizes, eager, isWhole, renew, onLike }) {
  const ratio = ratioOf(post, isWhole);
  const box = { aspectRatio: String(ratio), "--ratio": String(ratio), backgroundColor: post.media[0].color ?? undefined };
  const picture = (/** @type {number} */ at) => html`
    <${Picture} key=${post.media[at].media_id} media=${post.media[at]} alt=${altOf(post, at)} sizes=${sizes}
      eager=${eager && at === 0} renew=${renew} />`;
  if (post.media.length > 1) return html`<${Several} post=${post} box=${box} picture=${picture} onLike=${onLike} />`;
  return html`<div class="picture-box" style=${box} onDblClick=${onLike}>${picture(0)}</div>`;
}

/** @param {any} props */
function Several({ post, box, picture, onLike }) {
  const [at, setAt] = useState(0);
  const strip = useRef(/** @type {HTMLUListElement | null} */ (null));
  const count = post.media.length;
  const step = (/** @type {number} */ by) => {
    const list = /** @type {HTMLUListElement} */ (strip.current);
    list.scrollTo({ left: (at + by) * list.clientWidth, behavior: "smooth" });
  };
  const settle = () => {
    const list = /** @type {HTMLUListElement} */ (strip.current);
    setAt(Math.round(list.scrollLeft / list.clientWidth));
  };
  return html`
    <div class="picture-box album" style=${box} onDblClick=${onLike}>
      <ul ref=${strip} class="strip" tabindex="0" aria-label="${count} pictures" onScroll=${settle}>
        ${post.media.map((/** @type {Media} */ media, /** @type {number} */ index) => html`
          <li key=${media.media_id} style=${{ backgroundColor: media.color ?? undefined }}>${picture(index)}</li>`)}
      </ul>
      ${at > 0 && html`<${IconButton} class="arrow left" icon="chevron-left" label="Show picture ${at}" onClick=${() => step(-1)} />`}
      ${at < count - 1 && html`<${IconButton} class="arrow right" icon="chevron-right" label="Show picture ${at + 2}" onClick=${() => step(1)} />`}
      <span class="album-count">${at + 1}/${count}</span>
      <span class="dots" aria-hidden="true">
        ${post.media.map((/** @type {Media} */ _, /** @type {number} */ index) => html`<i class=${index === at ? "on" : ""}></i>`)}
      </span>
    </div>`;
}
