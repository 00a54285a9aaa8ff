// The frame around every view: navigation, the view itself, notices, questions.
import { html, useEffect, useLayoutEffect, useState } from "../../vendor/preact.js";
import { notices, dismiss, waitOf } from "../notices.js";
import { now } from "../now.js";
import { close, opened } from "../opened.js";
import { place, restoreScroll, routeOf } from "../router.js";
import { question } from "../sure.js";
import { ended, me, start, trouble } from "../session.js";
import { Aside } from "./aside.js";
import { Keys } from "./keys.js";
import { Navigation } from "./navigation.js";
import { Failed, Gone, Later } from "./states.js";
import { IconButton } from "./small.js";
import { Lazy } from "./lazy.js";
import { WholeDrop } from "./whole-drop.js";

export function Shell() {
  const route = routeOf(place.value.path);
  const isIn = Boolean(me.value);
  useEffect(close, [place.value, isIn]); // a dialog belongs to its view and its person
  const skip = (/** @type {Event} */ event) => {
    event.preventDefault();
    focusOn("main");
  };
  return html`
    <a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
    <div class=${isIn ? "shell" : "shell out"}>
      ${isIn && html`<${Navigation} active=${route?.nav} />`}
      <main id="main" tabindex="-1"><${OfflineBar} /><${Body} route=${route} /></main>
      ${isIn && html`<${Aside} />`}
    </div>
    <${Notices} />
    ${opened.value && html`<${Lazy} key=${opened.value.part} ...${opened.value} onClose=${close} />`}
    ${question.value && html`<${Lazy} from=${() => import("./question.js")} part="Question" asked=${question.value} />`}
    ${isIn && html`<${Keys} /><${WholeDrop} />`}
    ${ended.value && html`<${Lazy} from=${() => import("./session-ended.js")} part="SessionEnded" />`}`;
}

/** The view of the address, as far as the person may be there. @param {{route: any}} props */
function Body({ route }) {
  if (trouble.value) return html`<div class="column"><h1 class="unseen">Fanlight</h1><${Failed} error=${trouble.value} retry=${start} /></div>`;
  if (me.value === undefined) return html`<${Later}><div class="column" aria-busy="true"></div><//>`;
  if (!route) return html`<div class="column"><h1 class="unseen">Not found</h1><${Gone} /></div>`;
  if (me.value || route.isOpen) return html`<${Loaded} key=${route.path} route=${route} />`;
  const instead = place.value.path === "/" ? () => import("../views/landing.js") : () => import("../views/login.js");
  return html`<${Loaded} key=${"out" + route.path} route=${{ view: instead, params: {} }} />`;
}

/** Loads a view's module and draws it. @param {{route: any}} props */
function Loaded({ route }) {
  const [view, setView] = useState(/** @type {any} */ (null));
  const [failure, setFailure] = useState(/** @type {any} */ (null));
  const load = () => {
    setFailure(null);
    route.view().then((/** @type {any} */ found) => setView(() => found.View),
      () => setFailure({ status: 0, message: "This part of the page could not be loaded." }));
  };
  useEffect(load, []);
  useLayoutEffect(() => {
    if (!view) return;
    restoreScroll();
    if (place.value.key !== "first" && !place.value.isBack) focusOn(document.querySelector("main [autofocus]") ? "main [autofocus]" : "main h1");
  }, [view, place.value.key]);
  if (failure) return html`<div class="column"><${Failed} error=${failure} retry=${load} /></div>`;
  if (!view) return null;
  return html`<${view} key=${place.value.path} ...${route.params} query=${place.value.query} />`;
}

/** @param {string} selector */
function focusOn(selector) {
  const found = /** @type {HTMLElement | null} */ (document.querySelector(selector));
  if (!found?.matches("input, main")) found?.setAttribute("tabindex", "-1");
  found?.focus({ preventScroll: true });
}

function OfflineBar() {
  const [isOff, setOff] = useState(!navigator.onLine);
  useEffect(() => {
    const look = () => setOff(!navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return isOff ? html`<p class="offline" role="status">You are offline. What is loaded stays readable.</p>` : null;
}

const Notices = () => html`
  <div class="notices" role="status" aria-live="polite">
    ${notices.value.map(({ id, text, retryAt, action }) => html`
      <div class="notice" key=${id}>
        <p>${text} ${retryAt && retryAt > now.value ? waitOf(retryAt, now.value) : ""}</p>
        ${action && html`<button type="button" class="text-button" onClick=${() => (dismiss(id), action.run())}>${action.label}</button>`}
        <${IconButton} icon="x" label="Dismiss" onClick=${() => dismiss(id)} />
      </div>`)}
  </div>`;
