// A button that takes somebody off a list.
import { html } from "../../vendor/preact.js";
import { sayWhy } from "../notices.js";
import { Button } from "./small.js";

/** @param {string} label @param {(user: User) => Promise<any>} act */
export const undoButton = (label, act) => (/** @type {User} */ user, /** @type {List} */ list) => {
  const undo = () =>
    act(user).then(() => {
      list.items.value = list.items.value.filter((one) => one.user_id !== user.user_id);
    }, sayWhy);
  return html`<${Button} onClick=${undo}>${label}<//>`;
};
