// A part whose module is loaded when it is first shown. One that cannot be loaded is closed again.
import { html, useEffect, useState } from "../../vendor/preact.js";
import { say } from "../notices.js";

/** @param {{from: () => Promise<any>, part: string} & Record<string, any>} props */
export function Lazy({ from, part, ...rest }) {
  const [found, setFound] = useState(/** @type {any} */ (null));
  useEffect(() => {
    from().then((module) => setFound(() => module[part]), () => {
      say("This part of the page could not be loaded.");
      rest.onClose?.();
    });
  }, []);
  return found && html`<${found} ...${rest} />`;
}
