// What else can be done about somebody.
import { html, useEffect, useState } from "../../vendor/preact.js";
import { call } from "../api.js";
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
      <${MuteItem} user=${user} then=${then} />
      ${user.relationship.followed_by && html`<button type="button" onClick=${then(() => remove(user))}>Remove follower</button>`}
      <button type="button" onClick=${then(() => share(`/u/${user.user_id}`))}>Copy the link</button>
      ${!user.relationship.blocked && html`<button type="button" class="wrong" onClick=${then(() => block(user))}>Block</button>`}
    <//>`;
}

/** Whether somebody is muted only their own list says. @param {any} props */
function MuteItem({ user, then }) {
  const [isMuted, setIs] = useState(false);
  useEffect(() => {
    call("GET", "/me/mutes?limit=100").then(
      ({ items }) => setIs(items.some((/** @type {User} */ one) => one.user_id === user.user_id)), () => {});
  }, []);
  return html`<button type="button" onClick=${then(() => setMuted(user, !isMuted).catch(sayWhy))}>${isMuted ? "Unmute" : "Mute"}</button>`;
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
