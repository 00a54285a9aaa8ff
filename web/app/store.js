// Posts and people that the page knows, each once; and the lists that were opened, so that going
// back shows them as they were.
import { signal } from "../vendor/preact.js";
import { call } from "./api.js";
import { appended } from "./pure/feed-merging.js";
import { shelf } from "./shelf.js";

const LISTS_KEPT = 30;
const PAGE = 20;

export const posts = shelf((/** @type {Post} */ post) => post.post_id);
export const people = shelf((/** @type {User} */ user) => user.user_id);

/** @type {Map<string, List>} */
const lists = new Map();

/** A list of the API that grows page by page. @typedef {ReturnType<typeof newList>} List */

/** The list at a path, as it was left. @param {string} path @returns {List} */
export function listAt(path) {
  const found = lists.get(path) ?? newList(path);
  lists.delete(path);
  lists.set(path, found); // last used, last forgotten
  if (lists.size > LISTS_KEPT) lists.delete([...lists.keys()][0]);
  return found;
}

/** Forget everything, for the next person who logs in. */
export function forget() {
  posts.clear();
  people.clear();
  lists.clear();
}

/** Take a post that was deleted out of all lists. @param {string} id */
export function drop(id) {
  for (const { items } of lists.values()) items.value = items.value.filter((item) => item.post_id !== id);
  posts.at(id).value = null;
}

/** Lists begin anew when they are opened next. @param {string} prefix of their paths */
export const outdate = (prefix) =>
  [...lists.keys()].filter((path) => path.startsWith(prefix)).forEach((path) => lists.delete(path));

/** @param {string} path */
function newList(path) {
  /** @type {Signal<any[]>} */ const items = signal([]);
  /** @type {Signal<"new" | "loading" | "ready" | "failed" | "end">} */ const state = signal("new");
  /** @type {Signal<any>} */ const error = signal(null);
  /** @type {string | null} */ let cursor = null;
  let turn = 0; // goes up with each replacement: a page asked for before belongs to the old list
  const load = async () => {
    state.value = "loading";
    const asked = turn;
    try {
      const found = await page(path, cursor);
      if (asked === turn) replace(appended(items.value, found.items), found.next_cursor);
    } catch (caught) {
      if (asked === turn) [error.value, state.value] = [caught, "failed"];
    }
  };
  const more = () => (state.value === "loading" || state.value === "end" ? null : load());
  /** Show exactly these, and go on from there. @param {any[]} shown @param {string | null} next */
  const replace = (shown, next) => {
    turn++;
    [items.value, cursor, state.value] = [shown, next, next ? "ready" : "end"];
  };
  /** @type {Map<number, number>} heights of the parts that were drawn, by their place */
  const heights = new Map();
  return { path, items, state, error, more, replace, heights };
}

/** A page of a list; posts and people in it are kept. @param {string} path @param {string | null} [cursor] */
export async function page(path, cursor) {
  const more = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
  const found = await call("GET", `${path}${path.includes("?") ? "&" : "?"}limit=${PAGE}${more}`);
  for (const item of found.items) {
    if ("media" in item) posts.keep(item);
    else if ("follower_count" in item) people.keep(item);
  }
  return found;
}
