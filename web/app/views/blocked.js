// Whom one has blocked.
import { html } from "../../vendor/preact.js";
import { setBlocked } from "../following.js";
import { PeopleView } from "../parts/people-view.js";
import { undoButton } from "../parts/undo-button.js";

export const View = () => html`
  <${PeopleView} title="Blocked" back="/settings" path="/me/blocks" icon="ban" nobody="You have blocked nobody"
    hint="Block somebody from the menu on their profile." action=${undoButton("Unblock", (user) => setBlocked(user, false))} />`;
