// A photograph's facts on one line: camera · lens · 35 mm · f/2 · 1/250 s · ISO 200.

/** @param {Record<string, string | number>} exif */
export function exifLine(exif) {
  const { camera, lens, focal_length_mm, aperture, exposure_s, iso } = exif;
  return [
    camera,
    lens,
    focal_length_mm && `${Number(focal_length_mm)} mm`,
    aperture && `f/${aperture}`,
    exposure_s && `${exposure(Number(exposure_s))} s`,
    iso && `ISO ${iso}`,
  ].filter(Boolean).join(" · ");
}

/** @param {number} seconds */
const exposure = (seconds) => (seconds >= 0.3 ? String(seconds) : `1/${Math.round(1 / seconds)}`);
