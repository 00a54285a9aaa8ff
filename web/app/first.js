// Runs before everything else, so it is no module: modules wait. A chosen theme never flashes, and
// somebody who comes home again does not wait for one module of the feed to name the next.
(() => {
  const FEED = [
    "../vendor/blurhash.js",
    "developing.js",
    "parts/album.js",
    "parts/composer.js",
    "parts/developing-card.js",
    "parts/endless.js",
    "parts/picture.js",
    "parts/post-card.js",
    "parts/text.js",
    "parts/tray.js",
    "pure/backoff.js",
    "pure/focus.js",
    "pure/text-parts.js",
    "title.js",
    "views/home.js",
  ];
  try {
    const chosen = localStorage.getItem("fanlight.theme");
    if (chosen) document.documentElement.dataset.theme = chosen;
    const isIn = sessionStorage.getItem("fanlight.refresh") ?? localStorage.getItem("fanlight.refresh");
    if (location.pathname !== "/" || !isIn) return;
  } catch {
    return; // Storage is forbidden: the system's theme holds.
  }
  const here = /** @type {HTMLScriptElement} */ (document.currentScript).src;
  for (const name of FEED) document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href: new URL(name, here).href }));
})();
