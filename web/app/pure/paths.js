// Matches addresses with the patterns of routes.

/**
 * The parameters of a path under a pattern such as `/u/:name`; null where it does not match.
 * @param {string} pattern @param {string} path @returns {Record<string, string> | null}
 */
export function matched(pattern, path) {
  const wanted = pattern.split("/");
  const given = path.replace(/(.)\/+$/, "$1").split("/");
  if (wanted.length !== given.length) return null;
  /** @type {Record<string, string>} */
  const params = {};
  for (const [at, part] of wanted.entries()) {
    if (!part.startsWith(":")) {
      if (part !== given[at]) return null;
    } else if (given[at]) params[part.slice(1)] = decoded(given[at]);
    else return null;
  }
  return params;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray percent sign
  }
}
