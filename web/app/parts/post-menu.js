// What else can be done with a post.
import { html, useState } from "../../vendor/preact.js";
import { call } from "../api.js";
import { withdraw } from "../developing.js";
import { setMuted } from "../following.js";
import { say, sayWhy } from "../notices.js";
import { go, place } from "../router.js";
import { me } from "../session.js";
import { drop, outdate, posts } from "../store.js";
import { sure } from "../sure.js";
import { Dialog } from "./dialog.js";
import { EditPost } from "./edit-post.js";
import { share } from "./share.js";

/** @param {{id: string, onClose: () => void}} props */
export function PostMenu({ id, onClose: close }) {
  const [isEditing, setEditing] = useState(false);
  const post = posts.at(id).value;
  if (!post) return null;
  const isMine = post.author.user_id === me.value?.user_id;
  const then = (/** @type {() => any} */ act) => () => (close(), act());
  if (isEditing) return html`<${EditPost} post=${post} onClose=${close} />`;
  return html`
    <${Dialog} title="Post by ${post.author.display_name}" kind="menu" onClose=${close}>
      <button type="button" onClick=${then(() => go(`/p/${post.post_id}`))}>Open the post</button>
      <button type="button" onClick=${then(() => share(`/p/${post.post_id}`))}>Copy the link</button>
      ${isMine && html`<button type="button" onClick=${() => setEditing(true)}>Edit</button>`}
      ${isMine && html`<button type="button" class="wrong" onClick=${then(() => deletePost(post))}>Delete</button>`}
      ${!isMine && html`<button type="button" onClick=${then(() => mute(post))}>Mute ${post.author.username}</button>`}
    <//>`;
}

/** @param {Post} post */
async function deletePost(post) {
  const text = "Its pictures, likes and comments go with it, for everybody. This cannot be undone.";
  if (!(await sure({ title: "Delete this post?", text, yes: "Delete", danger: true }))) return;
  try {
    await call("DELETE", `/posts/${post.post_id}`);
  } catch (error) {
    return sayWhy(error, () => deletePost(post));
  }
  drop(post.post_id);
  withdraw(post.post_id);
  outdate("/users/");
  if (me.value) me.value = { ...me.value, post_count: Math.max(0, me.value.post_count - 1) };
  say("The post is deleted.");
  if (place.value.path === `/p/${post.post_id}`) go("/", { replaces: true });
}

/** @param {Post} post */
async function mute(post) {
  try {
    await setMuted(/** @type {User} */ (/** @type {unknown} */ (post.author)), true);
  } catch (error) {
    sayWhy(error);
  }
}
