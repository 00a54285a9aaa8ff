// Puts replies beneath the comments that they answer.

/**
 * Threads in the order they were begun. A reply whose comment is gone, or not loaded yet, stands by itself.
 * @template {{comment_id: string, reply_to: string | null}} T
 * @param {T[]} comments oldest first @returns {{first: T, replies: T[]}[]}
 */
export function threadsOf(comments) {
  /** @type {Map<string, {first: T, replies: T[]}>} */
  const threads = new Map();
  for (const comment of comments) {
    const thread = comment.reply_to ? threads.get(comment.reply_to) : undefined;
    if (thread) thread.replies.push(comment);
    else threads.set(comment.comment_id, { first: comment, replies: [] });
  }
  return [...threads.values()];
}
