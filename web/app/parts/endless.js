// A list without an end that keeps few cards in the document: parts that are far away leave a
// space of their height behind.
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../../vendor/preact.js";
import { headed } from "../pure/feed-merging.js";
import { place } from "../router.js";
import { listAt, outdate } from "../store.js";
import { Refused } from "./states.js";

const NEAR = "1000px 0px";
const PART = 6;

/** The list at a path: as it was left for somebody who comes back, else from its beginning. @param {string} path */
export const useList = (path) =>
  useMemo(() => {
    if (!place.value.isBack) outdate(path);
    return listAt(path);
  }, [path, place.value.key]);

/**
 * `first`: items above those of the list. An item that comes into the list keeps its place, and its
 * element: it is drawn in the same part under the same key.
 * @param {{list: List, first?: any[], draw: (item: any, at: number) => any, skeleton: any, part?: number, kind?: string, end?: any, empty?: any}} props
 */
export function Endless({ list, first = [], draw, skeleton, part = PART, kind, end, empty }) {
  const items = headed(first, list.items.value);
  const state = list.state.value;
  useEffect(() => {
    if (list.state.value === "new") list.more();
  }, [list]);
  if (state === "end" && !items.length && empty) return empty;
  const parts = Math.ceil(items.length / part);
  return html`
    <div class="endless">
      ${Array.from({ length: parts }, (_, at) => html`
        <${Part} key=${at} heights=${list.heights} at=${at} kind=${kind}>
          ${items.slice(at * part, (at + 1) * part).map((item, index) => draw(item, at * part + index))}
        <//>`)}
      ${(state === "loading" || state === "new") && html`<div aria-busy="true" aria-label="Loading">${skeleton}</div>`}
      ${state === "failed" && html`<${Refused} error=${list.error.value} retry=${list.more} />`}
      ${state === "ready" && html`<${Sentinel} key=${items.length} onNear=${list.more} />`}
      ${state === "end" && end}
    </div>`;
}

/** Some items together, drawn while they are near. @param {any} props */
function Part({ heights, at, kind, children }) {
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  const [isNear, setNear] = useState(!heights.has(at));
  useEffect(() => {
    const element = /** @type {HTMLElement} */ (ref.current);
    const observer = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting && !element.contains(document.activeElement)) setNear(false);
      if (entry.isIntersecting) setNear(true);
    }, { rootMargin: NEAR });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!isNear || !element) return undefined;
    const observer = new ResizeObserver(() => heights.set(at, element.offsetHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [isNear]);
  const space = isNear ? {} : { height: `${heights.get(at) ?? 0}px` };
  return html`<div ref=${ref} class=${kind ?? ""} style=${space}>${isNear ? children : null}</div>`;
}

/** Asks for more when it comes near. @param {{onNear: () => void}} props */
function Sentinel({ onNear }) {
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => entry.isIntersecting && onNear(), { rootMargin: NEAR });
    observer.observe(/** @type {HTMLElement} */ (ref.current));
    return () => observer.disconnect();
  }, []);
  return html`<div ref=${ref} class="sentinel"></div>`;
}
