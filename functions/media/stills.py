"""The base classes of opened uploads: the parts that all formats decoded by Pillow share."""

from typing import Any, Protocol

from PIL import Image
from PIL.ImageFile import ImageFile

from functions.media.exif import orientation
from functions.media.planes import Planar
from functions.media.resizing import Size
from functions.media.shrinking import workable

_GREY = frozenset({"1", "L", "LA", "I;16"})


class Picture(Protocol):
    """An upload whose header has been read. Once it is loaded, `info` has `icc_profile` (bytes) or
    `cicp` (the codes of primaries and transfer), if the file has either.
    """

    @property
    def info(self) -> dict[Any, Any]: ...

    @property
    def size(self) -> Size:
        """Return width and height in pixels as stored: cut, and not yet turned."""

    @property
    def bytes_a_pixel(self) -> float:
        """Return the memory per pixel that decoding needs at its peak."""

    @property
    def is_grey(self) -> bool:
        """Return whether the pixels are grey, with or without transparency."""

    def load(self) -> None:
        """Decode, unless the format decodes to a size later. Called before the metadata are
        read.
        """

    def exif(self) -> Image.Exif:
        """Return the EXIF. Raises any exception if it is broken."""

    def turn(self) -> int:
        """Return how to turn the stored picture to be seen, as an Exif orientation."""

    def workable(self, needed: Size) -> Image.Image | Planar:
        """Return the pixels in a mode that resamples well, no fewer than `needed`."""


class Still:
    """A picture that Pillow decodes whole. `costs` are the bytes per pixel that its decoder holds,
    without and with alpha (measured).
    """

    def __init__(self, file: ImageFile, costs: tuple[int, int] = (4, 4)) -> None:
        self.file = file
        self.info = file.info
        self._costs = costs

    @property
    def size(self) -> Size:
        return self.file.size

    @property
    def bytes_a_pixel(self) -> float:
        return self._costs["A" in self.file.mode]

    @property
    def is_grey(self) -> bool:
        return self.file.mode in _GREY

    def load(self) -> None:
        self.file.load()

    def exif(self) -> Image.Exif:
        """Read the EXIF block only. Pillow's own `getexif` also follows XMP, which browsers ignore
        when they turn a picture.
        """
        exif = Image.Exif()
        exif.load(self.info.get("exif") or b"")
        return exif

    def turn(self) -> int:
        return orientation(self.exif())

    def workable(self, needed: Size) -> Image.Image | Planar:
        return workable(self.file, needed)
