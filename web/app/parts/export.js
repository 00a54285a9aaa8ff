// A copy of all that is one's own, to take away.
import { html, useEffect, useState } from "../../vendor/preact.js";
import { call } from "../api.js";
import { sayWhy } from "../notices.js";
import { backoff } from "../pure/backoff.js";
import { day, megabytes } from "../pure/times.js";
import { Button, Icon } from "./small.js";

export function Export() {
  const [found, setFound] = useState(/** @type {any} */ (null));
  useEffect(() => {
    call("GET", "/me/export").then(setFound, () => {}); // asked again by the button
  }, []);
  useEffect(() => {
    if (found?.status !== "pending") return undefined;
    let attempt = 0, timer = 0;
    const look = async () => {
      const now = await call("GET", "/me/export").catch(() => found);
      if (now.status === "pending") timer = setTimeout(look, backoff(++attempt));
      else setFound(now);
    };
    timer = setTimeout(look, backoff(0));
    return () => clearTimeout(timer);
  }, [found?.status]);
  const ask = () => call("POST", "/me/export").then(() => setFound({ status: "pending" }), sayWhy);
  const isPending = found?.status === "pending";
  return html`
    <p>A file with your profile, posts, comments, likes, and the pictures themselves.</p>
    <div class="row" aria-live="polite">
      ${found?.status === "ready" && html`
        <a class="button primary" href=${found.url} download="fanlight.zip"><${Icon} name="download" />Download, ${megabytes(found.bytes ?? 0)}</a>
        <span class="meta">Kept until ${day(found.expires_at)}</span>`}
      ${isPending && html`<progress aria-label="The export is being made"></progress><span class="meta">Being made; you can go on.</span>`}
      ${!isPending && found?.status !== "ready" && html`<${Button} onClick=${ask}>Export my data<//>`}
    </div>`;
}
