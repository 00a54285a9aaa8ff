// The sharp contestants of the image bench: node images_sharp.cjs cascade|each FILE RUNS
// Prints the same line of JSON as images_contestants.py.
const { readFileSync } = require("node:fs");
const sharp = require("sharp");

sharp.cache(false); // the same file again and again must be work each time
const SIDES = { full: 1080, medium: 640, small: 320 };
const WEBP = { quality: 80, effort: 4 };
const inside = (side) => ({ width: side, height: side, fit: "inside", withoutEnlargement: true });
const SQUARE = { width: 150, height: 150, fit: "cover" };

async function cascade(data) {
  const pixels = (image) => image.raw().toBuffer({ resolveWithObject: true });
  const from = ({ data, info }) => sharp(data, { raw: info });
  const full = await pixels(sharp(data).rotate().resize(inside(SIDES.full)).toColourspace("srgb"));
  const medium = await pixels(from(full).resize(inside(SIDES.medium)));
  const [a, b, c, d] = await Promise.all([
    from(full).webp(WEBP).toBuffer(),
    from(medium).webp(WEBP).toBuffer(),
    from(medium).resize(inside(SIDES.small)).webp(WEBP).toBuffer(),
    from(medium).resize(SQUARE).webp(WEBP).toBuffer(),
  ]);
  return { full: a, medium: b, small: c, thumbnail: d };
}

async function each(data) {
  const made = {};
  for (const [name, side] of Object.entries(SIDES)) {
    made[name] = await sharp(data).rotate().resize(inside(side)).webp(WEBP).toBuffer();
  }
  made.thumbnail = await sharp(data).rotate().resize(SQUARE).webp(WEBP).toBuffer();
  return made;
}

(async () => {
  const [, , name, path, runs] = process.argv;
  const contestant = { cascade, each }[name];
  const data = readFileSync(path);
  const made = await contestant(data);
  const cpu_ms = [];
  for (let run = 0; run < Number(runs); run++) {
    const start = process.cpuUsage();
    await contestant(data);
    const { user, system } = process.cpuUsage(start);
    cpu_ms.push((user + system) / 1000);
  }
  const bytes = Object.fromEntries(Object.entries(made).map(([key, file]) => [key, file.length]));
  console.log(JSON.stringify({ cpu_ms, peak_mb: process.resourceUsage().maxRSS / 1024, bytes }));
})();
