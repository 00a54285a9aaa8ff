// Whom one has muted.
import { html } from "../../vendor/preact.js";
import { setMuted } from "../following.js";
import { PeopleView } from "../parts/people-view.js";
import { undoButton } from "../parts/undo-button.js";

export const View = () => html`
  <${PeopleView} title="Muted" back="/settings" path="/me/mutes" icon="volume-off" nobody="You have muted nobody"
    hint="Muted people stay followed; their posts and stories stay out of your way." action=${undoButton("Unmute", (user) => setMuted(user, false))} />`;
