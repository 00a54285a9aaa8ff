// How long to wait before the next attempt.

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** 1, 2, 4 ... 30 seconds. @param {number} attempt */
export const backoff = (attempt) => Math.min(FIRST_MS * 2 ** attempt, LONGEST_MS);
