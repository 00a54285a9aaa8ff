// What waits for an answer: requests to follow.
import { html } from "../../vendor/preact.js";
import { answerRequest } from "../following.js";
import { sayWhy } from "../notices.js";
import { PeopleList } from "../parts/people.js";
import { Button } from "../parts/small.js";
import { me } from "../session.js";
import { useTitle } from "../title.js";

export function View() {
  useTitle("Activity");
  const hint = me.value?.is_private
    ? "When somebody asks to follow you, you decide here."
    : "Your account is open, so nobody has to ask. Make it private in the settings to decide yourself.";
  return html`
    <div class="column">
      <header class="view-head"><h1>Activity</h1></header>
      <${PeopleList} path="/me/follow-requests" heading="They ask to follow you" title="Nobody is waiting" icon="bell" empty=${hint} action=${answers} />
    </div>`;
}

/** @param {User} user @param {List} list */
function answers(user, list) {
  const answer = (/** @type {boolean} */ approves) => () =>
    answerRequest(user, approves).then(() => {
      list.items.value = list.items.value.filter((one) => one.user_id !== user.user_id);
    }, sayWhy);
  return html`<div class="row">
    <${Button} kind="primary" onClick=${answer(true)}>Approve<//><${Button} onClick=${answer(false)}>Refuse<//>
  </div>`;
}
