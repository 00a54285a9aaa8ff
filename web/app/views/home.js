// The feed: stories on top, then the posts of those one follows, recent or ranked.
import { html, useEffect, useState } from "../../vendor/preact.js";
import { arrivals, developing, resumeDeveloping } from "../developing.js";
import { Endless, useList } from "../parts/endless.js";
import { DevelopingCard } from "../parts/developing-card.js";
import { Icon } from "../parts/small.js";
import { Logo } from "../parts/logo.js";
import { PostCard } from "../parts/post-card.js";
import { PostSkeleton, Later, Quiet } from "../parts/states.js";
import { Tray } from "../parts/tray.js";
import { newcomers, refreshed } from "../pure/feed-merging.js";
import { counted } from "../pure/times.js";
import { me } from "../session.js";
import { page } from "../store.js";
import { useTitle } from "../title.js";

const LOOK_MS = 30_000;
const LOOK_EMPTY_MS = 2_000; // somebody was just followed: their posts are on the way
const EAGER = 2;

/** @param {{query: URLSearchParams}} props */
export function View({ query }) {
  useTitle("Home");
  const order = query.get("order") === "ranked" ? "ranked" : "recent";
  const list = useList(`/feed/${me.value?.user_id}?order=${order}`);
  useEffect(resumeDeveloping, []);
  return html`
    <div class="column">
      <header class="view-head">
        <h1><span class="brand-inline"><${Logo} /></span>Home</h1>
        <nav class="segments" aria-label="Order">
          <a href="/" aria-current=${order === "recent" ? "true" : null}>Recent</a>
          <a href="/?order=ranked" aria-current=${order === "ranked" ? "true" : null}>Ranked</a>
        </nav>
      </header>
      <${Tray} />
      ${order === "recent" && html`<${Newcomers} key=${list.path} list=${list} />`}
      ${developing.value.map((one) => html`<${DevelopingCard} key=${one.id} one=${one} />`)}
      <${Endless} key=${list.path} list=${list} first=${order === "recent" ? arrivals.value : []} draw=${draw} skeleton=${html`<${Later}><${PostSkeleton} /><${PostSkeleton} /><//>`}
        empty=${html`<${Empty} />`} end=${html`<p class="end">You are up to date</p>`} />
    </div>`;
}

/** @param {Post} post @param {number} at */
const draw = (post, at) => html`<${PostCard} key=${post.post_id} id=${post.post_id} eager=${at < EAGER} />`;

const Empty = () => developing.value.length || arrivals.value.length ? null : html`
  <${Quiet} icon="images" title="Your wall is quiet">
    <p>Find people whose pictures you like, or hang your first picture.</p>
    <div class="row"><a class="button primary" href="/search">Find people</a><a class="button" href="/new">Post a picture</a></div>
  <//>`;

/** Says that there are new posts, and shows them only when asked: nothing jumps. @param {{list: List}} props */
function Newcomers({ list }) {
  const [found, setFound] = useState(/** @type {any} */ (null));
  useEffect(() => {
    let last = Date.now();
    const look = async () => {
      // Where it has failed, the person is told, and may retry.
      if (document.hidden || !me.value || list.state.value === "failed") return;
      last = Date.now();
      const first = await page(list.path).catch(() => null);
      if (first && !list.items.value.length && !arrivals.value.length) list.replace(first.items, first.next_cursor);
      else setFound(first);
    };
    const timer = setInterval(() => {
      if (Date.now() - last >= (list.items.value.length ? LOOK_MS : LOOK_EMPTY_MS)) look();
    }, LOOK_EMPTY_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  const count = found ? newcomers(list.items.value, found.items, me.value?.user_id ?? "") : 0;
  const show = () => {
    const { items, meets } = refreshed(list.items.value, found.items);
    list.heights.clear();
    if (meets) list.items.value = items;
    else list.replace(items, found.next_cursor);
    setFound(null);
    scrollTo({ top: 0 });
  };
  return html`<div class="pill-place" aria-live="polite">
    ${count > 0 && html`<button type="button" class="pill" onClick=${show}><${Icon} name="arrow-up" />${counted(count, "new post")}</button>`}
  </div>`;
}
