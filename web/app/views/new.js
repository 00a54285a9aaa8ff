// A new post in four steps, or a story in two. The pictures are on their way from the first step on.
import { html, useEffect } from "../../vendor/preact.js";
import { Lazy } from "../parts/lazy.js";
import { Choose } from "../parts/upload-choose.js";
import { sure } from "../sure.js";
import { Button, IconButton } from "../parts/small.js";
import { go, goBack } from "../router.js";
import { useTitle } from "../title.js";
import { discardDraft, draft, isKept, resumeDraft } from "../uploads.js";

const STEPS = [
  { name: "choose", title: "New post", part: "Choose", from: async () => ({ Choose }) },
  { name: "arrange", title: "Arrange", part: "Arrange", from: () => import("../parts/upload-arrange.js") },
  { name: "look", title: "Look", part: "Look", from: () => import("../parts/upload-look.js") },
  { name: "tell", title: "Tell", part: "Tell", from: () => import("../parts/upload-tell.js") },
];

/** @param {{query: URLSearchParams}} props */
export function View({ query }) {
  const kind = query.get("kind") === "story" ? "story" : "post";
  useEffect(() => void resumeDraft(kind), [kind]);
  const { items } = draft.value;
  useEffect(() => {
    // The next steps come while the pictures are on their way: they are there even if the connection goes.
    if (items.length) for (const { from } of STEPS) from().catch(() => {});
  }, [items.length > 0]);
  const asked = STEPS.findIndex(({ name }) => name === query.get("step"));
  const at = items.length ? Math.max(0, asked) : 0;
  const title = kind === "story" ? "New story" : STEPS[at].title;
  useTitle(title);
  const to = (/** @type {number} */ step) => go(step ? `/new?step=${STEPS[step].name}` : "/new");
  const discard = async () => {
    const text = "Its pictures and words are forgotten.";
    if (await sure({ title: "Discard this draft?", text, yes: "Discard", danger: true })) discardDraft();
  };
  if (kind === "story") return html`<div class="column upload"><${Head} title=${title} /><${Kinds} kind=${kind} /><${Lazy} from=${() => import("../parts/upload-story.js")} part="StoryStep" onDiscard=${discard} /></div>`;
  const step = STEPS[at];
  return html`
    <div class="column upload">
      <${Head} title=${title} />
      ${at === 0 ? html`<${Kinds} kind=${kind} />` : html`<p class="meta">Step ${at + 1} of ${STEPS.length}</p>`}
      <${Lazy} key=${step.name} from=${step.from} part=${step.part} />
      ${items.length > 0 && html`
        <footer class="upload-foot">
          ${at > 0 && html`<${Button} onClick=${() => goBack(`/new?step=${STEPS[at - 1].name}`)}>Back<//>`}
          ${at === 0 && html`<${Button} kind="plain" onClick=${discard}>Discard<//>`}
          <span class="meta grow">${isKept.value ? "Your draft is kept in this browser" : "This browser cannot keep the draft"}</span>
          ${at < STEPS.length - 1 && html`<${Button} kind="primary" onClick=${() => to(at + 1)}>Next<//>`}
        </footer>`}
    </div>`;
}

/** @param {{title: string}} props */
const Head = ({ title }) => html`
  <header class="view-head">
    <h1>${title}</h1>
    <${IconButton} icon="x" label="Close" onClick=${() => go("/")} />
  </header>`;

/** @param {{kind: string}} props */
const Kinds = ({ kind }) => html`
  <nav class="segments" aria-label="Kind">
    <a href="/new" aria-current=${kind === "post" ? "true" : null}>Post</a>
    <a href="/new?kind=story" aria-current=${kind === "story" ? "true" : null}>Story</a>
  </nav>`;
