// How a story viewer moves on.

export const STORY_MS = 5_000;
export const SEEN_MS = 500;

/** @typedef {{person: number, story: number}} At */

/** Where the viewer begins with a person: at the first story that is not seen yet. @param {{seen: boolean}[]} stories */
export function firstUnseen(stories) {
  const at = stories.findIndex((story) => !story.seen);
  return at < 0 ? 0 : at;
}

/**
 * One story on or back; null behind the last. Before the first it stays there.
 * @param {{stories: {seen: boolean}[]}[]} people @param {At} at @param {1 | -1} step @returns {At | null}
 */
export function stepped(people, at, step) {
  const story = at.story + step;
  if (people[at.person]?.stories[story]) return { ...at, story };
  return personStepped(people, at, step);
}

/** @param {{stories: {seen: boolean}[]}[]} people @param {At} at @param {1 | -1} step @returns {At | null} */
export function personStepped(people, at, step) {
  const person = at.person + step;
  if (person < 0) return { person: 0, story: 0 };
  const found = people[person];
  return found ? { person, story: firstUnseen(found.stories) } : null;
}

/** The stories that have not ended yet. @template {{expires_at: string | null}} T @param {T[]} stories @param {number} now @returns {T[]} */
export const running = (stories, now) =>
  stories.filter((story) => !story.expires_at || Date.parse(story.expires_at) > now);

/** The people who have stories that run, with these alone. @template {{stories: {expires_at: string | null}[]}} T @param {T[]} people @param {number} now @returns {T[]} */
export const withRunning = (people, now) =>
  people.map((one) => ({ ...one, stories: running(one.stories, now) })).filter((one) => one.stories.length);

/** The two stories that come next, to be loaded ahead. @param {{stories: any[]}[]} people @param {At} at */
export function ahead(people, at) {
  const rest = people.slice(at.person).flatMap((one, index) =>
    index === 0 ? one.stories.slice(at.story + 1) : one.stories);
  return rest.slice(0, 2);
}
