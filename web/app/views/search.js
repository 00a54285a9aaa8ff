// Finds people by their username.
import { html, useEffect, useState } from "../../vendor/preact.js";
import { PersonRow } from "../parts/people.js";
import { Failed, Quiet } from "../parts/states.js";
import { go } from "../router.js";
import { useTitle } from "../title.js";
import { userNamed } from "../user-by-name.js";

const PAUSE_MS = 300;

/** @param {{query: URLSearchParams}} props */
export function View({ query }) {
  useTitle("Search");
  const asked = query.get("q") ?? "";
  const [text, setText] = useState(asked);
  const name = text.trim().replace(/^@/, "").toLowerCase();
  useEffect(() => {
    if (name === asked) return undefined;
    const timer = setTimeout(() => go(name ? `/search?q=${encodeURIComponent(name)}` : "/search", { replaces: true }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [name]);
  return html`
    <div class="column">
      <header class="view-head"><h1>Search</h1></header>
      <form role="search" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
        <input class="search-field" type="search" aria-label="Search" placeholder="A username, for example mira" autocapitalize="none" maxlength="64"
          spellcheck=${false} value=${text} onInput=${(/** @type {any} */ event) => setText(event.target.value)} autofocus />
      </form>
      <div aria-live="polite">${asked ? html`<${Found} key=${asked} name=${asked} />` : html`
        <${Quiet} icon="search" title="Find people"><p>Type somebody’s whole username to find their wall.</p><//>`}</div>
    </div>`;
}

/** @param {{name: string}} props */
function Found({ name }) {
  const [user, setUser] = useState(/** @type {User | null} */ (null));
  const [error, setError] = useState(/** @type {any} */ (null));
  const load = () => {
    setError(null);
    userNamed(name).then(setUser, setError);
  };
  useEffect(load, []);
  if (error?.status === 404 || error?.status === 400) return html`<${Quiet} icon="user" title="Nobody is called ${name}"><p>Usernames are exact: letters, digits, _ and .</p><//>`;
  if (error) return html`<${Failed} error=${error} retry=${load} />`;
  return user && html`<div class="people"><${PersonRow} user=${user} /></div>`;
}
