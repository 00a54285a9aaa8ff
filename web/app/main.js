// Starts the page.
import { html, render } from "../vendor/preact.js";
import { loadConfig } from "./config.js";
import { Shell } from "./parts/shell.js";
import { startRouter } from "./router.js";
import { start } from "./session.js";

await loadConfig();
startRouter();
start();
render(html`<${Shell} />`, /** @type {HTMLElement} */ (document.getElementById("page")));
