// What was said under a post: threads in the order they were begun, replies beneath.
import { html, useEffect, useMemo, useState } from "../../vendor/preact.js";
import { sayWhy } from "../notices.js";
import { deleteComment } from "../reacting.js";
import { threadsOf } from "../pure/threads.js";
import { me } from "../session.js";
import { listAt, outdate } from "../store.js";
import { Composer } from "./composer.js";
import { sure } from "../sure.js";
import { Avatar, Button, profileOf, Time } from "./small.js";
import { Failed } from "./states.js";
import { Written } from "./text.js";

/** @param {{post: Post}} props */
export function Comments({ post }) {
  const list = useMemo(() => {
    const path = `/posts/${post.post_id}/comments`;
    outdate(path); // others have written meanwhile
    return listAt(path);
  }, [post.post_id]);
  const [replyTo, setReplyTo] = useState(/** @type {CommentView | null} */ (null));
  useEffect(() => void list.more(), [list]);
  const add = (/** @type {CommentView} */ made) => {
    list.items.value = [...list.items.value, made];
    setReplyTo(null);
  };
  const remove = async (/** @type {CommentView} */ comment) => {
    if (!(await sure({ title: "Delete this comment?", text: "It goes for everybody. This cannot be undone.", yes: "Delete", danger: true }))) return;
    try {
      await deleteComment(post.post_id, comment.comment_id);
      list.items.value = list.items.value.filter((one) => one.comment_id !== comment.comment_id);
    } catch (error) {
      sayWhy(error, () => remove(comment));
    }
  };
  const draw = (/** @type {CommentView} */ comment) => html`
    <${One} comment=${comment} canDelete=${[comment.author.user_id, post.author.user_id].includes(me.value?.user_id ?? "")}
      onReply=${() => setReplyTo(comment)} onDelete=${() => remove(comment)} />`;
  const state = list.state.value;
  return html`
    <section class="comments" aria-label="Comments">
      <ul>
        ${threadsOf(list.items.value).map(({ first, replies }) => html`
          <li key=${first.comment_id}>${draw(first)}
            ${replies.length > 0 && html`<ul class="replies">${replies.map((reply) => html`<li key=${reply.comment_id}>${draw(reply)}</li>`)}</ul>`}
          </li>`)}
      </ul>
      ${state === "end" && !list.items.value.length && html`<p class="meta nothing-said">Nobody has said anything yet.</p>`}
      ${state === "failed" && html`<${Failed} error=${list.error.value} retry=${list.more} />`}
      ${state === "ready" && html`<${Button} kind="plain" onClick=${list.more}>More of them<//>`}
    </section>
    <${Composer} post=${post} replyTo=${replyTo} onDone=${add} onCancel=${() => setReplyTo(null)} />`;
}

/** @param {any} props */
const One = ({ comment, canDelete, onReply, onDelete }) => html`
  <div class="comment">
    <a href=${profileOf(comment.author)} tabindex="-1" aria-hidden="true"><${Avatar} user=${comment.author} size="small" /></a>
    <div>
      <p class="written"><a class="name" href=${profileOf(comment.author)}>${comment.author.username}</a> <${Written} text=${comment.text} /></p>
      <p class="meta">
        <${Time} moment=${comment.created_at} />
        <button type="button" class="text-button" onClick=${onReply}>Reply</button>
        ${canDelete && html`<button type="button" class="text-button" onClick=${onDelete}>Delete</button>`}
      </p>
    </div>
  </div>`;
