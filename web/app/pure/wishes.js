// What an author wishes for a post, as the API takes it.

/** @typedef {{comments: "all" | "followers" | "off", hide_counts: boolean, sensitive: boolean, content_note: string}} Wished */

/** The fields of a request. @param {Wished} wished */
export const wishesOf = ({ comments, hide_counts, sensitive, content_note }) =>
  ({ comments, hide_counts, sensitive, content_note: (sensitive && content_note.trim()) || null });
