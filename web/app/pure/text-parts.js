// Cuts what people write into text, mentions, hashtags and links.

/** @typedef {{kind: "text" | "mention" | "tag" | "link", text: string, path?: string}} Part */

const INTERESTING = /(https?:\/\/[^\s<>"]+)|(?<![\w.@])@([a-zA-Z0-9_.]{3,30})|(?<![\w&])#([\p{L}\p{N}_]{1,100})/gu;
const TRAILING = /[.,;:!?)\]'"]+$/;

/** @param {string} text @returns {Part[]} */
export function partsOf(text) {
  /** @type {Part[]} */ const parts = [];
  let end = 0;
  for (const found of text.matchAll(INTERESTING)) {
    const part = partOf(found);
    if (!part) continue;
    if (found.index > end) parts.push({ kind: "text", text: text.slice(end, found.index) });
    parts.push(part);
    end = found.index + part.text.length;
  }
  if (end < text.length) parts.push({ kind: "text", text: text.slice(end) });
  return parts;
}

/** @param {RegExpMatchArray} found @returns {Part | null} */
function partOf([whole, link, mention, tag]) {
  if (link) {
    const text = whole.replace(TRAILING, "");
    return URL.canParse(text) ? { kind: "link", text, path: text } : null;
  }
  if (mention) {
    const name = mention.replace(/\.+$/, "");
    if (name.length < 3) return null;
    return { kind: "mention", text: `@${name}`, path: `/u/${encodeURIComponent(name.toLowerCase())}` };
  }
  if (/^\d+$/.test(tag)) return null; // "#1" counts, it does not tag
  return { kind: "tag", text: whole, path: `/tags/${encodeURIComponent(tag.toLowerCase())}` };
}
