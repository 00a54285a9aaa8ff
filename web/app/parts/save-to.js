// Chooses the collection of a saved post.
import { html, useEffect, useState } from "../../vendor/preact.js";
import { sayWhy } from "../notices.js";
import { plural } from "../pure/times.js";
import { askForCollections, collections, makeCollection, putInto } from "../saving.js";
import { Dialog } from "./dialog.js";
import { NameForm } from "./name-collection.js";
import { Failed } from "./states.js";

/** @param {{id: string, onClose: () => void}} props */
export function SaveTo({ id, onClose: close }) {
  const [isNaming, setNaming] = useState(false);
  const [error, setError] = useState(/** @type {any} */ (null));
  const load = () => {
    setError(null);
    askForCollections().catch(setError);
  };
  useEffect(load, []);
  const put = (/** @type {Collection | null} */ one) => () => (close(), putInto(id, one).catch(sayWhy));
  const make = async (/** @type {string} */ name, /** @type {string} */ key) => {
    await putInto(id, await makeCollection(name, key));
    close();
  };
  if (isNaming) return html`<${Dialog} title="New collection" onClose=${close}><${NameForm} submit="Create and save" onName=${make} /><//>`;
  return html`
    <${Dialog} title="Save to a collection" kind="menu" onClose=${close}>
      <button type="button" onClick=${() => setNaming(true)}>New collection…</button>
      ${error && html`<${Failed} error=${error} retry=${load} />`}
      ${collections.value?.map((one) => html`
        <button type="button" key=${one.collection_id} onClick=${put(one)}>${one.name} <span class="meta">${one.count} ${plural(one.count, "post")}</span></button>`)}
      <button type="button" onClick=${put(null)}>No collection</button>
    <//>`;
}
