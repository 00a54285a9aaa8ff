// How it looks while there is nothing, nothing yet, or nothing to be had.
import { html, useEffect, useState } from "../../vendor/preact.js";
import { waitOf } from "../notices.js";
import { now } from "../now.js";
import { Button, Icon } from "./small.js";

const QUIET_MS = 150;

/** Shows its children a little later: what is there at once needs no skeleton. @param {any} props */
export function Later({ children }) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  return isLate ? children : null;
}

/** A place that is empty, private or gone, and a way on. @param {any} props */
export const Quiet = ({ icon, title, children }) => html`
  <div class="quiet">
    <${Icon} name=${icon} />
    <h2>${title}</h2>
    ${children}
  </div>`;

/** What failed in words, and when it can be tried again. @param {{error: any, retry?: () => void}} props */
export function Failed({ error, retry }) {
  const waits = error.retryAt && error.retryAt > now.value;
  const title = error.status === 0 ? "No connection" : error.status === 429 ? "A little slower, please" : "That did not work";
  return html`
    <div class="quiet" role="alert">
      <${Icon} name=${error.status === 0 ? "wifi-off" : "circle-alert"} />
      <h2>${title}</h2>
      <p>${error.message} ${waits ? waitOf(error.retryAt, now.value) : ""}</p>
      ${retry && html`<${Button} onClick=${retry} disabled=${waits}>Try again<//>`}
      ${error.requestId && html`<p class="meta">Request ${error.requestId}</p>`}
    </div>`;
}

/** Something that is not there for this person. */
export const Gone = () => html`
  <${Quiet} icon="image" title="This is gone, or was never yours to see">
    <p>The link may be old, or the person keeps it to a smaller circle.</p>
    <a class="button" href="/">Go home</a>
  <//>`;

/** Failed or gone, by the answer. @param {{error: any, retry?: () => void}} props */
export const Refused = ({ error, retry }) =>
  error.status === 404 ? html`<${Gone} />` : html`<${Failed} error=${error} retry=${retry} />`;

/** A post that is still to come, in its true proportions. */
export const PostSkeleton = () => html`
  <div class="post skeleton" aria-hidden="true">
    <div class="post-head"><span class="avatar bone"></span><span class="bone line"></span></div>
    <div class="bone box"></div>
    <span class="bone line"></span>
  </div>`;

/** People who are still to come. */
export const PeopleSkeleton = () => html`
  <ul class="people" aria-hidden="true">
    ${[1, 2, 3, 4].map(() => html`<li class="person"><span class="avatar bone"></span><span class="bone line"></span></li>`)}
  </ul>`;

/** Tiles that are still to come. */
export const WallSkeleton = () => html`
  <div class="wall" aria-hidden="true">${[1, 2, 3, 4, 5, 6].map(() => html`<div class="tile bone"></div>`)}</div>`;
