"""HEIC, decoded tile by tile and plane by plane.

A phone's picture is a grid of small pictures, a camera's is a single large one. Both become planes
of 8 bits. The camera's planes are averaged down while they are read, so that 50 megapixels of 10
bits fit into memory. Imported only when such a file arrives.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from io import BytesIO

import msgspec
from PIL import Image, ImageChops

from functions.media.apertures import shown
from functions.media.boxes import DamagedError, Items, Reader
from functions.media.formats import unsupported
from functions.media.hevc import Frame, Signal, Stream, decoded, stream
from functions.media.marks import described, exif_of
from functions.media.planes import Planar
from functions.media.resizing import Region, Size
from functions.media.shrinking import workable

_OTHER = "a HEIC file of an unusual kind"
_REDUCED = 0.3  # bytes per pixel of the averaged-down size of a large picture, with one band
_WIDE = 1  # the flag of a grid with 32-bit sizes
_ALPHA = (b"urn:mpeg:hevc:2015:auxid:1", b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha")


class Grid(msgspec.Struct, frozen=True):
    """Tiles of one size, row by row. Only `size` of them is shown. A plain picture is a single
    tile.
    """

    size: Size
    columns: int
    tiles: list[int]
    tile_size: Size

    def place(self, index: int) -> Size:
        """Return the position of a tile."""
        row, column = divmod(index, self.columns)
        return column * self.tile_size[0], row * self.tile_size[1]


class Heif:
    """The primary image of a HEIC file."""

    def __init__(self, file: BytesIO) -> None:
        self._items = Items(file.getvalue())
        item = self._items.primary
        if item is None:
            if self._items.has_movie:
                raise unsupported("a HEIC image sequence")
            raise DamagedError("the file has no picture")
        self._item = item
        self._grid = self._laid(item)
        self._stream = self._streamed(self._grid.tiles[0])
        self._region, self._turn = shown(self._grid.size, self._items.properties(item))
        self._colours = described(self._items, item, self._grid.tiles[0])
        self.info = self._colours.info

    @property
    def bytes_a_pixel(self) -> float:
        """Return the memory per pixel: one picture's planes are held as coded, a grid's in 8
        bits.
        """
        if len(self._grid.tiles) == 1:
            return self._stream.bytes_a_pixel + _REDUCED
        return self._stream.samples_a_pixel + 1

    @property
    def size(self) -> Size:
        left, top, right, bottom = self._region
        return right - left, bottom - top

    def load(self) -> None:
        """Do nothing: `workable` decodes."""

    @property
    def is_grey(self) -> bool:
        return self._stream.chroma == 0

    def exif(self) -> Image.Exif:
        return exif_of(self._items, self._item)

    def turn(self) -> int:
        """Return the container's turn. The orientation in EXIF does not count here."""
        return self._turn

    def workable(self, needed: Size) -> Planar:
        """Decode the whole picture, at twice `needed` or more. Raises `DamagedError` if a part is
        missing.
        """
        made, signal = self._decoded(self._grid, needed)
        matrix = self._colours.matrix or signal.matrix
        if not self.info:
            self.info = {"cicp": (signal.primaries, signal.transfer)}
        picture = Planar(self._grid.size, self._region, made, matrix)
        alpha = self._alpha(needed)
        return picture if alpha is None else picture.on_white(alpha)

    def _laid(self, item: int) -> Grid:
        kind, size = self._items.kinds.get(item), self._told_size(item)
        if kind == b"hvc1":
            return Grid(size, 1, [item], size)
        if kind != b"grid":
            raise unsupported(_OTHER)
        reader = Reader(memoryview(self._items.data(item)))
        reader.number(1)
        wide = 4 if reader.number(1) & _WIDE else 2
        rows, columns = reader.number(1) + 1, reader.number(1) + 1
        whole = reader.number(wide), reader.number(wide)
        tiles = self._items.targets(b"dimg", item)
        if len(tiles) != rows * columns or whole != size:
            raise DamagedError("the grid is not of the size that was told")
        if any(self._items.kinds.get(tile) != b"hvc1" for tile in tiles):
            raise unsupported(_OTHER)
        tile_size = self._told_size(tiles[0])
        if tile_size[0] * columns < whole[0] or tile_size[1] * rows < whole[1]:
            raise DamagedError("the tiles do not cover the picture")
        return Grid(whole, columns, tiles, tile_size)

    def _decoded(self, grid: Grid, needed: Size) -> tuple[tuple[Image.Image, ...], Signal]:
        if len(grid.tiles) == 1:
            with self._frame(grid, 0) as frame:
                planes = [workable(_EightBits(one, frame.bits), needed) for one in frame.planes]
                return tuple(planes), frame.signal
        canvases: list[Image.Image] = []
        for index in range(len(grid.tiles)):
            with self._frame(grid, index) as frame:
                signal = frame.signal
                if not canvases:
                    canvases = [_canvas(grid, plane) for plane in frame.planes]
                for canvas, plane in zip(canvases, frame.planes, strict=True):
                    _paste(grid, index, canvas, _EightBits(plane, frame.bits))
        return tuple(canvases), signal

    def _frame(self, grid: Grid, index: int) -> AbstractContextManager[Frame]:
        tile, (left, top) = grid.tiles[index], grid.place(index)
        whole = grid.size if len(grid.tiles) == 1 else grid.tile_size
        seen = min(whole[0], grid.size[0] - left), min(whole[1], grid.size[1] - top)
        return decoded(self._streamed(tile), self._items.data(tile), whole, seen)

    def _alpha(self, needed: Size) -> Image.Image | None:
        """Return the plane of transparency, if there is one. It is an item of its own, or one per
        tile.
        """
        for source in self._alphas(self._item):
            return self._decoded(self._laid(source), needed)[0][0]
        tiles = [next(self._alphas(tile), None) for tile in self._grid.tiles]
        if None in tiles or len(tiles) == 1:
            return None
        grid = msgspec.structs.replace(self._grid, tiles=tiles)
        return self._decoded(grid, needed)[0][0]

    def _alphas(self, item: int) -> Iterator[int]:
        for source in self._items.sources(b"auxl", item):
            told = bytes(self._items.property(source, b"auxC") or b"")
            if any(name in told for name in _ALPHA):
                yield source

    def _streamed(self, tile: int) -> Stream:
        return stream(self._property(tile, b"hvcC"))

    def _told_size(self, item: int) -> Size:
        reader = Reader(self._property(item, b"ispe"))
        reader.full()
        return reader.number(4), reader.number(4)

    def _property(self, item: int, kind: bytes) -> memoryview:
        found = self._items.property(item, kind)
        if found is None:
            raise DamagedError(f"a picture has no {kind!r}")
        return found


class _EightBits:
    """A plane whose samples are cut to 8 bits when they are read."""

    def __init__(self, plane: Image.Image, bits: int) -> None:
        self._plane = plane
        self._beyond = bits - 8
        self.size = plane.size

    def crop(self, box: Region) -> Image.Image:
        part = self._plane.crop(box)
        if part.mode == "L":
            return part
        raw = part.tobytes()  # of each sample the lower byte comes first
        low, high = (Image.frombytes("L", part.size, raw[lane::2]) for lane in (0, 1))
        return ImageChops.add(
            low.point([level >> self._beyond for level in range(256)]),
            high.point([level << (8 - self._beyond) & 255 for level in range(256)]),
        )


def _canvas(grid: Grid, plane: Image.Image) -> Image.Image:
    """Make a plane of the whole picture, in the scale of one tile's plane."""
    width, height = (
        -(-whole * part // tile)
        for whole, part, tile in zip(grid.size, plane.size, grid.tile_size, strict=True)
    )
    return Image.new("L", (width, height))


def _paste(grid: Grid, index: int, canvas: Image.Image, plane: _EightBits) -> None:
    row, column = divmod(index, grid.columns)
    place = column * plane.size[0], row * plane.size[1]
    canvas.paste(plane.crop((0, 0, *plane.size)), place)
