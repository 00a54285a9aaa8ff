// Beside the column, where there is room: oneself, and small print.
import { html } from "../../vendor/preact.js";
import { counted } from "../pure/times.js";
import { place, routeOf } from "../router.js";
import { me } from "../session.js";
import { showKeys } from "./keys.js";
import { Avatar, profileOf } from "./small.js";

export function Aside() {
  const user = me.value;
  if (!user || routeOf(place.value.path)?.path !== "/") return null;
  return html`
    <aside class="aside" aria-label="You">
      <a class="person" href=${profileOf(user)}>
        <${Avatar} user=${user} size="large" />
        <span><b>${user.display_name}</b><span class="meta">@${user.username}</span></span>
      </a>
      <p class="meta counts">
        <a href=${profileOf(user)}>${counted(user.post_count, "post")}</a>
        <a href="${profileOf(user)}/followers">${counted(user.follower_count, "follower")}</a>
        <a href="${profileOf(user)}/following">${user.following_count} following</a>
      </p>
      <p class="meta small-print">
        <button type="button" class="text-button" onClick=${showKeys}>Keyboard shortcuts</button>
        <a href="/docs">API</a>
      </p>
    </aside>`;
}
