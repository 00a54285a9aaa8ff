// What one has saved: all of it, or one collection.
import { html, useEffect, useState } from "../../vendor/preact.js";
import { sayWhy } from "../notices.js";
import { open } from "../opened.js";
import { Endless, useList } from "../parts/endless.js";
import { Button, Icon, IconButton, profileOf } from "../parts/small.js";
import { Failed, Gone, Later, Quiet, WallSkeleton } from "../parts/states.js";
import { Tile } from "../parts/tile.js";
import { plural } from "../pure/times.js";
import { go, goBack } from "../router.js";
import { askForCollections, collections, deleteCollection } from "../saving.js";
import { me } from "../session.js";
import { sure } from "../sure.js";
import { useTitle } from "../title.js";

const PART = 30;

/** @param {{id?: string}} props the id of a collection */
export function View({ id }) {
  const [error, setError] = useState(/** @type {any} */ (null));
  const load = () => {
    setError(null);
    askForCollections().catch(setError);
  };
  useEffect(load, [id]);
  const collection = collections.value?.find((one) => one.collection_id === id);
  const title = id ? (collection?.name ?? "Collection") : "Saved";
  useTitle(title);
  const isGone = id && collections.value && !collection;
  const back = id ? "/saved" : profileOf(/** @type {User} */ (me.value));
  return html`
    <div class="profile">
      <header class="view-head">
        <${IconButton} class="back" icon="arrow-left" label="Back" onClick=${() => goBack(back)} />
        <h1>${title}</h1>
        ${collection && html`<${Changes} collection=${collection} />`}
        ${!id && html`<${IconButton} icon="plus" label="New collection" onClick=${() => name()} />`}
      </header>
      ${error && html`<${Failed} error=${error} retry=${load} />`}
      ${!id && html`<${Collections} />`}
      ${isGone ? html`<${Gone} />` : html`<${Wall} id=${id ?? ""} />`}
    </div>`;
}

/** @param {Collection} [collection] */
const name = (collection) => open({ from: () => import("../parts/name-collection.js"), part: "NameCollection", collection });

/** @param {{collection: Collection}} props */
const Changes = ({ collection }) => html`
  <${IconButton} icon="pencil" label="Rename" onClick=${() => name(collection)} />
  <${IconButton} icon="trash-2" label="Delete the collection" onClick=${() => remove(collection)} />`;

/** @param {Collection} collection */
async function remove(collection) {
  const text = "Its posts stay saved.";
  if (!(await sure({ title: `Delete “${collection.name}”?`, text, yes: "Delete", danger: true }))) return;
  try {
    await deleteCollection(collection.collection_id);
    go("/saved", { replaces: true });
  } catch (error) {
    sayWhy(error, () => remove(collection));
  }
}

const Collections = () => Boolean(collections.value?.length) && html`
  <ul class="collections" aria-label="Collections">
    ${collections.value?.map((one) => html`
      <li key=${one.collection_id}><a class="collection" href="/saved/${one.collection_id}">
        <span class="cover">${one.cover_url ? html`<img src=${one.cover_url} alt="" loading="lazy" decoding="async" />` : html`<${Icon} name="bookmark" />`}</span>
        <span class="name">${one.name}</span>
        <span class="meta">${one.count} ${plural(one.count, "post")}</span>
      </a></li>`)}
  </ul>`;

/** @param {{id: string}} props */
function Wall({ id }) {
  const list = useList(`/me/saved?collection=${id}`);
  return html`
    <${Endless} key=${list.path} list=${list} part=${PART} kind="wall" skeleton=${html`<${Later}><${WallSkeleton} /><//>`}
      draw=${(/** @type {Post} */ post) => html`<${Tile} key=${post.post_id} id=${post.post_id} />`}
      empty=${id
        ? html`<${Quiet} icon="bookmark" title="Nothing in here yet"><p>Put a saved post into this collection from the menu of the post.</p><${Button} onClick=${() => go("/saved")}>All saved posts<//><//>`
        : html`<${Quiet} icon="bookmark" title="Nothing saved yet"><p>The bookmark below a post keeps it here. Nobody else sees what you save.</p><a class="button" href="/">Go home</a><//>`} />`;
}
