// Follows, requests, blocks and mutes: each verb beside its inverse.
import { call } from "./api.js";
import { say, sayWhy } from "./notices.js";
import { me } from "./session.js";
import { outdate, people } from "./store.js";

/** Ask for a user as they are now. @param {string} id @returns {Promise<User>} */
export const askForUser = async (id) => people.keep(await call("GET", `/users/${id}`));

/** @param {User} user @param {boolean} follows */
export async function setFollowing(user, follows) {
  const before = user.relationship;
  stand(user, { following: follows ? (user.is_private ? "requested" : "yes") : "no" });
  try {
    if (follows) stand(user, await call("PUT", `/users/${user.user_id}/follow`));
    else await call("DELETE", `/users/${user.user_id}/follow`);
    changedEdges();
    const now = (await askForUser(user.user_id)).relationship.following;
    countFollowing(Number(now === "yes") - Number(before.following === "yes"));
  } catch (error) {
    stand(user, before);
    sayWhy(error, () => setFollowing(user, follows));
  }
}

/** @param {number} more */
function countFollowing(more) {
  if (me.value) me.value = { ...me.value, following_count: me.value.following_count + more };
}

/** @param {User} user @param {boolean} blocks */
export async function setBlocked(user, blocks) {
  await call(blocks ? "PUT" : "DELETE", `/users/${user.user_id}/block`);
  stand(user, blocks ? { blocked: true, following: "no", followed_by: false } : { blocked: false });
  changedEdges();
  outdate("/me/blocks");
  say(blocks ? `${user.username} is blocked.` : `${user.username} is not blocked any more.`);
}

/** @param {User} user @param {boolean} mutes */
export async function setMuted(user, mutes) {
  await call(mutes ? "PUT" : "DELETE", `/users/${user.user_id}/mute`);
  changedEdges();
  outdate("/me/mutes");
  const told = mutes ? "Their posts and stories stay out of your way." : "Their posts and stories are back.";
  say(told);
}

/** Let somebody follow, or refuse. @param {User} user @param {boolean} approves */
export async function answerRequest(user, approves) {
  await call(approves ? "PUT" : "DELETE", `/me/follow-requests/${user.user_id}`);
  say(approves ? `${user.username} follows you now.` : "The request is refused. They are not told.");
  outdate("/me/follow");
  if (me.value && approves) me.value = { ...me.value, follower_count: me.value.follower_count + 1 };
}

/** @param {User} user */
export async function removeFollower(user) {
  await call("DELETE", `/me/followers/${user.user_id}`);
  stand(user, { followed_by: false });
  outdate("/users/");
  say(`${user.username} does not follow you any more.`);
}

/** @param {User} user @param {Partial<User["relationship"]>} changes */
function stand(user, changes) {
  const now = people.at(user.user_id).value ?? user;
  people.keep({ ...now, relationship: { ...now.relationship, ...changes } });
}

/** Feeds, trays and lists of people may look different now. */
function changedEdges() {
  for (const prefix of ["/feed/", "/stories", "/users/"]) outdate(prefix);
}
