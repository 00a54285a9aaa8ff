"""GIF: the first frame, on a white canvas."""

from io import BytesIO

from PIL import Image
from PIL.GifImagePlugin import GifImageFile

from functions.media.colour import WHITE, resizable
from functions.media.planes import Planar
from functions.media.resizing import Region, Size
from functions.media.shrinking import workable
from functions.media.stills import Still


class Gif(Still):
    """A GIF. The part of the canvas that its first frame leaves free is white, as browsers show it
    on a page; Pillow would use the first colour of the palette.
    """

    def __init__(self, file: BytesIO) -> None:
        picture = GifImageFile(file)
        super().__init__(picture)
        self._frame: Region = picture.tile[0].extents or (0, 0, *picture.size)

    def workable(self, needed: Size) -> Image.Image | Planar:
        whole = (0, 0, *self.size)
        return workable(
            self.file if self._frame == whole else _Laid(self.file, self._frame), needed
        )


class _Laid:
    """A frame on white, composed when it is read."""

    def __init__(self, picture: Image.Image, frame: Region) -> None:
        self._picture = picture
        self._frame = frame
        self.size = picture.size

    def crop(self, box: Region) -> Image.Image:
        left, top, right, bottom = box
        part = Image.new("RGB", (right - left, bottom - top), WHITE)
        inner = (
            max(left, self._frame[0]),
            max(top, self._frame[1]),
            min(right, self._frame[2]),
            min(bottom, self._frame[3]),
        )
        if inner[0] < inner[2] and inner[1] < inner[3]:
            seen = resizable(self._picture.crop(inner))
            place = (inner[0] - left, inner[1] - top)
            part.paste(seen, place, seen if seen.mode == "RGBA" else None)
        return part
