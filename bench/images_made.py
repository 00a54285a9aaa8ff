"""Makes the bench's photographs in other formats and sizes, once, in the temporary folder:
`python -m bench.images_made PHOTOS`.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

FOLDER = Path(tempfile.gettempdir()) / "fanlight-bench-photos"
FAST_HEIC = {"quality": 50, "enc_params": {"preset": "ultrafast"}, "tile_size": 512}
SIZES = {
    "48mp.jpg": ((8000, 6000), "JPEG", {"quality": 88}),
    "12mp-grid.heic": ((4000, 3000), "HEIF", FAST_HEIC),
    "48mp-grid.heic": ((8000, 6000), "HEIF", FAST_HEIC),
    "6mp.png": ((2832, 2124), "PNG", {}),  # 20 MiB are the limit
    "12mp.webp": ((4000, 3000), "WEBP", {"quality": 85}),
    "24mp.webp": ((5664, 4248), "WEBP", {"quality": 85}),
    "12mp.avif": ((4000, 3000), "AVIF", {"quality": 75, "speed": 8}),
}


def make(photos: Path) -> None:
    """Each is the mosaic of these photographs, at its size."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    FOLDER.mkdir(exist_ok=True)
    mosaic = _loader(photos / "12mp-mosaic.jpg")
    for name, (size, kind, options) in SIZES.items():
        if not (FOLDER / name).exists():
            _save(mosaic().resize(size), FOLDER / name, kind, options)


def _loader(path: Path) -> Callable[[], Image.Image]:
    def load() -> Image.Image:
        with Image.open(path) as photo:
            return photo.convert("RGB")

    return load


def _save(image: Image.Image, path: Path, kind: str, options: dict[str, Any]) -> None:
    unfinished = path.with_suffix(".part")
    image.save(unfinished, kind, **options)
    unfinished.rename(path)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
