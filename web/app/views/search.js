// Finds people by the beginnings of their names, while one types.
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { Endless, useList } from "../parts/endless.js";
import { PersonRow } from "../parts/people.js";
import { Later, PeopleSkeleton, Quiet } from "../parts/states.js";
import { go } from "../router.js";
import { useTitle } from "../title.js";

const PAUSE_MS = 250;
const LONGEST = 100; // characters that the API takes
const PART = 20;
const STEPS = new Map([["ArrowDown", 1], ["ArrowUp", -1]]);

/** @param {{query: URLSearchParams}} props */
export function View({ query }) {
  useTitle("Search");
  const asked = clean(query.get("q") ?? "");
  const [text, setText] = useState(asked);
  const name = clean(text);
  const search = () => {
    if (name !== asked) go(name ? `/search?q=${encodeURIComponent(name)}` : "/search", { replaces: true });
  };
  useEffect(() => {
    const timer = setTimeout(search, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [name, asked]);
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    search();
  };
  return html`
    <div class="column" onKeyDown=${move}>
      <header class="view-head"><h1>Search</h1></header>
      <form role="search" onSubmit=${submit}>
        <input class="search-field" type="search" aria-label="Search" placeholder="A name, for example mira" autocapitalize="none" maxlength=${LONGEST}
          spellcheck=${false} autocomplete="off" value=${text} onInput=${(/** @type {any} */ event) => setText(event.target.value)} autofocus />
      </form>
      ${asked ? html`<${Found} name=${asked} />` : html`
        <${Quiet} icon="search" title="Find people"><p>Type the beginning of somebody’s name, or several.</p><//>`}
    </div>`;
}

const clean = (/** @type {string} */ text) => text.slice(0, LONGEST).trim();

/** The people of a name. Those of the name before stay until they are there: a late answer to an
 * earlier name comes into a list that nobody looks at. @param {{name: string}} props */
function Found({ name }) {
  const list = useList(`/search?q=${encodeURIComponent(name)}`);
  const shown = useRef(list);
  useEffect(() => {
    if (list.state.value === "new") list.more();
  }, [list]);
  const isThere = list.items.value.length > 0 || list.state.value === "end" || list.state.value === "failed";
  if (isThere) shown.current = list;
  const draw = (/** @type {User} */ user) => html`<${PersonRow} key=${user.user_id} user=${user} />`;
  return html`
    <p class="meta found" role="status">${isThere ? told(list) : ""}</p>
    <div aria-busy=${shown.current !== list}>
      <${Endless} key=${shown.current.path} list=${shown.current} draw=${draw} part=${PART} kind="people"
        skeleton=${html`<${Later}><${PeopleSkeleton} /><//>`}
        empty=${html`<${Quiet} icon="user" title="Nobody is called ${name}"><p>Each word has to begin a word of the name.</p><//>`} />
    </div>`;
}

/** How many were found, in words. @param {List} list */
function told({ items, state }) {
  const count = items.value.length;
  if (state.value === "failed") return "";
  if (!count) return "Nobody found";
  return `${count}${state.value === "end" ? "" : " or more"} ${count === 1 ? "person" : "people"} found`;
}

/** The arrow keys go from the field through the people, and back. @param {KeyboardEvent} event */
function move(event) {
  const step = STEPS.get(event.key);
  const column = /** @type {HTMLElement} */ (event.currentTarget);
  const stops = [...column.querySelectorAll(".search-field, .person > a")];
  const at = stops.indexOf(/** @type {Element} */ (document.activeElement));
  const next = step && at >= 0 ? stops[at + step] : undefined;
  if (!next) return;
  event.preventDefault();
  /** @type {HTMLElement} */ (next).focus();
}
