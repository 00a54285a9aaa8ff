// What a visitor sees first: what this is, pictures, and a way in.
import { html, useState } from "../../vendor/preact.js";
import { config } from "../config.js";
import { sayWhy } from "../notices.js";
import { Logo } from "../parts/logo.js";
import { Button } from "../parts/small.js";
import { logIn } from "../session.js";
import { useTitle } from "../title.js";

const WALL = [
  ["coffee", 600, 400, "A cup of coffee on a wooden table"],
  ["chelsea", 451, 300, "A tabby cat looks into the camera"],
  ["rocket", 640, 427, "A rocket on its pad under a clear sky"],
];
/** @param {string} name */
const picture = (name) => new URL(`../../images/${name}.webp`, import.meta.url).pathname;

export function View() {
  useTitle("");
  const [isBusy, setBusy] = useState(false);
  const demo = config.demo_login;
  const look = async () => {
    setBusy(true);
    await logIn(/** @type {Login} */ (demo)).catch((error) => sayWhy(error, look));
    setBusy(false);
  };
  return html`
    <div class="landing">
      <div class="landing-words">
        <p class="brand"><${Logo} /><span>Fanlight</span></p>
        <h1>A quiet wall for your photographs</h1>
        <p class="lead">Hang your pictures, follow the people whose eyes you like, and see everything they post,
          in the order they post it. No noise around it.</p>
        <div class="ways-in">
          ${demo && html`<${Button} kind="primary" busy=${isBusy} onClick=${look}>Look around as ${demo.username}<//>`}
          <a class="button ${demo ? "" : "primary"}" href="/signup">Sign up</a>
          <a class="button" href="/login">Log in</a>
        </div>
      </div>
      <div class="landing-wall">
        ${WALL.map(([name, width, height, alt], at) => html`
          <img class="hung-${at}" src=${picture(String(name))} width=${width} height=${height} alt=${alt} fetchpriority=${at ? "auto" : "high"} />`)}
      </div>
    </div>`;
}
