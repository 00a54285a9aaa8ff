"""HEIC without a second copy of its pixels: libheif's own are read in bands.

Pillow keeps four bytes a pixel beside libheif's three; for a phone's 48 MP that would be 190 MB.
Imported only when such a file is met.
"""

from io import BytesIO

import pillow_heif
from PIL import Image

# What libheif holds at its peak, in bytes a pixel (measured): luma, chroma and the colours. More
# than 8 bits, as dedicated cameras write them, pass through a copy of 16.
_BYTES, _BYTES_ALPHA, _BYTES_DEEP = 4.9, 8.0, 15.5
_DEEP = 8

# The render function has one processor, and each thread more keeps 30 MB of its own.
pillow_heif.options.DECODE_THREADS = 1


class HeifPicture:
    """The primary image; what is called on it is called as on a Pillow image."""

    format = "HEIF"

    def __init__(self, file: BytesIO) -> None:
        self._file = pillow_heif.open_heif(file, convert_hdr_to_8bit=True)
        pillow_heif.set_orientation(self._file.info)  # libheif turns the pixels itself
        self.info = self._file.info
        self.mode = str(self._file.mode)

    @property
    def bytes_a_pixel(self) -> float:
        """What decoding will take."""
        if self.info.get("bit_depth", _DEEP) > _DEEP:
            return _BYTES_DEEP
        return _BYTES_ALPHA if "A" in self.mode else _BYTES

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, as seen; decoding may correct what the header claims."""
        width, height = self._file.size
        return int(width), int(height)

    def load(self) -> None:
        """Decodes."""
        self._file.data  # noqa: B018 - reading it decodes

    def getexif(self) -> Image.Exif:
        """As Pillow's."""
        exif = Image.Exif()
        exif.load(self.info.get("exif") or b"")
        return exif

    def crop(self, box: tuple[int, int, int, int]) -> Image.Image:
        """A copy of full rows; `box` is left, top, right, bottom and spans the width."""
        _, top, width, bottom = box
        stride = self._file.stride
        rows = memoryview(self._file.data)[top * stride : bottom * stride]
        return Image.frombytes(self.mode, (width, bottom - top), rows, "raw", self.mode, stride)
