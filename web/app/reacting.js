// Likes and comments. What a person does shows at once, and is taken back where the API refuses.
import { computed, effect } from "../vendor/preact.js";
import { call } from "./api.js";
import { say, sayWhy } from "./notices.js";
import { appended } from "./pure/feed-merging.js";
import { me } from "./session.js";
import { posts } from "./store.js";

/** First comments by post, so that a card that comes back needs no request. @type {Map<string, CommentView[]>} */
const first = new Map();
/** What the person has said under a post during this visit. @type {Map<string, CommentView[]>} */
const own = new Map();

const viewer = computed(() => me.value?.username); // they are in comments by name
effect(() => {
  void viewer.value;
  first.clear();
  own.clear();
});

/** The comments that a card shows: the first ones, then one's own of this visit. @param {string} id */
export const cardComments = (id) => appended(first.get(id) ?? [], own.get(id) ?? []);

/** Ask for the first comments of a post, if they are not known yet. @param {string} id @param {number} count */
export async function askForComments(id, count) {
  if ((first.get(id)?.length ?? 0) >= count) return;
  first.set(id, (await call("GET", `/posts/${id}/comments?limit=${count}`)).items);
}

/** Like a post, or take the like back. @param {string} id @param {boolean} isLiked */
export async function setLiked(id, isLiked) {
  const before = posts.at(id).value;
  if (!before || before.liked === isLiked) return;
  posts.change(id, { liked: isLiked, like_count: Math.max(0, before.like_count + (isLiked ? 1 : -1)) });
  try {
    const { liked, like_count } = isLiked
      ? await call("POST", "/like", { body: { post_id: id } })
      : await call("DELETE", `/posts/${id}/like`);
    posts.change(id, { liked, like_count });
  } catch (error) {
    posts.change(id, { liked: before.liked, like_count: before.like_count });
    sayWhy(error, () => setLiked(id, isLiked));
  }
}

/** Comment on a post. Gives the comment. @param {string} id @param {string} text @param {string | null} reply_to @param {string} key */
export async function comment(id, text, reply_to, key) {
  const made = await call("POST", "/comment", { body: { post_id: id, text, reply_to }, key });
  own.set(id, [...(own.get(id) ?? []), made]);
  posts.change(id, { comment_count: (posts.at(id).value?.comment_count ?? 0) + 1 });
  return made;
}

/** The inverse of `comment`. @param {string} id @param {string} comment_id */
export async function deleteComment(id, comment_id) {
  await call("DELETE", `/posts/${id}/comments/${comment_id}`);
  for (const kept of [first, own]) kept.set(id, (kept.get(id) ?? []).filter((one) => one.comment_id !== comment_id));
  posts.change(id, { comment_count: Math.max(0, (posts.at(id).value?.comment_count ?? 0) - 1) });
  say("The comment is deleted.");
}

/** Ask for a post as it is now. @param {string} id @returns {Promise<Post>} */
export const askForPost = async (id) => posts.keep(await call("GET", `/posts/${id}`));
