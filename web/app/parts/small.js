// The smallest parts: icons, avatars, times, names.
import { html, useRef, useState } from "../../vendor/preact.js";
import { aboutNow } from "../now.js";
import { ago, inFull } from "../pure/times.js";

const ICONS = new URL("../../icons.svg", import.meta.url).pathname;

/** An icon; what it means is said beside it. @param {{name: string, filled?: boolean}} props */
export const Icon = ({ name, filled }) => html`
  <svg class=${filled ? "icon filled" : "icon"} aria-hidden="true"><use href="${ICONS}#${name}" /></svg>`;

/** The address of a face, the larger one where it is drawn large. @param {any} user @param {string} [size] @returns {string} */
const faceOf = (user, size) => (size === "huge" && user.avatar_large_url) || user.avatar_url || "";

/** A person's face, or the first letter of the name where there is none. One whose address has expired is asked for once more.
 * @param {{user: Author | User, size?: "small" | "large" | "huge"}} props */
export function Avatar({ user, size }) {
  const given = faceOf(user, size);
  const asked = useRef("");
  const [found, setFound] = useState({ instead: "", face: "" });
  const failed = async () => {
    setFound({ instead: given, face: "" });
    if (asked.current === user.user_id) return;
    asked.current = user.user_id;
    const { userAgain } = await import("../user-by-name.js");
    const known = await userAgain(user.username).catch(() => null); // the letter says enough
    if (known) setFound({ instead: given, face: faceOf(known, size) });
  };
  const face = found.instead === given ? found.face : given;
  return html`
    <span class="avatar ${size ?? ""}" aria-hidden="true">
      ${face ? html`<img src=${face} alt="" loading="lazy" decoding="async" onError=${failed} />` : [...(user.display_name || user.username)][0].toUpperCase()}
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
