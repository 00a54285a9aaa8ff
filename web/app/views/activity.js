// What happened: requests to follow, which wait for an answer, then everything else by day.
import { html, useEffect } from "../../vendor/preact.js";
import { call } from "../api.js";
import { answerRequest } from "../following.js";
import { sayWhy } from "../notices.js";
import { aboutNow } from "../now.js";
import { ActivityEntry } from "../parts/activity-entry.js";
import { Endless, useList } from "../parts/endless.js";
import { PeopleList } from "../parts/people.js";
import { Button } from "../parts/small.js";
import { Later, PeopleSkeleton, Quiet } from "../parts/states.js";
import { dayOf } from "../pure/activity-words.js";
import { me } from "../session.js";
import { useTitle } from "../title.js";
import { countUnread } from "../unread.js";

const PART = 20;

export function View() {
  useTitle("Activity");
  return html`
    <div class="column">
      <header class="view-head"><h1>Activity</h1></header>
      ${me.value?.is_private && html`<${PeopleList} path="/me/follow-requests" heading="They ask to follow you" quiet action=${answers} />`}
      <${Entries} />
    </div>`;
}

function Entries() {
  const list = useList("/me/activity");
  useSeen(list);
  const draw = (/** @type {any} */ entry, /** @type {number} */ at) => {
    const day = dayOf(entry.created_at, aboutNow.value);
    const before = list.items.value[at - 1];
    const isFirst = !before || dayOf(before.created_at, aboutNow.value) !== day;
    return html`
      ${isFirst && html`<h2 class="list-title" key=${day}>${day}</h2>`}
      <${ActivityEntry} key=${entry.activity_id} entry=${entry} />`;
  };
  return html`
    <${Endless} list=${list} draw=${draw} part=${PART} kind="people" skeleton=${html`<${Later}><${PeopleSkeleton} /><//>`}
      empty=${html`<${Quiet} icon="bell" title="Nothing has happened yet"><p>When somebody follows you, or likes your pictures, you read it here.</p><//>`} />`;
}

/** The newest entry was seen, and so were all below it, once the page is looked at. @param {List} list */
function useSeen(list) {
  const newest = list.items.value[0];
  useEffect(() => {
    if (!newest || newest.read) return undefined;
    const seen = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", seen);
      call("POST", "/me/activity/read", { body: { up_to: newest.created_at } }).then(countUnread, () => {}); // it stays unread
    };
    document.addEventListener("visibilitychange", seen);
    seen();
    return () => document.removeEventListener("visibilitychange", seen);
  }, [newest?.activity_id, newest?.created_at]);
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
