// Where the API is, and whether this is a demo: /config.json, written by whoever serves the page.

/** @type {{api: string, media: string, demo_login: Login | null}} */
export const config = { api: "", media: "", demo_login: null };

/** Read the configuration. Without one the API is where the page is, and there is no demo. */
export async function loadConfig() {
  try {
    const answer = await fetch("/config.json", { headers: { Accept: "application/json" } });
    if (answer.ok) Object.assign(config, await answer.json());
  } catch {
    // Offline, or a server without configuration: the defaults hold.
  }
}
