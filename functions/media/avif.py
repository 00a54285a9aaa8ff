"""AVIF: Pillow decodes the pixels, and the container describes them."""

from io import BytesIO

from PIL import Image
from PIL.AvifImagePlugin import AvifImageFile

from functions.media.apertures import shown
from functions.media.boxes import DamagedError, Items
from functions.media.marks import described, exif_of
from functions.media.planes import Planar
from functions.media.resizing import Region, Size
from functions.media.shrinking import workable
from functions.media.stills import Still

_COSTS = (9, 13)  # libavif keeps luma and chroma besides the colours
# Coded data look like noise: no encoder writes a run of equal bytes into them.
_BLANKS = (bytes(64), b"\xff" * 64)


class Avif(Still):
    """An AVIF, or the first frame of a sequence without a still picture."""

    def __init__(self, file: BytesIO) -> None:
        data = file.getvalue()
        super().__init__(AvifImageFile(file), _COSTS)
        self._region: Region = (0, 0, *self.file.size)
        self._turn, self._exif = 1, Image.Exif()
        self._read(Items(data))

    def _read(self, items: Items) -> None:
        item = items.primary
        if item is None:
            return
        tiles = items.targets(b"dimg", item)
        _check_data(items, tiles or [item])
        self._region, self._turn = shown(self.file.size, items.properties(item))
        self._exif = exif_of(items, item)
        self.info = described(items, item, *tiles[:1]).info

    @property
    def size(self) -> Size:
        left, top, right, bottom = self._region
        return right - left, bottom - top

    def exif(self) -> Image.Exif:
        return self._exif

    def turn(self) -> int:
        """Return the container's turn. The orientation in EXIF does not count here."""
        return self._turn

    def workable(self, needed: Size) -> Image.Image | Planar:
        whole = (0, 0, *self.file.size)
        return workable(
            self.file if self._region == whole else _Cut(self.file, self._region), needed
        )


class _Cut:
    """A part of a picture, cut when it is read."""

    def __init__(self, picture: Image.Image, region: Region) -> None:
        self._picture = picture
        self._left, self._top = region[:2]
        self.size = region[2] - region[0], region[3] - region[1]

    def crop(self, box: Region) -> Image.Image:
        left, top, right, bottom = box
        return self._picture.crop(
            (left + self._left, top + self._top, right + self._left, bottom + self._top)
        )


def _check_data(items: Items, coded: list[int]) -> None:
    for item in coded:
        data = items.data(item).rstrip(b"\0")
        if any(blank in data for blank in _BLANKS):
            raise DamagedError("a part of the picture is blank")
