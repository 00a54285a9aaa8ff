// Names a collection: a new one, or one that has a name already.
import { html, useState } from "../../vendor/preact.js";
import { makeCollection, MOST_NAME, renameCollection } from "../saving.js";
import { Dialog } from "./dialog.js";
import { Field, Form } from "./form.js";

/** @param {{collection?: Collection, onClose: () => void}} props */
export function NameCollection({ collection, onClose }) {
  const name = async (/** @type {string} */ text, /** @type {string} */ key) => {
    if (collection) await renameCollection(collection.collection_id, text);
    else await makeCollection(text, key);
    onClose();
  };
  return html`
    <${Dialog} title=${collection ? "Rename the collection" : "New collection"} onClose=${onClose}>
      <${NameForm} value=${collection?.name ?? ""} submit=${collection ? "Rename" : "Create"} onName=${name} />
    <//>`;
}

/** @param {{value?: string, submit: string, onName: (name: string, key: string) => Promise<void>}} props */
export function NameForm({ value = "", submit, onName }) {
  const [name, setName] = useState(value);
  const [key] = useState(() => crypto.randomUUID()); // who sends it twice has one collection
  return html`
    <${Form} submit=${submit} disabled=${!name.trim()} onSubmit=${() => onName(name.trim(), key)}>
      <${Field} label="Name" name="name" maxlength=${MOST_NAME} value=${name} onInput=${setName} />
    <//>`;
}
