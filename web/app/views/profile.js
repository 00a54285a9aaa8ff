// Somebody: who they are, and their wall.
import { html } from "../../vendor/preact.js";
import { setBlocked } from "../following.js";
import { sayWhy } from "../notices.js";
import { open } from "../opened.js";
import { Endless, useList } from "../parts/endless.js";
import { FollowButton } from "../parts/follow-button.js";
import { Avatar, Button, IconButton, profileOf } from "../parts/small.js";
import { Later, PeopleSkeleton, Quiet, Refused, WallSkeleton } from "../parts/states.js";
import { Written } from "../parts/text.js";
import { Tile } from "../parts/tile.js";
import { compact, plural } from "../pure/times.js";
import { goBack } from "../router.js";
import { me } from "../session.js";
import { useTitle } from "../title.js";
import { useUser } from "../user-by-name.js";

const PART = 30;

/** @param {{name: string}} props */
export function View({ name }) {
  const { user, error, load } = useUser(name);
  useTitle(user ? user.display_name : name);
  if (error) return html`<div class="column"><h1 class="unseen">${name}</h1><${Refused} error=${error} retry=${load} /></div>`;
  if (!user) return html`<div class="column"><h1 class="unseen">${name}</h1><${Later}><${PeopleSkeleton} /><//></div>`;
  return html`<div class="profile"><${Head} user=${user} /><${Wall} user=${user} /></div>`;
}

/** @param {{user: User}} props */
function Head({ user }) {
  const isMe = user.user_id === me.value?.user_id;
  const at = profileOf(user);
  const menu = () => open({ from: () => import("../parts/profile-menu.js"), part: "ProfileMenu", id: user.user_id });
  return html`
    <header class="profile-head">
      ${!isMe && html`<${IconButton} class="back" icon="arrow-left" label="Back" onClick=${() => goBack("/")} />`}
      <${Avatar} user=${user} size="huge" />
      <div class="profile-words">
        <h1>${user.display_name}</h1>
        <p class="meta">@${user.username}${user.relationship.followed_by ? " · follows you" : ""}${user.is_private ? " · private" : ""}</p>
        <ul class="counts">
          <li><b>${compact(user.post_count)}</b> ${plural(user.post_count, "post")}</li>
          <li><a href="${at}/followers"><b>${compact(user.follower_count)}</b> ${plural(user.follower_count, "follower")}</a></li>
          <li><a href="${at}/following"><b>${compact(user.following_count)}</b> following</a></li>
        </ul>
        ${user.bio && html`<p class="written bio"><${Written} text=${user.bio} /></p>`}
        <div class="row">
          ${isMe ? html`<a class="button" href="/settings">Edit profile</a>` : html`<${FollowButton} user=${user} /><${IconButton} icon="ellipsis" label="More" onClick=${menu} />`}
        </div>
      </div>
    </header>`;
}

/** @param {{user: User}} props */
function Wall({ user }) {
  const list = useList(`/users/${user.user_id}/posts`);
  const isMe = user.user_id === me.value?.user_id;
  if (user.relationship.blocked) return html`<${Blocked} user=${user} />`;
  if (user.is_private && !isMe && user.relationship.following !== "yes") return html`<${Private} user=${user} />`;
  return html`
    <${Endless} key=${list.path + user.relationship.following} list=${list} part=${PART} kind="wall" skeleton=${html`<${Later}><${WallSkeleton} /><//>`}
      draw=${(/** @type {Post} */ post) => html`<${Tile} key=${post.post_id} id=${post.post_id} />`}
      empty=${isMe
        ? html`<${Quiet} icon="image" title="Hang your first picture"><p>Your wall is empty. It begins with one photograph.</p><a class="button primary" href="/new">Post a picture</a><//>`
        : html`<${Quiet} icon="image" title="Nothing on this wall yet"><p>${user.display_name} has not posted a picture so far.</p><//>`} />`;
}

/** @param {{user: User}} props */
const Private = ({ user }) => html`
  <${Quiet} icon="lock" title="This wall is private">
    <p>Only followers see these pictures. ${user.relationship.following === "requested"
      ? `You have asked; ${user.display_name} has yet to answer.` : `Ask ${user.display_name} to let you in.`}</p>
  <//>`;

/** @param {{user: User}} props */
const Blocked = ({ user }) => html`
  <${Quiet} icon="ban" title="You have blocked ${user.username}">
    <p>Neither of you sees anything of the other.</p>
    <${Button} onClick=${() => setBlocked(user, false).catch(sayWhy)}>Unblock<//>
  <//>`;
