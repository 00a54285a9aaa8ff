// Focal points: the point of a picture that its crops keep in view. From -1 to 1; y grows upwards.

/** @typedef {{x: number, y: number}} Point */

const within = (/** @type {number} */ value) => Math.max(-1, Math.min(1, Math.round(value * 100) / 100));

/** The point at a share of the width, from the left, and of the height, from the top. @param {number} left @param {number} top @returns {Point} */
export const focusAt = (left, top) => ({ x: within(2 * left - 1), y: within(1 - 2 * top) });

/** A point that an arrow key has moved; null for other keys. @param {Point} from @param {string} key @returns {Point | null} */
export function nudged({ x, y }, key) {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key];
  return step ? { x: within(x + step[0] / 10), y: within(y + step[1] / 10) } : null;
}

/** Where a point lies, in percent from the left and from the top. @param {Point} point */
export const placeOf = ({ x, y }) => ({ left: 50 + 50 * x, top: 50 - 50 * y });

/** The style that keeps the focal point in view where a box cuts the picture. @param {{focus?: Point | null}} media */
export function focusOf({ focus }) {
  if (!focus) return undefined;
  const { left, top } = placeOf(focus);
  return { objectPosition: `${left}% ${top}%` };
}
