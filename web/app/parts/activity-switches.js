// The kinds of activity that somebody hears of.
import { html } from "../../vendor/preact.js";
import { call } from "../api.js";
import { sayWhy } from "../notices.js";
import { me } from "../session.js";
import { countUnread } from "../unread.js";
import { Switch } from "./form.js";

const KINDS = [
  ["follow", "New followers"],
  ["follow_request", "Requests to follow you"],
  ["request_accepted", "Requests of yours that were accepted"],
  ["like", "Likes"],
  ["comment", "Comments"],
  ["reply", "Replies to your comments"],
];

export function ActivitySwitches() {
  const on = me.value?.settings.activity;
  return KINDS.map(([kind, label]) => html`
    <${Switch} key=${kind} label=${label} checked=${on?.[kind]} onChange=${(/** @type {boolean} */ is) => change(kind, is)} />`);
}

/** @param {string} kind @param {boolean} is */
async function change(kind, is) {
  const before = me.value;
  const settings = { activity: { ...before?.settings.activity, [kind]: is } };
  me.value = /** @type {any} */ ({ ...before, settings });
  try {
    me.value = await call("PATCH", "/me", { body: { settings: { activity: { [kind]: is } } } });
    countUnread();
  } catch (error) {
    me.value = before;
    sayWhy(error, () => change(kind, is));
  }
}
