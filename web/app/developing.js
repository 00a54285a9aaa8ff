// Posts and stories that were published before their pictures were ready: "Developing…".
import { effect, signal } from "../vendor/preact.js";
import { call, Refusal } from "./api.js";
import { inTab } from "./kept.js";
import { say } from "./notices.js";
import { backoff } from "./pure/backoff.js";
import { me } from "./session.js";
import { outdate, posts } from "./store.js";

/** @typedef {{id: string, preview: string | null, caption: string, failure: string | null}} Developing */

/** @type {Signal<Developing[]>} the newest first */
export const developing = signal([]);

/** Follow what was just published until it is there. @param {"post" | "story"} kind @param {any} made @param {string} preview */
export function develop(kind, made, preview) {
  if (kind === "story") return void watchStory(made);
  if (made.state === "published") return arrived(posts.keep(made));
  change([{ id: made.post_id, preview, caption: made.caption, failure: null }, ...developing.value]);
  watch(made.post_id);
}

/** Go on with those of before a reload. */
export function resumeDeveloping() {
  if (developing.value.length) return;
  const ids = keptIds();
  developing.value = ids.map((id) => ({ id, preview: null, caption: "", failure: null }));
  ids.forEach(watch);
}

/** Each person has their own: several may use a tab, one after the other. */
const keptName = () => `developing.${me.value?.user_id}`;

/** What the tab remembers; others may have written there, so anything else counts as nothing. @returns {string[]} */
function keptIds() {
  try {
    const kept = JSON.parse(inTab.read(keptName()) ?? "[]");
    return Array.isArray(kept) ? kept.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

/** Take one off the list. @param {string} id */
export const putAway = (id) => change(developing.value.filter((one) => one.id !== id));

/** @param {Developing[]} now */
function change(now) {
  developing.value = now;
  inTab.write(keptName(), now.length ? JSON.stringify(now.map(({ id }) => id)) : null);
}

/** A post that was put away is not waited for; after a log-out that goes for all of them. @param {string} id */
const isAwaited = (id) => developing.value.some((one) => one.id === id);

/** @param {string} id */
async function watch(id) {
  for (let attempt = 0; ; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, backoff(attempt)));
    if (!isAwaited(id)) return;
    try {
      const post = await call("GET", `/posts/${id}`);
      if (!isAwaited(id)) return;
      if (post.state === "published") return arrived(posts.keep(post));
      if (post.state === "failed") return fail(id, whyOf(post));
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return putAway(id);
    }
  }
}

/** @param {Post} post */
const whyOf = (post) =>
  post.media.find((media) => media.failure)?.failure?.detail ?? "One of its pictures could not be read.";

/** @param {string} id @param {string} failure */
const fail = (id, failure) =>
  change(developing.value.map((one) => (one.id === id ? { ...one, failure } : one)));

/** The post is there: on top of the feed. @param {Post} post */
function arrived(post) {
  putAway(post.post_id);
  if (!me.value) return;
  me.value = { ...me.value, post_count: me.value.post_count + 1 };
  outdate(`/users/${me.value.user_id}/posts`);
  arrivals.value = [post, ...arrivals.value];
}

/** Own posts of this visit: the feed shows them before its own list has them. @type {Signal<Post[]>} */
export const arrivals = signal([]);

/** The inverse of `arrived`. @param {string} id */
export const withdraw = (id) => void (arrivals.value = arrivals.value.filter((post) => post.post_id !== id));

/** @param {Story} made */
async function watchStory(made) {
  say("Your story is on its way.");
  const isHere = () => me.value?.user_id === made.author.user_id;
  for (let attempt = 0; made.state === "processing" && isHere() && attempt < 10; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, backoff(attempt)));
    const own = await call("GET", `/users/${made.author.user_id}/stories`).catch(() => ({ items: [] }));
    const found = own.items.find((/** @type {Story} */ one) => one.story_id === made.story_id);
    if (found) break;
  }
  storiesChanged.value++;
}

effect(() => {
  if (!me.value) [arrivals.value, developing.value] = [[], []];
});

/** Goes up whenever the tray should be read again. */
export const storiesChanged = signal(0);
