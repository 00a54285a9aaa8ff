// Shows a picture under a filter before it is sent anywhere.
import { apply, unpacked } from "./pure/looks.js";

/** @type {Promise<Map<string, import("./pure/looks.js").Look>> | null} */
let loading = null;

/** All looks by name. Loaded once, when the first preview is wanted. */
export function looks() {
  loading ??= load().catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load() {
  const answer = await fetch(new URL("../looks.bin", import.meta.url));
  if (!answer.ok || !answer.body) throw new Error(`The looks cannot be loaded: ${answer.status}`);
  const inflated = answer.body.pipeThrough(new DecompressionStream("deflate"));
  return unpacked(new Uint8Array(await new Response(inflated).arrayBuffer()));
}

/**
 * Draw a picture into a canvas, at most so wide, under a look.
 * @param {HTMLCanvasElement} canvas @param {string} url @param {string | null} name @param {number} width
 */
export async function drawUnder(canvas, url, name, width) {
  const image = new Image();
  image.src = url;
  await image.decode();
  const scale = Math.min(1, width / image.naturalWidth);
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const look = name ? (await looks()).get(name) : undefined;
  if (!look) return;
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  apply(pixels.data, canvas.width, look);
  context.putImageData(pixels, 0, 0);
}
