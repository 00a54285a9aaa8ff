// The smallest parts: icons, avatars, times, names.
import { html, useRef, useState } from "../../vendor/preact.js";
import { aboutNow } from "../now.js";
import { ago, inFull } from "../pure/times.js";

const ICONS = new URL("../../icons.svg", import.meta.url).pathname;

/** An icon; what it means is said beside it. @param {{name: string, filled?: boolean}} props */
export const Icon = ({ name, filled }) => html`
  <svg class=${filled ? "icon filled" : "icon"} aria-hidden="true"><use href="${ICONS}#${name}" /></svg>`;

/** The addresses of a face, the best first: the larger one where it is drawn large. @param {any} user @param {string} [size] @returns {string[]} */
const facesOf = (user, size) => [size === "huge" && user.avatar_large_url, user.avatar_url].filter(Boolean);

/** A person's face, or the first letter of the name where there is none. The small one stands in for a larger one that is
 * not rendered yet. One whose address has expired is asked for once more.
 * @param {{user: Author | User, size?: "small" | "large" | "huge"}} props */
export function Avatar({ user, size }) {
  const given = facesOf(user, size);
  const asked = useRef("");
  const [left, setLeft] = useState({ instead: "", faces: given });
  const faces = left.instead === given[0] ? left.faces : given;
  const failed = async () => {
    setLeft({ instead: given[0], faces: faces.slice(1) });
    if (faces.length > 1 || asked.current === user.user_id) return;
    asked.current = user.user_id;
    const { userAgain } = await import("../user-by-name.js");
    const known = await userAgain(user.username).catch(() => null); // the letter says enough
    if (known) setLeft({ instead: given[0], faces: facesOf(known, size) });
  };
  return html`
    <span class="avatar ${size ?? ""}" aria-hidden="true">
      ${faces[0] ? html`<img src=${faces[0]} alt="" loading="lazy" decoding="async" onError=${failed} />` : [...(user.display_name || user.username)][0].toUpperCase()}
    </span>`;
}

/** @param {{moment: string}} props */
export const Time = ({ moment }) => html`
  <time datetime=${moment} title=${inFull(moment)}>${ago(moment, aboutNow.value)}</time>`;

/** The address of a profile. @param {{username: string}} user */
export const profileOf = (user) => `/u/${encodeURIComponent(user.username)}`;

/** A button that is busy while its work runs. @param {any} props */
export const Button = ({ kind, busy, children, ...rest }) => html`
  <button type="button" class="button ${kind ?? ""}" aria-busy=${busy ? "true" : null}
    disabled=${busy} ...${rest}>${children}</button>`;

/** A button of one icon, with its name. @param {any} props */
export const IconButton = ({ icon, label, filled, class: more, ...rest }) => html`
  <button type="button" class="icon-button ${more ?? ""}" aria-label=${label} title=${label} ...${rest}>
    <${Icon} name=${icon} filled=${filled} />
  </button>`;
