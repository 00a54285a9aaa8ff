// Letters as shortcuts, for those who keep their hands on the keyboard. Off in fields, and at will.
import { useEffect } from "../../vendor/preact.js";
import { open } from "../opened.js";
import { go } from "../router.js";
import { setLiked } from "../reacting.js";
import { me } from "../session.js";
import { posts } from "../store.js";
import { hasKeys } from "../taste.js";
import { profileOf } from "./small.js";

const PAIR_MS = 1_000;
export const showKeys = () => open({ from: () => import("./keys-dialog.js"), part: "KeysDialog" });

export function Keys() {
  useEffect(() => {
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
  return null;
}

let gAt = 0;
/** @type {Record<string, () => any>} */
const places = { h: () => go("/"), p: () => me.value && go(profileOf(me.value)), a: () => go("/activity") };
/** @type {Record<string, () => any>} */
const keys = {
  j: () => step(1),
  k: () => step(-1),
  l: () => onPost((id) => setLiked(id, !posts.at(id).value?.liked)),
  c: () => onPost((_, post) => /** @type {HTMLElement} */ (post.querySelector("textarea"))?.focus()),
  o: () => onPost((id) => go(`/p/${id}`)),
  "/": () => go("/search"),
  n: () => go("/new"),
  g: () => (gAt = Date.now()),
  "?": showKeys,
};

/** @param {KeyboardEvent} event */
function pressed(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const isTyping = target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
  const isElsewhere = event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]");
  if (isTyping || isElsewhere || !hasKeys.value) return;
  const isPair = Date.now() - gAt < PAIR_MS;
  const isOpen = event.key === "Enter" && target.matches("article[data-post]");
  const act = isOpen ? keys.o : ((isPair && places[event.key]) || keys[event.key]);
  if (!act) return;
  event.preventDefault();
  if (event.key !== "g") gAt = 0;
  act();
}

const shown = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("article[data-post]")]);

/** The post that has the focus, or is in the middle of the window. */
function current() {
  const focused = document.activeElement?.closest("article[data-post]");
  if (focused) return /** @type {HTMLElement} */ (focused);
  return shown().find((post) => post.getBoundingClientRect().bottom > innerHeight / 3);
}

/** @param {1 | -1} by */
function step(by) {
  const all = shown();
  const at = document.activeElement?.closest("article[data-post]");
  const now = at ? all.indexOf(/** @type {HTMLElement} */ (at)) + by : all.indexOf(/** @type {HTMLElement} */ (current()));
  const next = all[Math.max(0, Math.min(all.length - 1, now))];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "start" });
}

/** @param {(id: string, post: HTMLElement) => void} act */
function onPost(act) {
  const post = current();
  if (post?.dataset.post) act(post.dataset.post, post);
}
