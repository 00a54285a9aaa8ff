// How much activity is unread: asked now and then while somebody looks. The browser asks with the
// tag of the last answer, so an unchanged one has no body.
import { signal } from "../vendor/preact.js";
import { call } from "./api.js";
import { me } from "./session.js";

const EVERY_MS = 60_000;

/** The number of unread entries. */
export const unread = signal(0);
let asked = 0;

/** Ask now. A poll that fails is not told: the next one comes. */
export async function countUnread() {
  asked = Date.now();
  const found = await call("GET", "/me/activity/unread").catch(() => null);
  if (found) unread.value = found.unread;
}

const look = () => {
  if (me.value && !document.hidden && Date.now() - asked >= EVERY_MS) countUnread();
};

/** Ask for whoever is logged in, as long as the page is visible. */
export function watchUnread() {
  me.subscribe((user) => {
    if (!user) [unread.value, asked] = [0, 0];
    else look();
  });
  setInterval(look, EVERY_MS / 4);
  document.addEventListener("visibilitychange", look);
}
