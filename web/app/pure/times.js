// Times as people say them.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** How long ago a moment is: "now", "5 min", "3 h", "2 d", then the day. @param {string} moment @param {number} now in milliseconds */
export function ago(moment, now) {
  const seconds = (now - Date.parse(moment)) / 1000;
  if (seconds < MINUTE) return "now";
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h`;
  if (seconds < WEEK) return `${Math.floor(seconds / DAY)} d`;
  return day(moment, new Date(now).getFullYear());
}

/** A day, with its year where that is another one. @param {string} moment @param {number} [year] */
export function day(moment, year) {
  const date = new Date(moment);
  const isThisYear = date.getFullYear() === year;
  return date.toLocaleDateString("en", { day: "numeric", month: "long", ...(isThisYear ? {} : { year: "numeric" }) });
}

/** A moment in full. @param {string} moment */
export const inFull = (moment) =>
  new Date(moment).toLocaleString("en", { dateStyle: "full", timeStyle: "short" });

/** Seconds as "45 s", "2 min 5 s", "7 h" or "30 days". @param {number} seconds */
export function duration(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min ${whole % MINUTE} s`;
  if (whole < DAY) return `${Math.ceil(whole / HOUR)} h`;
  const days = Math.ceil(whole / DAY);
  return `${days} ${plural(days, "day")}`;
}

/** Bytes as people say them. @param {number} bytes */
export const megabytes = (bytes) =>
  bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

/** "1 like", "12 likes", "1.2K likes". @param {number} count @param {string} noun */
export const counted = (count, noun) => `${compact(count)} ${plural(count, noun)}`;

/** "like" for one, else "likes". @param {number} count @param {string} noun */
export const plural = (count, noun) => (count === 1 ? noun : `${noun}s`);

/** @param {number} count */
export const compact = (count) => new Intl.NumberFormat("en", { notation: "compact" }).format(count);
