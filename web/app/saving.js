// Saved posts and the collections that they are sorted into: for oneself alone.
import { computed, effect, signal } from "../vendor/preact.js";
import { call } from "./api.js";
import { say, sayWhy } from "./notices.js";
import { open } from "./opened.js";
import { me } from "./session.js";
import { outdate, posts } from "./store.js";

const MOST = 100; // collections of one user, and entries of a page: all of them are one page
export const MOST_NAME = 50;

/** One's collections, the newest first; null until they have come. @type {Signal<Collection[] | null>} */
export const collections = signal(null);

const viewer = computed(() => me.value?.user_id);
effect(() => {
  void viewer.value;
  collections.value = null;
});

/** Ask for one's collections as they are now. */
export const askForCollections = async () => {
  collections.value = (await call("GET", `/me/collections?limit=${MOST}`)).items;
};

/** Save a post, or take the save back. @param {string} id @param {boolean} isSaved */
export async function setSaved(id, isSaved) {
  const before = posts.at(id).value;
  if (!before || before.saved === isSaved) return;
  posts.change(id, { saved: isSaved });
  try {
    await call(isSaved ? "PUT" : "DELETE", `/posts/${id}/save`);
    outdate("/me/saved");
    if (isSaved) say("Saved for you alone.", { action: { label: "Choose a collection", run: () => chooseFor(id) } });
    else say("It is not saved any more.");
  } catch (error) {
    posts.change(id, { saved: !isSaved });
    sayWhy(error, () => setSaved(id, isSaved));
  }
}

/** Let the person choose a collection for a post. @param {string} id */
export const chooseFor = (id) => open({ from: () => import("./parts/save-to.js"), part: "SaveTo", id });

/** Save a post into a collection, or with null take it out of its own. @param {string} id @param {Collection | null} collection */
export async function putInto(id, collection) {
  await call("PUT", `/posts/${id}/save`, { body: { collection_id: collection?.collection_id ?? null } });
  posts.change(id, { saved: true });
  outdate("/me/saved");
  say(collection ? `It is in “${collection.name}” now.` : "It is saved, in no collection.");
}

/** Make a collection. Gives it. @param {string} name @param {string} key @returns {Promise<Collection>} */
export async function makeCollection(name, key) {
  const made = await call("POST", "/me/collections", { body: { name }, key });
  await askForCollections();
  return made;
}

/** @param {string} id @param {string} name */
export async function renameCollection(id, name) {
  await call("PATCH", `/me/collections/${id}`, { body: { name } });
  await askForCollections();
}

/** Its posts stay saved. @param {string} id */
export async function deleteCollection(id) {
  await call("DELETE", `/me/collections/${id}`);
  outdate("/me/saved");
  await askForCollections();
}
