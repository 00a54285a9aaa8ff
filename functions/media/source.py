"""A decoded upload: as few pixels as its renditions need, and what its metadata says of them."""

from collections.abc import Callable

import msgspec
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from functions.media.colour import srgb
from functions.media.decoding import Picture, guarded, loaded, opened
from functions.media.exif import Facts, facts, orientation
from functions.media.formats import Refused
from functions.media.resizing import Size, centred, resized
from functions.media.shrinking import workable

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Source(msgspec.Struct, frozen=True):
    """The pixels as they are stored: not yet turned upright, not yet sRGB."""

    image: Image.Image
    stored: Size  # of the original; a JPEG's `image` may be a fraction of it
    orientation: int
    profile: bytes | None
    exif: Facts

    @property
    def size(self) -> Size:
        """The original's size as it is seen, upright."""
        return _turned(self.stored, self.orientation)

    def part(self, region: Size, size: Size) -> Image.Image:
        """The original's centred `region`, at `size` (both as seen): upright, opaque, sRGB.

        Turned and converted after the resampling, which leaves a tenth of the pixels to do.
        """
        across, down = _turned(region, self.orientation)
        width, height = self.image.size
        share = (across * width / self.stored[0], down * height / self.stored[1])
        box = centred(self.image.size, share)
        small = resized(self.image, _turned(size, self.orientation), box)
        upright = srgb(small, self.profile)
        turn = _TURNS.get(self.orientation)
        return upright if turn is None else upright.transpose(turn)


def read(data: bytes, needed: Callable[[Size], Size], *, position: bool = False) -> Source:
    """The upload, decoded to no fewer pixels than `needed` (a size from the original's, as seen).
    `position` keeps where it was taken among its facts.

    Raises Refused and nothing else, whatever the bytes are.
    """
    picture = opened(data)
    stored = picture.size
    if not isinstance(picture, JpegImageFile):
        loaded(picture)  # first: a PNG's metadata may follow its pixels
    turn, kept = _metadata(picture, position=position)
    least = _turned(needed(_turned(stored, turn)), turn)
    if isinstance(picture, JpegImageFile):
        # libjpeg makes a half, a quarter or an eighth by itself, if that is still large enough
        guarded(lambda: picture.draft(None, least))
        loaded(picture)
    image = guarded(lambda: workable(picture, least))
    return Source(image, stored, turn, picture.info.get("icc_profile"), kept)


def _turned(size: Size, turn: int) -> Size:
    """A stored size as seen, or the other way round: orientations 5 to 8 lie on their side."""
    return size[::-1] if turn >= 5 else size  # noqa: PLR2004 - an Exif value, as in the sentence


def _metadata(picture: Picture, *, position: bool) -> tuple[int, Facts]:
    """Orientation and facts; a picture with broken EXIF is shown as it lies, without facts."""
    try:
        exif = guarded(picture.getexif)
        return orientation(exif), guarded(lambda: facts(exif, position=position))
    except Refused:
        return 1, {}
