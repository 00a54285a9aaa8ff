// Where the person is: the address, its view, and how far each entry of the history was scrolled.
import { signal } from "../vendor/preact.js";
import { matched } from "./pure/paths.js";
import { routes } from "./routes.js";

/** @typedef {{path: string, query: URLSearchParams, key: string, isBack: boolean}} Place */

/** @type {Map<string, number>} */
const scrolled = new Map();
/** @type {Signal<Place>} */
export const place = signal(read(false));

/** @param {boolean} isBack @returns {Place} */
function read(isBack) {
  const { pathname, search } = location;
  const key = history.state?.key ?? "first";
  return { path: pathname, query: new URLSearchParams(search), key, isBack };
}

/** Go to an address of the page. @param {string} address @param {{replaces?: boolean}} [how] */
export function go(address, { replaces = false } = {}) {
  scrolled.set(place.value.key, scrollY);
  const key = replaces ? place.value.key : crypto.randomUUID();
  history[replaces ? "replaceState" : "pushState"]({ key, depth: depth() + (replaces ? 0 : 1) }, "", address);
  place.value = read(false);
}

/** The view shows something else now: a reload, or a copied address, leads there. @param {string} address */
export const nowAt = (address) => history.replaceState(history.state, "", address);

/** Go back, or to an address where this is the first page of the visit. @param {string} otherwise */
export const goBack = (otherwise) => (depth() ? history.back() : go(otherwise, { replaces: true }));

/** How many entries of this visit lie behind. */
const depth = () => history.state?.depth ?? 0;

/** The route of a path; undefined where there is none. @param {string} path */
export function routeOf(path) {
  for (const route of routes) {
    const params = matched(route.path, path);
    if (params) return { ...route, params };
  }
  return undefined;
}

/** Scroll to where this entry was left, or to the top. */
export function restoreScroll() {
  scrollTo(0, place.value.isBack ? (scrolled.get(place.value.key) ?? 0) : 0);
}

/** Follow the links of the page and the browser's own buttons. */
export function startRouter() {
  history.scrollRestoration = "manual";
  addEventListener("popstate", () => {
    scrolled.set(place.value.key, scrollY);
    place.value = read(true);
  });
  document.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || !isOurs(link, event)) return;
    event.preventDefault();
    const address = link.pathname + link.search;
    go(address, { replaces: address === location.pathname + location.search });
  });
}

/** @param {HTMLAnchorElement} link @param {MouseEvent} event */
function isOurs(link, event) {
  const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  const stays = link.origin === location.origin && !link.target && !link.hasAttribute("download");
  return isPlain && stays && !event.defaultPrevented && !link.hash && routeOf(link.pathname) !== undefined;
}
