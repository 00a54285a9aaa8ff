// Builds web/vendor/ and web/icons.svg from the pinned packages. `make vendor` runs it.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const web = (path) => here(`../../../web/${path}`);
const installed = (path) => here(`node_modules/${path}`);

const ICONS = [
  "arrow-left", "arrow-up", "ban", "bell", "bookmark", "camera", "check", "chevron-left",
  "chevron-right", "circle-alert", "download", "ellipsis", "eye", "heart", "house", "image",
  "images", "info", "keyboard", "lock", "log-out", "map-pin", "message-circle", "pause", "pencil",
  "play", "plus", "rotate-ccw", "search", "settings", "share", "square-plus", "trash-2", "upload",
  "user", "user-plus", "volume-off", "wifi-off", "x",
];
const MODULES = [
  { entry: here("vendored.js"), name: "preact.js", parts: ["preact", "htm", "@preact/signals"] },
  { entry: "fast-blurhash", name: "blurhash.js", parts: ["fast-blurhash"] },
];

const about = (name) => JSON.parse(readFileSync(installed(`${name}/package.json`), "utf8"));
const licence = (name) => readFileSync(installed(`${name}/LICENSE`), "utf8").trim();

async function bundle({ entry, name, parts }) {
  const banner = parts.map((part) => `${part} ${about(part).version} ${about(part).license}`);
  await build({
    entryPoints: [entry],
    outfile: web(`vendor/${name}`),
    absWorkingDir: here("."),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    banner: { js: `/*! ${banner.join(" | ")} | LICENSES.txt */` },
  });
}

function symbol(name) {
  const svg = readFileSync(installed(`lucide-static/icons/${name}.svg`), "utf8");
  const inside = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.indexOf("</svg>"));
  const shapes = inside.replace(/\s+/g, " ").replace(/ \/>/g, "/>").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
}

await Promise.all(MODULES.map(bundle));
writeFileSync(
  web("icons.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg">\n${ICONS.map(symbol).join("\n")}\n</svg>\n`,
);
const parts = ["preact", "htm", "@preact/signals", "@preact/signals-core", "fast-blurhash", "lucide-static"];
const licences = parts.map((part) => `${part} ${about(part).version}\n\n${licence(part)}\n`);
writeFileSync(web("vendor/LICENSES.txt"), licences.join(`\n${"-".repeat(78)}\n\n`));

const built = [...MODULES.map(({ name }) => `vendor/${name}`), "icons.svg"];
const hash = (path) => createHash("sha256").update(readFileSync(web(path))).digest("hex");
writeFileSync(
  web("vendor/hashes.json"),
  `${JSON.stringify(Object.fromEntries(built.map((path) => [path, hash(path)])), null, 2)}\n`,
);
