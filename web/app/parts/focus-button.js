// Opens the choice of a picture's focal point.
import { html } from "../../vendor/preact.js";
import { open } from "../opened.js";
import { Button } from "./small.js";

/** @param {{item: import("../uploads.js").Item, of?: string}} props */
export const FocusButton = ({ item, of = "" }) => html`
  <${Button} kind="focus-open" aria-label="Focal point${of}" onClick=${() => open({ from: () => import("./focus-dialog.js"), part: "FocusDialog", id: item.key })}>Focal point<//>`;
