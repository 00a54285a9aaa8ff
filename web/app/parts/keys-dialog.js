// The list of the shortcuts.
import { html } from "../../vendor/preact.js";
import { Dialog } from "./dialog.js";

const KEYS = [
  ["j  k", "The post below, the post above"],
  ["l", "Like or unlike"],
  ["c", "Comment"],
  ["o  Enter", "Open the post"],
  ["/", "Search"],
  ["g h  g p  g a", "Go home, to your profile, to your activity"],
  ["n", "New post"],
  ["?", "These keys"],
  ["Esc", "Close"],
];

/** @param {{onClose: () => void}} props */
export const KeysDialog = ({ onClose }) => html`
  <${Dialog} title="Keyboard shortcuts" onClose=${onClose}>
    <dl class="keys">${KEYS.map(([keys, meaning]) => html`
      <div><dt>${keys.split("  ").map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${meaning}</dd></div>`)}</dl>
  <//>`;
