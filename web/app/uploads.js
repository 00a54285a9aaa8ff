// The draft: its pictures on their way to the server while the person still arranges and writes.
import { effect, signal } from "../vendor/preact.js";
import { call, Refusal } from "./api.js";
import { develop } from "./developing.js";
import { dropDraft, keepDraft, readDraft } from "./drafts.js";
import { say } from "./notices.js";
import { afterFailure, MOST_PICTURES, nextUp, reasonAgainst, typeOf } from "./pure/upload-queue.js";
import { sendPicture, untilReady } from "./sending.js";
import { me } from "./session.js";

/** @typedef {{key: string, file: Blob, name: string, type: string, alt: string, focus: {x: number, y: number} | null, preview: string, media_id: string | null, media: Media | null, progress: number, reason: string | null, state: "waiting" | "sending" | "processing" | "ready" | "failed", attempt: number, retryAt: number}} Item */
/** @typedef {{kind: "post" | "story", items: Item[], caption: string, location: string, filter: string | null}} Draft */

/** @param {Draft["kind"]} kind @returns {Draft} */
const empty = (kind) => ({ kind, items: [], caption: "", location: "", filter: null });

/** @type {Signal<Draft>} */
export const draft = signal(empty("post"));
/** The draft of the other kind, as it was left. @type {Map<Draft["kind"], Draft>} */
const aside = new Map();
/** Files that were not taken, and why. @type {Signal<{name: string, reason: string}[]>} */
export const refused = signal([]);
/** Whether the draft survives a reload here. */
export const isKept = signal(true);
/** @type {{body: string, key: string}} */
let tried = { body: "", key: "" };
let timer = 0;

effect(() => {
  if (me.value) return; // the browser keeps the drafts for the one whose they are
  clearTimeout(timer);
  aside.clear();
  draft.value = empty("post");
});

/** @param {Partial<Draft>} changes */
export function changeDraft(changes) {
  draft.value = { ...draft.value, ...changes };
  keep();
}

/** @param {string} key @param {Partial<Item>} changes */
function changeItem(key, changes) {
  if (!draft.value.items.some((item) => item.key === key)) return; // removed, or of a draft that was left
  const items = draft.value.items.map((item) => (item.key === key ? { ...item, ...changes } : item));
  draft.value = { ...draft.value, items };
  if (!("progress" in changes) || changes.state) keep();
}

/** Take up the draft of a kind: as it was left, or as this browser has kept it. @param {Draft["kind"]} kind */
export async function resumeDraft(kind) {
  if (draft.value.kind !== kind) turnTo(kind);
  if (draft.value.items.length) return;
  const key = draftKey(kind);
  const kept = await readDraft(key);
  if (kept && key === draftKey(draft.value.kind) && !draft.value.items.length) takeUp(kept);
}

/** Put the draft aside, and take up the one of the other kind. @param {Draft["kind"]} kind */
function turnTo(kind) {
  if (timer) write();
  aside.set(draft.value.kind, draft.value);
  refused.value = [];
  takeUp(aside.get(kind) ?? empty(kind));
  aside.delete(kind);
}

/** Go on with a draft. Its pictures get new keys: uploads that still run are not theirs any more. @param {Draft} left */
function takeUp(left) {
  const items = left.items.map((item) => ({ ...item, key: crypto.randomUUID(), preview: item.preview ?? URL.createObjectURL(item.file), ...again(item) }));
  draft.value = { ...left, items };
  go();
}

/** How an item goes on after a break. @param {Item} item */
const again = (item) =>
  item.state === "ready" || item.state === "failed" ? {} : { state: /** @type {const} */ ("waiting"), attempt: 0, retryAt: 0, progress: 0 };

/** Each person has a draft of each kind. @param {Draft["kind"]} kind */
const draftKey = (kind) => `${me.value?.user_id}.${kind}`;

/** Take files into the draft; those that cannot be pictures are told with a reason each. @param {File[]} files @param {Draft["kind"]} [kind] */
export async function addFiles(files, kind = draft.value.kind) {
  await resumeDraft(kind);
  refused.value = [];
  for (const file of files) {
    const head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
    const most = draft.value.kind === "story" ? 1 : MOST_PICTURES;
    const reason = reasonAgainst(file.size, head) ??
      (draft.value.items.length >= most ? `A ${draft.value.kind} has up to ${most === 1 ? "one picture" : `${most} pictures`}.` : null);
    if (reason) refused.value = [...refused.value, { name: file.name, reason }];
    else changeDraft({ items: [...draft.value.items, newItem(file, /** @type {string} */ (typeOf(head)))] });
    go();
  }
}

/** @param {File} file @param {string} type @returns {Item} */
const newItem = (file, type) => ({
  key: crypto.randomUUID(), file, name: file.name, type, alt: "", focus: null, preview: URL.createObjectURL(file), media_id: null,
  media: null, progress: 0, reason: null, state: "waiting", attempt: 0, retryAt: 0,
});

/** Give a picture the text that stands for it. @param {string} key @param {string} alt */
export const describe = (key, alt) => changeItem(key, { alt });

/** Choose the focal point of a picture; with null the server finds it. @param {string} key @param {Item["focus"]} focus */
export const focusOn = (key, focus) => changeItem(key, { focus });

/** @param {string} key */
export function removeItem(key) {
  const item = draft.value.items.find((one) => one.key === key);
  if (item) URL.revokeObjectURL(item.preview);
  changeDraft({ items: draft.value.items.filter((one) => one.key !== key) });
}

/** Send a failed picture once more. @param {string} key */
export function retryItem(key) {
  changeItem(key, { state: "waiting", attempt: 0, retryAt: 0, reason: null, progress: 0, media_id: null });
  go();
}

/** Throw all drafts of the person away. */
export const discardDrafts = () => /** @type {const} */ (["post", "story"]).forEach(forget);

/** Throw the draft away. */
export function discardDraft() {
  for (const item of draft.value.items) URL.revokeObjectURL(item.preview);
  refused.value = [];
  forget(draft.value.kind);
}

/** @param {Draft["kind"]} kind */
function forget(kind) {
  aside.delete(kind);
  if (draft.value.kind === kind) changeDraft(empty(kind));
  dropDraft(draftKey(kind));
}

/** Publish the draft; its pictures may still be processing. */
export async function publish() {
  const { kind, items, caption, location, filter } = draft.value;
  const media = items.map(({ media_id, alt, focus }) => ({ media_id, alt: alt?.trim() || null, focus: focus ?? null }));
  const body = kind === "story" ? { media_id: media[0].media_id, focus: media[0].focus } : { media, caption, filter, location: location.trim() || null };
  const text = JSON.stringify(body);
  if (tried.body !== text) tried = { body: text, key: crypto.randomUUID() };
  const made = await call("POST", kind === "story" ? "/stories" : "/posts", { body, key: tried.key });
  const preview = items[0].preview;
  forget(kind);
  develop(kind, made, preview);
}

/** Begin what may begin, and look again when the next attempt is due. */
function go() {
  const now = Date.now();
  for (const item of nextUp(draft.value.items, now)) carry(item);
  const due = draft.value.items.filter((item) => item.state === "waiting" && item.retryAt > now);
  if (due.length) setTimeout(go, Math.min(...due.map((item) => item.retryAt)) - now + 10);
}
addEventListener("online", () => {
  for (const item of draft.value.items) if (item.state === "waiting") changeItem(item.key, { retryAt: 0 });
  go();
});

/** Bring one picture to the server, and wait until it is ready. @param {Item} item */
async function carry(item) {
  changeItem(item.key, { state: "sending", reason: null });
  try {
    const media_id = item.media_id ??
      (await sendPicture(item.file, item.type, draft.value.kind, (progress) => changeItem(item.key, { progress })));
    changeItem(item.key, { media_id, state: "processing", progress: 1 });
    go();
    changeItem(item.key, { media: await untilReady(media_id), state: "ready" });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const turn = afterFailure(item, error.isTransient, Date.now());
    changeItem(item.key, { ...turn, retryAt: Math.max(turn.retryAt, error.retryAt ?? 0), progress: 0, reason: error.message });
  }
  go();
}

/** Keep the draft a moment later: typing changes it often. */
function keep() {
  clearTimeout(timer);
  timer = setTimeout(write, 300);
}

/** Keep the draft as it is now. */
async function write() {
  clearTimeout(timer);
  timer = 0;
  const { items, ...rest } = draft.value;
  const key = draftKey(rest.kind);
  if (!items.length && !rest.caption) return void dropDraft(key);
  const was = isKept.value;
  isKept.value = await keepDraft(key, { ...rest, items: items.map(({ preview, ...item }) => item) });
  if (was && !isKept.value) say("This browser has no room for the draft: it is lost if you reload.");
}
