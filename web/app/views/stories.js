// The story viewer: a dark stage over everything.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../../vendor/preact.js";
import { call, Refusal } from "../api.js";
import { StoryCard } from "../parts/story-card.js";
import { IconButton } from "../parts/small.js";
import { Refused } from "../parts/states.js";
import { readTray, tray } from "../parts/tray.js";
import { ahead, firstUnseen, personStepped, stepped, withRunning } from "../pure/story-timing.js";
import { goBack, nowAt } from "../router.js";
import { useTitle } from "../title.js";
import { userNamed } from "../user-by-name.js";

const close = () => goBack("/");

/** @param {{name: string}} props */
export function View({ name }) {
  useTitle("Stories");
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [people, setPeople] = useState(/** @type {any[] | null} */ (null));
  const [at, setAt] = useState({ person: 0, story: 0 });
  const [error, setError] = useState(/** @type {any} */ (null));
  useLayoutEffect(() => {
    dialog.current?.showModal();
    return () => dialog.current?.close();
  }, []);
  useEffect(() => {
    peopleFrom(name).then((found) => {
      setPeople(found.people);
      setAt({ person: found.at, story: firstUnseen(found.people[found.at].stories) });
    }, setError);
  }, [name]);
  const person = people?.[at.person];
  const username = person?.author.username;
  useEffect(() => void (username && nowAt(`/stories/${encodeURIComponent(username)}`)), [username]);
  const move = (/** @type {any} */ to) => (to ? setAt(to) : close());
  const step = (/** @type {1 | -1} */ by) => people && move(stepped(people, at, by));
  const keys = (/** @type {KeyboardEvent} */ event) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by && people) move(event.shiftKey ? personStepped(people, at, by) : stepped(people, at, by));
  };
  const deleted = () => {
    const list = /** @type {any[]} */ (people);
    const rest = list.map((one, index) => index === at.person ? { ...one, stories: one.stories.filter((/** @type {any} */ _, /** @type {number} */ i) => i !== at.story) } : one).filter((one) => one.stories.length);
    if (!rest.length) return close();
    setPeople(rest);
    setAt({ person: Math.min(at.person, rest.length - 1), story: 0 });
  };
  return html`
    <h1 class="unseen">Stories</h1>
    <dialog ref=${dialog} class="stage" aria-label="Stories" autofocus tabindex="-1" onKeyDown=${keys} onCancel=${(/** @type {Event} */ event) => (event.preventDefault(), close())}>
      <${IconButton} class="stage-close" icon="x" label="Close" onClick=${close} />
      ${error && html`<${Refused} error=${error} />`}
      ${person && html`
        <${IconButton} class="stage-arrow" icon="chevron-left" label="Earlier story" onClick=${() => step(-1)} />
        <${StoryCard} key=${person.stories[at.story].story_id} person=${person} at=${at.story} onStep=${step} onDeleted=${deleted} />
        <${IconButton} class="stage-arrow" icon="chevron-right" label="Later story" onClick=${() => step(1)} />
        ${ahead(people ?? [], at).map((story) => html`<link key=${story.story_id} rel="preload" as="image" href=${story.url} />`)}`}
    </dialog>`;
}

/** The people of the tray, and which of them was asked for; somebody outside of it comes alone. @param {string} name */
async function peopleFrom(name) {
  const known = withRunning(tray.items.length ? tray.items : await readTray(), Date.now());
  tray.items = known; // the viewer notes there who was seen
  const at = known.findIndex((one) => one.author.username === name);
  if (at >= 0) return { people: known, at };
  const user = await userNamed(name);
  const { items } = await call("GET", `/users/${user.user_id}/stories`);
  const people = withRunning([{ author: user, stories: /** @type {Story[]} */ (items), seen: false }], Date.now());
  if (!people.length) throw new Refusal(404, {});
  return { people, at: 0 };
}
