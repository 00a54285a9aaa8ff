// One post, whole: its pictures, and all that was said.
import { html, useEffect, useState } from "../../vendor/preact.js";
import { Album } from "../parts/album.js";
import { Comments } from "../parts/comments.js";
import { Actions, PostHead } from "../parts/post-card.js";
import { IconButton, profileOf } from "../parts/small.js";
import { Later, PostSkeleton, Quiet, Refused } from "../parts/states.js";
import { Written } from "../parts/text.js";
import { exifLine } from "../pure/exif-line.js";
import { askForPost, setLiked } from "../reacting.js";
import { goBack } from "../router.js";
import { posts } from "../store.js";
import { useTitle } from "../title.js";

const SIZES = "(min-width: 1348px) 760px, (min-width: 960px) calc(100vw - 620px), 100vw";

/** @param {{id: string}} props */
export function View({ id }) {
  const post = posts.at(id).value;
  const [error, setError] = useState(/** @type {any} */ (null));
  const load = () => {
    setError(null);
    askForPost(id).catch(setError);
  };
  useEffect(load, [id]);
  useTitle(post ? `${post.author.display_name}’s photograph` : "Photograph");
  if (error && !(post && error.isTransient)) return html`<div class="column"><h1 class="unseen">Photograph</h1><${Refused} error=${error} retry=${load} /></div>`;
  if (!post) return html`<div class="column"><h1 class="unseen">Photograph</h1><${Later}><${PostSkeleton} /><//></div>`;
  return html`<${Whole} post=${post} load=${load} />`;
}

/** @param {{post: Post, load: () => void}} props */
function Whole({ post, load }) {
  const id = post.post_id;
  if (post.state !== "published") return html`<${Unpublished} post=${post} load=${load} />`;
  return html`
    <article class="post-page" aria-label="Post by ${post.author.display_name}" data-post=${id} tabindex="-1">
      <h1 class="unseen">Post by ${post.author.display_name}</h1>
      <div class="post-side-head">
        <${IconButton} class="back" icon="arrow-left" label="Back" onClick=${() => goBack("/")} />
        <${PostHead} post=${post} />
      </div>
      <div class="post-stage"><${Album} post=${post} sizes=${SIZES} eager isWhole renew=${() => askForPost(id)} onLike=${() => setLiked(id, true)} /></div>
      <div class="post-side">
        ${post.caption && html`<p class="written whole-caption"><a class="name" href=${profileOf(post.author)}>${post.author.username}</a> <${Written} text=${post.caption} /></p>`}
        ${post.edited_at && html`<p class="meta">Edited</p>`}
        <${Facts} post=${post} />
        <${Actions} post=${post} />
        <${Comments} post=${post} />
      </div>
    </article>`;
}

/** A photograph's facts, if it has told any. @param {{post: Post}} props */
const Facts = ({ post }) => {
  const line = exifLine(post.media[0].exif);
  return line ? html`<p class="meta facts">${line}</p>` : null;
};

/** @param {{post: Post, load: () => void}} props */
function Unpublished({ post, load }) {
  useEffect(() => {
    const timer = post.state === "processing" ? setInterval(load, 3000) : 0;
    return () => clearInterval(timer);
  }, [post.state]);
  const failure = post.media.find((media) => media.failure)?.failure;
  return html`
    <div class="column"><h1 class="unseen">Photograph</h1>
      ${post.state === "failed"
        ? html`<${Quiet} icon="circle-alert" title="This post did not develop"><p>${failure?.detail ?? "One of its pictures could not be read."}</p><a class="button" href="/new">Try again</a><//>`
        : html`<${Quiet} icon="image" title="Developing…"><p>Its pictures are being prepared. It shows itself when they are ready.</p><//>`}
    </div>`;
}
