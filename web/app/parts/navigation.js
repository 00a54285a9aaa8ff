// The five places that everything is reached from.
import { html } from "../../vendor/preact.js";
import { me } from "../session.js";
import { Icon, profileOf } from "./small.js";
import { Logo } from "./logo.js";

/** @param {{active?: string}} props */
export function Navigation({ active }) {
  const own = me.value ? profileOf(me.value) : "/";
  const isMine = active !== "me" || location.pathname.startsWith(own) || location.pathname.startsWith("/settings");
  const places = [
    ["home", "house", "Home", "/"],
    ["search", "search", "Search", "/search"],
    ["new", "square-plus", "New post", "/new"],
    ["activity", "bell", "Activity", "/activity"],
    ["me", "user", "Me", own],
  ];
  return html`
    <nav class="nav" aria-label="Main">
      <a class="brand" href="/" aria-label="Fanlight"><${Logo} /><span>Fanlight</span></a>
      ${places.map(([id, icon, label, href]) => html`
        <a key=${id} href=${href} aria-current=${id === active && isMine ? "page" : null}>
          <${Icon} name=${icon} /><span>${label}</span>
        </a>`)}
      <a class="nav-last" href="/settings" aria-current=${location.pathname === "/settings" ? "page" : null}>
        <${Icon} name="settings" /><span>Settings</span>
      </a>
    </nav>`;
}
