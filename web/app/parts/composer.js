// Where a comment is written. What is typed stays until it is sent.
import { effect, html, useLayoutEffect, useRef, useState } from "../../vendor/preact.js";
import { sayWhy } from "../notices.js";
import { comment } from "../reacting.js";
import { me } from "../session.js";
import { Button } from "./small.js";

const MOST = 1000;
/** Unsent comments by post. @type {Map<string, string>} */
const unsent = new Map();

effect(() => {
  if (!me.value) unsent.clear();
});

/** @param {{post: Post, replyTo?: CommentView | null, onDone?: (made: CommentView) => void, onCancel?: () => void}} props */
export function Composer({ post, replyTo = null, onDone, onCancel }) {
  const [text, setText] = useState(unsent.get(post.post_id) ?? "");
  const [isBusy, setBusy] = useState(false);
  const left = MOST - [...text].length; // characters, as the API counts them
  const key = useRef(crypto.randomUUID());
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const write = (/** @type {string} */ now) => {
    key.current = crypto.randomUUID();
    unsent.set(post.post_id, now);
    setText(now);
  };
  // Before the next key can come: a name that is put there later would replace what was typed.
  useLayoutEffect(() => {
    if (!replyTo) return;
    if (!text) write(`@${replyTo.author.username} `);
    field.current?.focus();
  }, [replyTo]);
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!text.trim() || isBusy || left < 0) return;
    setBusy(true);
    try {
      const made = await comment(post.post_id, text.trim(), replyTo?.comment_id ?? null, key.current);
      write("");
      onDone?.(made);
    } catch (error) {
      sayWhy(error);
    }
    setBusy(false);
  };
  const keys = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
    if (event.key === "Escape") (onCancel ? onCancel() : field.current?.blur());
  };
  return html`
    <form class="composer" onSubmit=${send}>
      ${replyTo && html`<p class="meta">Reply to ${replyTo.author.username} <button type="button" class="text-button" onClick=${onCancel}>cancel</button></p>`}
      <textarea ref=${field} rows="1" aria-label="Add a comment" placeholder="Add a comment" value=${text}
        onInput=${(/** @type {any} */ event) => write(event.target.value)} onKeyDown=${keys}></textarea>
      ${left < 100 && html`<span class=${left < 0 ? "meta wrong" : "meta"}>${left}</span>`}
      <${Button} type="submit" kind="plain" busy=${isBusy} disabled=${!text.trim() || left < 0}>Comment<//>
    </form>`;
}
