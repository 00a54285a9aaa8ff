// A dialog: modal, closed by Esc, a click beside it or its button; the focus goes back by itself.
import { html, useLayoutEffect, useRef } from "../../vendor/preact.js";
import { IconButton } from "./small.js";

/** @param {any} props */
export function Dialog({ title, onClose, children, kind, locked }) {
  const ref = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useLayoutEffect(() => {
    const dialog = /** @type {HTMLDialogElement} */ (ref.current);
    dialog.showModal();
    return () => dialog.close();
  }, []);
  const cancel = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!locked) onClose();
  };
  const beside = (/** @type {MouseEvent} */ event) => event.target === ref.current && !locked && onClose();
  return html`
    <dialog ref=${ref} class="dialog ${kind ?? ""}" aria-label=${title} onCancel=${cancel} onClick=${beside}>
      <div class="dialog-inside">
        <header>
          <h2>${title}</h2>
          ${!locked && html`<${IconButton} icon="x" label="Close" onClick=${onClose} />`}
        </header>
        ${children}
      </div>
    </dialog>`;
}
