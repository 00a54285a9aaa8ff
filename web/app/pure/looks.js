// The filters' colour tables, as the server applies them: a deflated msgpack of tables by name.

const SIDE = 17; // steps of each channel in a table
const text = new TextDecoder();

/** @typedef {{table: Uint8Array, vignette: number}} Look */

/**
 * Read a msgpack map of names to [table, vignette]; no other types are in it.
 * @param {Uint8Array} packed @returns {Map<string, Look>}
 */
export function unpacked(packed) {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  let at = 0;
  const taken = (/** @type {number} */ size) => packed.subarray(at, (at += size));
  const read = /** @returns {any} */ () => {
    const type = view.getUint8(at++);
    if (type < 0x80) return type;
    if (type >> 4 === 0x9) return Array.from({ length: type & 0xf }, read);
    if (type >> 5 === 0x5) return text.decode(taken(type & 0x1f));
    if (type === 0xc5) return taken(view.getUint16((at += 2) - 2));
    if (type === 0xcb) return view.getFloat64((at += 8) - 8);
    throw new RangeError(`An unknown type in the looks: ${type}`);
  };
  const type = view.getUint8(at++);
  const count = type === 0xde ? view.getUint16((at += 2) - 2) : type & 0xf;
  /** @type {Map<string, Look>} */
  const looks = new Map();
  for (let left = count; left > 0; left--) {
    const name = read();
    const [table, vignette] = read();
    looks.set(name, { table, vignette });
  }
  return looks;
}

/**
 * Put pixels under a look, in place: between the steps of the table colours are mixed, and the
 * corners darken as the server darkens them.
 * @param {Uint8ClampedArray} pixels RGBA @param {number} width @param {Look} look
 */
export function apply(pixels, width, { table, vignette }) {
  const height = pixels.length / 4 / width;
  for (let at = 0, place = 0; at < pixels.length; at += 4, place++) {
    const shade = vignette ? shaded(place % width, Math.floor(place / width), width, height, vignette) : 1;
    mix(table, pixels, at, shade);
  }
}

/** How bright a place stays: 1 in the middle, less towards the corners. @param {number} x @param {number} y @param {number} width @param {number} height @param {number} strength */
function shaded(x, y, width, height, strength) {
  // Pillow's radial gradient: the distance from the middle of a 256-pixel square, doubled.
  const ring = Math.min(255, 2 * Math.hypot((x / width - 0.5) * 256, (y / height - 0.5) * 256));
  return 1 - (strength * Math.max(0, ring - 110)) / 145;
}

/** Trilinear: eight neighbours in the table, by how near they are. @param {Uint8Array} table @param {Uint8ClampedArray} pixels @param {number} at @param {number} shade */
function mix(table, pixels, at, shade) {
  const scale = (SIDE - 1) / 255;
  const r = pixels[at] * scale, g = pixels[at + 1] * scale, b = pixels[at + 2] * scale;
  const r0 = Math.min(SIDE - 2, r | 0), g0 = Math.min(SIDE - 2, g | 0), b0 = Math.min(SIDE - 2, b | 0);
  const fr = r - r0, fg = g - g0, fb = b - b0;
  const corner = ((b0 * SIDE + g0) * SIDE + r0) * 3;
  for (let channel = 0; channel < 3; channel++) {
    const o = corner + channel, up = SIDE * 3, deep = SIDE * SIDE * 3;
    const near = line(table, o, fr) * (1 - fg) + line(table, o + up, fr) * fg;
    const far = line(table, o + deep, fr) * (1 - fg) + line(table, o + deep + up, fr) * fg;
    pixels[at + channel] = (near * (1 - fb) + far * fb) * shade;
  }
}

/** @param {Uint8Array} table @param {number} at @param {number} share */
const line = (table, at, share) => table[at] * (1 - share) + table[at + 3] * share;
