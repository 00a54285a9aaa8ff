"""Measures how often the thumbnail shows the subject, beside a centred square.

    python -m bench.images_crop

For each demo photograph with one subject, its left and right edges were noted by eye, as fractions
of the width. Each photograph is tried whole, with a part of one side cut off, and mirrored, at its
own aspect and as a 2.2:1 panorama.
"""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from functions.media.interest import best_square
from functions.media.resizing import cropped

PHOTOS = Path(__file__).parents[1] / "infra" / "local" / "demo" / "photos"
SUBJECTS = {
    "chelsea": (0.20, 0.80),
    "coffee": (0.29, 0.70),
    "fallenleaf": (0.52, 0.90),
    "kite": (0.64, 0.72),
    "ladybird": (0.65, 0.75),
    "onestandsout": (0.61, 0.70),
    "path": (0.19, 0.32),
    "rocket": (0.46, 0.54),
    "summer_1am": (0.54, 1.00),
    "twowings": (0.35, 0.94),
    "yellowflower": (0.70, 1.00),
}
CUTS = ((0.0, 1.0), (0.0, 0.85), (0.15, 1.0), (0.0, 0.95), (0.05, 1.0))
PANORAMA = (22, 10)
WHOLE = 0.98  # the fraction of the subject that counts as all of it

Span = tuple[float, float]


def cases() -> Iterator[tuple[Image.Image, Span]]:
    """Yield the pictures and the subject's place in each."""
    for name, subject in SUBJECTS.items():
        with Image.open(next(PHOTOS.glob(f"{name}.*"))) as photo:
            photo.thumbnail((640, 640))
            image = photo.convert("RGB")
        for low, high in CUTS:
            if low <= subject[0] and subject[1] <= high:
                width = high - low
                span = ((subject[0] - low) / width, (subject[1] - low) / width)
                part = image.crop(
                    (int(low * image.width), 0, int(high * image.width), image.height)
                )
                yield from _mirrored(part, span)
                yield from _mirrored(_low(part), span)


def _mirrored(image: Image.Image, span: Span) -> Iterator[tuple[Image.Image, Span]]:
    yield image, span
    yield image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (1 - span[1], 1 - span[0])


def _low(image: Image.Image) -> Image.Image:
    height = cropped(image.size, PANORAMA)[1]
    top = (image.height - height) // 2
    return image.crop((0, top, image.width, top + height))


def seen(image: Image.Image, span: Span, left: float) -> float:
    """Return the share of the visible subject that a square starting at `left` shows."""
    edge = image.height / image.width
    inside = min(span[1], left + edge) - max(span[0], left)
    return max(0.0, inside) / min(span[1] - span[0], edge)


def main() -> None:
    ours, centres = [], []
    for image, span in cases():
        ours.append(seen(image, span, best_square(image)[0] / image.width))
        centres.append(seen(image, span, (1 - image.height / image.width) / 2))
    print(f"{len(ours)} cuttings of {len(SUBJECTS)} photographs: how much of the subject is shown")
    for name, shares in (("ours", ours), ("centre", centres)):
        whole = sum(share >= WHOLE for share in shares) / len(shares)
        print(f"{name:8} {sum(shares) / len(shares):6.1%} of it, all of it in {whole:4.0%}")


if __name__ == "__main__":
    main()
