// A post in a feed.
import { html, useEffect, useState } from "../../vendor/preact.js";
import { counted } from "../pure/times.js";
import { askForComments, askForPost, cardComments, setLiked } from "../reacting.js";
import { open } from "../opened.js";
import { posts } from "../store.js";
import { Album } from "./album.js";
import { Composer } from "./composer.js";
import { Avatar, Icon, IconButton, profileOf, Time } from "./small.js";
import { Caption, Written } from "./text.js";

const SIZES = "(min-width: 600px) 560px, 100vw";
const COMMENTS_SHOWN = 2;

/** @param {{id: string, eager?: boolean}} props */
export function PostCard({ id, eager }) {
  const post = posts.at(id).value;
  if (!post) return null;
  return html`
    <article class="post" aria-label="Post by ${post.author.display_name}" data-post=${id} tabindex="-1">
      <${PostHead} post=${post} />
      <${Album} post=${post} sizes=${SIZES} eager=${eager} renew=${() => askForPost(id)}
        onLike=${() => setLiked(id, true)} />
      <div class="post-body">
        <${Actions} post=${post}>
          <a class="action" href="/p/${id}" aria-label=${counted(post.comment_count, "comment")}>
            <${Icon} name="message-circle" />${post.comment_count || ""}
          </a>
        <//>
        ${post.caption && html`<${Caption} id=${id} text=${post.caption}
          name=${html`<a class="name" href=${profileOf(post.author)}>${post.author.username}</a>`} />`}
        <${FirstComments} post=${post} />
        <${Composer} post=${post} />
      </div>
    </article>`;
}

/** @param {{post: Post}} props */
export function PostHead({ post }) {
  const menu = () => open({ from: () => import("./post-menu.js"), part: "PostMenu", id: post.post_id });
  return html`
    <header class="post-head">
      <a href=${profileOf(post.author)} tabindex="-1" aria-hidden="true"><${Avatar} user=${post.author} /></a>
      <div>
        <h2 class="name"><a href=${profileOf(post.author)}>${post.author.display_name}</a></h2>
        <p class="meta">
          ${post.location && html`<span>${post.location}</span> · `}
          <a href="/p/${post.post_id}"><${Time} moment=${post.published_at ?? post.created_at} /></a>
        </p>
      </div>
      <${IconButton} icon="ellipsis" label="More" onClick=${menu} />
    </header>`;
}

/** @param {any} props */
export const Actions = ({ post, children }) => html`
  <div class="actions">
    <${IconButton} class=${post.liked ? "liked" : ""} icon="heart" filled=${post.liked}
      label=${post.liked ? "Unlike" : "Like"} onClick=${() => setLiked(post.post_id, !post.liked)} />
    ${children}
    <${IconButton} icon="share" label="Share" onClick=${() => import("./share.js").then(({ share }) => share(`/p/${post.post_id}`))} />
    <a class="likes" href="/p/${post.post_id}/likes">${counted(post.like_count, "like")}</a>
  </div>`;

/** The first two comments, on as many lines as were kept for them, and one's own. @param {{post: Post}} props */
function FirstComments({ post }) {
  const [, setLoaded] = useState(false);
  const count = Math.min(post.comment_count, COMMENTS_SHOWN);
  useEffect(() => {
    // Without them, the link to the post says that there are some.
    if (count) askForComments(post.post_id, count).then(() => setLoaded(true), () => {});
  }, [count]);
  const comments = cardComments(post.post_id);
  const lines = Math.max(count, comments.length);
  return html`
    ${post.comment_count > lines && html`
      <a class="meta" href="/p/${post.post_id}">All ${post.comment_count} comments</a>`}
    ${Array.from({ length: lines }, (_, at) => html`
      <p class="first-comment" key=${at}>${comments[at] && html`
        <a class="name" href=${profileOf(comments[at].author)}>${comments[at].author.username}</a>${" "}
        <${Written} text=${comments[at].text} />`}</p>`)}`;
}
