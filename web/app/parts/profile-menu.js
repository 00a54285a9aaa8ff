// What else can be done about somebody.
import { html } from "../../vendor/preact.js";
import { removeFollower, setBlocked, setMuted } from "../following.js";
import { sayWhy } from "../notices.js";
import { people } from "../store.js";
import { sure } from "../sure.js";
import { Dialog } from "./dialog.js";
import { share } from "./share.js";

/** @param {{id: string, onClose: () => void}} props */
export function ProfileMenu({ id, onClose: close }) {
  const user = people.at(id).value;
  const then = (/** @type {() => any} */ act) => () => (close(), act());
  return user && html`
    <${Dialog} title=${user.display_name} kind="menu" onClose=${close}>
      <button type="button" onClick=${then(() => setMuted(user, !user.relationship.muted).catch(sayWhy))}>${user.relationship.muted ? "Unmute" : "Mute"}</button>
      ${user.relationship.followed_by && html`<button type="button" onClick=${then(() => remove(user))}>Remove follower</button>`}
      <button type="button" onClick=${then(() => share(`/u/${user.user_id}`))}>Copy the link</button>
      ${!user.relationship.blocked && html`<button type="button" class="wrong" onClick=${then(() => block(user))}>Block</button>`}
    <//>`;
}

/** @param {User} user */
async function block(user) {
  const text = `You will not see ${user.display_name} and they will not see you: no pictures, stories, comments or likes. You stop following each other. They are not told.`;
  if (await sure({ title: `Block ${user.username}?`, text, yes: "Block", danger: true })) await setBlocked(user, true).catch(sayWhy);
}

/** @param {User} user */
async function remove(user) {
  const text = "They stop seeing what only followers see. They are not told.";
  if (await sure({ title: `Remove ${user.username}?`, text, yes: "Remove" })) await removeFollower(user).catch(sayWhy);
}
