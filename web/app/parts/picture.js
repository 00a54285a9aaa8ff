// A picture in its box: its colour, then its blurhash, then itself. One whose address has expired
// is asked for once more.
import { decodeBlurHash } from "../../vendor/blurhash.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "../../vendor/preact.js";
import { focusOf } from "../pure/focus.js";
import { Button } from "./small.js";

const BLUR = 32;
const SIZES = ["small", "medium", "full"];

/** @param {any} props media, alt, sizes, eager, and renew: a promise of the media with fresh addresses */
export function Picture({ media, alt, sizes, eager, renew }) {
  const [phase, setPhase] = useState("waiting");
  const [round, setRound] = useState(0);
  const tried = useRef(false);
  const image = useRef(/** @type {HTMLImageElement | null} */ (null));
  useLayoutEffect(() => {
    if (image.current?.complete && image.current.naturalWidth) setPhase("cached");
  }, []);
  const failed = async () => {
    if (tried.current || !renew) return setPhase("failed");
    tried.current = true;
    await renew().catch(() => setPhase("failed"));
    setRound((before) => before + 1); // loads again even where the address is the same
  };
  const again = () => {
    tried.current = false;
    setPhase("waiting");
    failed();
  };
  if (phase === "failed") {
    return html`<div class="picture-failed"><p>This picture did not load.</p><${Button} onClick=${again}>Try again<//></div>`;
  }
  return html`
    ${media.blurhash && phase === "waiting" && html`<${Blur} hash=${media.blurhash} />`}
    <img key=${round} ref=${image} class=${phase} src=${media.url} srcset=${srcset(media)} sizes=${sizes} alt=${alt} style=${focusOf(media)}
      decoding="async" loading=${eager ? "eager" : "lazy"} fetchpriority=${eager ? "high" : "auto"}
      onLoad=${() => setPhase((now) => (now === "cached" ? now : "shown"))} onError=${failed} draggable=${false} />`;
}

/** @param {Media} media */
export function srcset(media) {
  const made = SIZES.map((size) => media.renditions?.[size]).filter(Boolean);
  return made.length ? made.map(({ url, width }) => `${url} ${width}w`).join(", ") : undefined;
}

/** @param {{hash: string}} props */
export function Blur({ hash }) {
  const ref = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  useEffect(() => {
    const pixels = new ImageData(BLUR, BLUR);
    pixels.data.set(decodeBlurHash(hash, BLUR, BLUR));
    ref.current?.getContext("2d")?.putImageData(pixels, 0, 0);
  }, [hash]);
  return html`<canvas ref=${ref} class="blur" width=${BLUR} height=${BLUR} aria-hidden="true"></canvas>`;
}
