"""Runs one contestant of the image bench in its own process.

`python -m bench.images_contestants` prints one line of JSON: the CPU milliseconds of each run, the
peak of resident memory, and the bytes of each rendition.
"""

import io
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

Renditions = dict[str, bytes]
SIDES = {"full": 1080, "medium": 640, "small": 320}
THUMBNAIL = 150
QUALITY, EFFORT = 80, 4  # WebP's quality in every contestant


def fanlight() -> Callable[[bytes], Renditions]:
    """Run the render pipeline as it is deployed on x86_64."""
    from functions.media.imaging import render

    return lambda data: {one.name: one.data for one in render(data).renditions}


def fanlight_without_rust() -> Callable[[bytes], Renditions]:
    """Run the render pipeline as on a machine without a wheel of cykooz_resizer."""
    from functions.media import resizing

    resizing._RUST = None  # noqa: SLF001 - what an import error would do
    return fanlight()


def codecs() -> Callable[[bytes], Renditions]:
    """What the codecs alone take: the same decoding to the same size, and the same encoding of
    pixels that were made before. Nothing lies between."""
    from functions.media import imaging
    from functions.media.source import read

    prepared: dict[bytes, dict[str, Image.Image]] = {}

    def run(data: bytes) -> Renditions:
        if data not in prepared:
            prepared[data] = imaging.pictures(data, "post")[0]
        read(data, lambda seen: imaging._needed(seen, "post"))  # noqa: SLF001 - the renderer's own
        made = imaging._encoded_beside(prepared[data])  # noqa: SLF001
        return {one.name: one.data for one in made}

    return run


def naive() -> Callable[[bytes], Renditions]:
    """Render in the obvious way: open, turn, resize and save once per rendition."""
    from PIL import Image, ImageOps

    def one(data: bytes, name: str) -> bytes:
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
        if name == "thumbnail":
            image = ImageOps.fit(image, (THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
        else:
            image.thumbnail((SIDES[name],) * 2, Image.Resampling.LANCZOS, reducing_gap=None)
        file = io.BytesIO()
        image.save(file, "WEBP", quality=QUALITY, method=EFFORT)
        return file.getvalue()

    return lambda data: {name: one(data, name) for name in (*SIDES, "thumbnail")}


def vips_cascade() -> Callable[[bytes], Renditions]:
    """Render with libvips: shrink on load once, and make the small ones from the large one."""
    import pyvips

    def run(data: bytes) -> Renditions:
        image = pyvips.Image.thumbnail_buffer(
            data, SIDES["full"], height=SIDES["full"], size="down", output_profile="srgb"
        ).copy_memory()
        made = {}
        for name, side in SIDES.items():
            image = image.thumbnail_image(side, height=side, size="down").copy_memory()
            made[name] = _vips_webp(image)
            if name == "medium":
                square = image.thumbnail_image(THUMBNAIL, height=THUMBNAIL, crop="centre")
                made["thumbnail"] = _vips_webp(square)
        return made

    return run


def vips_each() -> Callable[[bytes], Renditions]:
    """Render with libvips as its manual shows: one `thumbnail` of the file per rendition."""
    import pyvips

    def run(data: bytes) -> Renditions:
        made = {
            name: _vips_webp(
                pyvips.Image.thumbnail_buffer(
                    data, side, height=side, size="down", output_profile="srgb"
                )
            )
            for name, side in SIDES.items()
        }
        square = pyvips.Image.thumbnail_buffer(
            data, THUMBNAIL, height=THUMBNAIL, crop="centre", output_profile="srgb"
        )
        return made | {"thumbnail": _vips_webp(square)}

    return run


def _vips_webp(image: object) -> bytes:
    encoded: bytes = image.webpsave_buffer(Q=QUALITY, effort=EFFORT, keep="none")  # type: ignore[attr-defined]
    return encoded


def _quality(path: Path) -> dict[str, float]:
    """Return the SSIM of our pixels before encoding, against a full decode and one Lanczos each."""
    import numpy
    from PIL import Image, ImageOps
    from skimage.metrics import structural_similarity

    from functions.media.imaging import pictures
    from functions.media.interest import best_square

    if path.suffix == ".heic":
        import pillow_heif

        pillow_heif.register_heif_opener()
    with Image.open(path) as photo:
        original = ImageOps.exif_transpose(photo).convert("RGB")
    images, _ = pictures(path.read_bytes(), "post")
    found = {}
    for name, image in images.items():
        box = None
        if name == "thumbnail":
            medium = images["medium"]
            across, down = original.width / medium.width, original.height / medium.height
            left, top, right, bottom = best_square(medium)
            box = (left * across, top * down, right * across, bottom * down)
        best = original.resize(image.size, Image.Resampling.LANCZOS, box)
        found[name] = float(
            structural_similarity(numpy.asarray(best), numpy.asarray(image), channel_axis=2)
        )
    return found


CONTESTANTS: dict[str, Callable[[], Callable[[bytes], Renditions]]] = {
    "fanlight": fanlight,
    "codec calls alone": codecs,
    "fanlight, Pillow's resize": fanlight_without_rust,
    "naive Pillow loop": naive,
    "pyvips cascade": vips_cascade,
    "pyvips per rendition": vips_each,
}


def measured(name: str, path: Path, runs: int) -> dict[str, object]:
    """Measure `runs` runs after a warm-up. The memory is the peak of all of them."""
    contestant, data = CONTESTANTS[name](), path.read_bytes()
    made = contestant(data)
    spent = []
    for _ in range(runs):
        start = time.process_time()
        contestant(data)
        spent.append((time.process_time() - start) * 1000)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu_ms": spent, "peak_mb": peak, "bytes": {k: len(v) for k, v in made.items()}}


if __name__ == "__main__":
    if sys.argv[1] == "quality":
        print(json.dumps(_quality(Path(sys.argv[2]))))
        sys.exit()
    print(json.dumps(measured(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
