// What happened, in words.

const DID = {
  follow: "followed you",
  follow_request: "asked to follow you",
  request_accepted: "accepted your request",
  like: "liked your post",
  comment: "commented on your post",
  reply: "replied to your comment",
};

/** What its actors did. @param {string} kind */
export const deedOf = (kind) => DID[/** @type {keyof typeof DID} */ (kind)] ?? "did something";

/** How many people an entry leaves unnamed, in words: "and 12 others"; empty for none. @param {number} others */
export function othersOf(others) {
  if (others < 1) return "";
  return others === 1 ? "and 1 other" : `and ${others} others`;
}

/** The day of a moment as a heading: "Today", "Yesterday", then the day. @param {string} moment @param {number} now */
export function dayOf(moment, now) {
  const date = new Date(moment);
  const today = new Date(now);
  const days = Math.round((new Date(today).setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  const year = date.getFullYear() === today.getFullYear() ? {} : { year: /** @type {const} */ ("numeric") };
  return date.toLocaleDateString("en", { day: "numeric", month: "long", ...year });
}
