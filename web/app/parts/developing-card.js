// A post that waits for its pictures.
import { html } from "../../vendor/preact.js";
import { call } from "../api.js";
import { putAway } from "../developing.js";
import { Button } from "./small.js";

/** @param {{one: import("../developing.js").Developing}} props */
export function DevelopingCard({ one }) {
  const discard = () => {
    call("DELETE", `/posts/${one.id}`).catch(() => {}); // it was never seen, and goes by itself
    putAway(one.id);
  };
  return html`
    <section class="developing" aria-label="Your new post">
      ${one.preview && html`<img src=${one.preview} alt="" />`}
      <div>
        <p><b>${one.failure ? "This post did not develop" : "Developing…"}</b></p>
        <p class="meta">${one.failure ?? "Your picture is being prepared. You can go on."}</p>
      </div>
      ${one.failure && html`<a class="button" href="/new">Try again</a><${Button} kind="plain" onClick=${discard}>Discard<//>`}
    </section>`;
}
