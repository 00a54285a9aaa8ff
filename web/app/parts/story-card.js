// One story: its bars, its picture, its time.
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { call } from "../api.js";
import { storiesChanged } from "../developing.js";
import { sayWhy, say } from "../notices.js";
import { SEEN_MS, STORY_MS } from "../pure/story-timing.js";
import { counted } from "../pure/times.js";
import { me } from "../session.js";
import { question, sure } from "../sure.js";
import { Dialog } from "./dialog.js";
import { PeopleList } from "./people.js";
import { Blur } from "./picture.js";
import { Avatar, Icon, IconButton, profileOf, Time } from "./small.js";

const isCalm = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {{person: any, at: number, onStep: (by: 1 | -1) => void, onDeleted: () => void}} props */
export function StoryCard({ person, at, onStep, onDeleted }) {
  const story = person.stories[at];
  const [isShown, setShown] = useState(false);
  const [isHeld, setHeld] = useState(isCalm.matches);
  const [isOver, setOver] = useState(false);
  const [round, setRound] = useState(0);
  const [isLost, setLost] = useState(false);
  const [opens, setOpens] = useState(false);
  const isMine = person.author.user_id === me.value?.user_id;
  const runs = isShown && !isHeld && !opens && !isOver && !isLost && !question.value;
  useTimer(runs, () => onStep(1));
  useEffect(() => {
    if (!isShown || story.seen || isMine) return undefined;
    const timer = setTimeout(() => markSeen(story, person), SEEN_MS);
    return () => clearTimeout(timer);
  }, [isShown]);
  useEffect(() => {
    const left = Date.parse(story.expires_at) - Date.now();
    const timer = setTimeout(() => setOver(true), left);
    return () => clearTimeout(timer);
  }, []);
  const failed = async () => {
    if (Date.now() > Date.parse(story.expires_at)) return setOver(true);
    if (round > 0) return setLost(true);
    await renew(story, person).catch(() => setLost(true));
    setRound(1); // loads again even where the address is the same
  };
  const press = usePress(setHeld, onStep);
  const remove = async () => {
    if (!(await sure({ title: "Delete this story?", text: "It goes for everybody, now.", yes: "Delete", danger: true }))) return;
    try {
      await call("DELETE", `/stories/${story.story_id}`);
    } catch (error) {
      return sayWhy(error, remove);
    }
    onDeleted();
    storiesChanged.value++;
    say("The story is deleted.");
  };
  return html`
    <div class="story ${runs ? "" : "held"}" tabindex="0" aria-label="Story ${at + 1} of ${person.stories.length} by ${person.author.display_name}"
      role="group" ...${press} onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === " " && event.target === event.currentTarget && (event.preventDefault(), setHeld(!isHeld))}>
      ${isOver || isLost ? html`<p class="story-over">${isOver ? "This story has ended" : "This story did not load"}</p>` : html`
        ${!isShown && story.blurhash && html`<${Blur} hash=${story.blurhash} />`}
        <img key=${round} src=${story.url} alt="Story by ${person.author.display_name}" onLoad=${() => setShown(true)} onError=${failed} draggable=${false} />`}
      <header>
        <div class="bars" aria-hidden="true">${person.stories.map((/** @type {any} */ _, /** @type {number} */ index) => html`
          <i class=${index < at ? "done" : index === at && isShown ? "runs" : ""}></i>`)}</div>
        <a href=${profileOf(person.author)}><${Avatar} user=${person.author} size="small" /><b>${person.author.display_name}</b></a>
        <${Time} moment=${story.published_at ?? story.created_at} />
        <span class="grow"></span>
        <${IconButton} icon=${isHeld ? "play" : "pause"} label=${isHeld ? "Play" : "Pause"} onClick=${() => setHeld(!isHeld)} />
      </header>
      ${isMine && html`
        <footer>
          <button type="button" class="text-button" onClick=${() => setOpens(true)}><${Icon} name="eye" />${counted(story.view_count ?? 0, "view")}</button>
          <span class="grow"></span>
          <${IconButton} icon="trash-2" label="Delete" onClick=${remove} />
        </footer>`}
      ${opens && html`<${Dialog} title="Seen by" onClose=${() => setOpens(false)}>
        <${PeopleList} path="/stories/${story.story_id}/viewers" title="Nobody has seen it yet" icon="eye" empty="" /><//>`}
    </div>`;
}

/** Counts down while it runs, and keeps what is left while it is held. @param {boolean} runs @param {() => void} onEnd */
function useTimer(runs, onEnd) {
  const left = useRef(STORY_MS);
  useEffect(() => {
    if (!runs) return undefined;
    const began = Date.now();
    const timer = setTimeout(onEnd, left.current);
    return () => {
      clearTimeout(timer);
      left.current -= Date.now() - began;
    };
  }, [runs]);
}

/** Held, the story waits; tapped, it moves: back in the left third, else on. @param {(is: boolean) => void} setHeld @param {(by: 1 | -1) => void} onStep */
function usePress(setHeld, onStep) {
  const began = useRef(0);
  const isPicture = (/** @type {any} */ event) => event.target.tagName === "IMG" || event.target === event.currentTarget;
  return {
    onPointerDown: (/** @type {PointerEvent} */ event) => {
      if (!isPicture(event)) return;
      began.current = Date.now();
      setHeld(true);
    },
    onPointerCancel: () => {
      began.current = 0;
      setHeld(isCalm.matches);
    },
    onPointerUp: (/** @type {any} */ event) => {
      if (!began.current) return;
      const isTap = Date.now() - began.current < 250;
      began.current = 0;
      setHeld(isCalm.matches);
      const box = event.currentTarget.getBoundingClientRect();
      if (isTap) onStep(event.clientX - box.left < box.width / 3 ? -1 : 1);
    },
  };
}

/** Ask for the address as it is now: it may have expired. @param {any} story @param {any} person */
async function renew(story, person) {
  const { items } = await call("GET", `/users/${person.author.user_id}/stories`);
  story.url = items.find((/** @type {Story} */ one) => one.story_id === story.story_id)?.url ?? story.url;
}

/** @param {any} story @param {any} person */
function markSeen(story, person) {
  story.seen = true; // once, however often it is shown
  person.seen = person.stories.every((/** @type {any} */ one) => one.seen);
  call("POST", `/stories/${story.story_id}/view`).catch(() => (story.seen = false));
}
