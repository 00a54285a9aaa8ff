// Puts pages of a feed together without showing anything twice.

/** A comment names its post too, so its own id comes first. @param {any} item */
export const idOf = (item) => item.comment_id ?? item.post_id ?? item.user_id ?? (item.user ?? item.author)?.user_id;

/**
 * A list with its next page. An item that has moved meanwhile stays where it was.
 * @template T @param {T[]} items @param {T[]} next @returns {T[]}
 */
export function appended(items, next) {
  const known = new Set(items.map(idOf));
  return [...items, ...next.filter((item) => !known.has(idOf(item)))];
}

/**
 * A list below items that it may not have yet; those that it has stand where it has them.
 * @template T @param {T[]} first @param {T[]} items @returns {T[]}
 */
export function headed(first, items) {
  const known = new Set(items.map(idOf));
  return [...first.filter((item) => !known.has(idOf(item))), ...items];
}

/**
 * How many of a fresh first page are new: those before the first that is known, and not the
 * viewer's own, which are shown already.
 * @param {Post[]} items @param {Post[]} fresh @param {string} viewerId
 */
export function newcomers(items, fresh, viewerId) {
  const known = new Set(items.map(idOf));
  const end = fresh.findIndex((post) => known.has(idOf(post)));
  const before = end < 0 ? fresh : fresh.slice(0, end);
  return before.filter((post) => post.author.user_id !== viewerId).length;
}

/**
 * The list with a fresh first page on top. Where the two do not meet, something between them may
 * be missing, so the fresh page begins the list anew.
 * @template T @param {T[]} items @param {T[]} fresh
 * @returns {{items: T[], meets: boolean}}
 */
export function refreshed(items, fresh) {
  const top = new Set(fresh.map(idOf));
  const meets = items.some((item) => top.has(idOf(item)));
  return { items: meets ? [...fresh, ...items.filter((item) => !top.has(idOf(item)))] : fresh, meets };
}
