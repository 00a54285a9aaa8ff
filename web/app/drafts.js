// Keeps the draft of a post in the browser's database, pictures included, so that a reload loses nothing.

const NAME = "fanlight";
const STORE = "drafts";

/** @returns {Promise<IDBObjectStore>} @param {IDBTransactionMode} mode */
const opened = (mode) =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => resolve(request.result.transaction(STORE, mode).objectStore(STORE));
  });

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Gives whether it is kept: a database that is full or forbidden keeps nothing. @param {string} key @param {any} draft */
export const keepDraft = (key, draft) =>
  opened("readwrite").then((store) => done(store.put(draft, key))).then(() => true, () => false);

/** @param {string} key */
export const readDraft = (key) => opened("readonly").then((store) => done(store.get(key))).catch(() => undefined);

/** @param {string} key */
export const dropDraft = (key) => opened("readwrite").then((store) => done(store.delete(key))).catch(() => {});
