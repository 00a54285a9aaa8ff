// The frame of the views at the door: log in, sign up, a new password.
import { html } from "../../vendor/preact.js";
import { useTitle } from "../title.js";
import { Logo } from "./logo.js";

/** @param {any} props */
export function Entrance({ title, children }) {
  useTitle(title);
  return html`
    <div class="entrance">
      <a class="brand" href="/"><${Logo} /><span>Fanlight</span></a>
      <h1>${title}</h1>
      ${children}
    </div>`;
}
