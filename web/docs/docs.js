// The reference of the API: Swagger UI on the API's own description, with the session of the page.
import { credentials } from "../app/api.js";
import { config, loadConfig } from "../app/config.js";
import { me, start } from "../app/session.js";

const SCHEME = "idToken";

const dark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;
/** Take the theme that was chosen on the page, or else the system's. */
const paint = () => root.classList.toggle("dark-mode", (root.dataset.theme ?? (dark.matches && "dark")) === "dark");
dark.addEventListener("change", paint);
paint();

const browser = /** @type {any} */ (globalThis);
// Swagger UI makes markup from strings, which it has cleaned with DOMPurify. No policy for scripts.
browser.trustedTypes?.createPolicy("default", { createHTML: (/** @type {string} */ cleaned) => cleaned });

await loadConfig();
await start(); // first: another tab has little time to answer, and Swagger UI is busy for long
const ui = browser.SwaggerUIBundle({
  url: `${config.api}/openapi.json`,
  dom_id: "#reference",
  deepLinking: true,
  validatorUrl: null,
  onComplete: authorize,
});

/** Fill Authorize with the token of who is logged in on the page, in this tab or in another. */
async function authorize() {
  const token = await credentials.token();
  if (!token || !me.value) return;
  ui.preauthorizeApiKey(SCHEME, token);
  const session = document.getElementById("session");
  if (session) session.textContent = `Requests are sent as ${me.value.username}.`;
}
