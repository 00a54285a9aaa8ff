"""WebP, decoded by libwebp itself to luma and chroma.

Pillow's decoder is made for animations and holds 18 bytes per pixel. The planes of a photograph
take one and a half, so 50 megapixels fit. Animations are left to Pillow, and so are all pictures on
a machine without libwebp.
"""

import ctypes
from collections.abc import Iterator
from functools import cache
from io import BytesIO

from PIL import Image
from PIL.WebPImagePlugin import WebPImageFile

from functions.media.exif import orientation
from functions.media.formats import DAMAGED, Refused
from functions.media.native import bundled
from functions.media.planes import Matrix, Planar
from functions.media.resizing import Size
from functions.media.shrinking import LARGE
from functions.media.stills import Picture, Still

ANIMATED_COSTS = (18, 18)  # bytes per pixel: two canvases and a copy
_PLANES, _ALPHA, _LOSSLESS = 1.7, 2.8, 4.5  # the lossless decoder keeps all pixels in four bytes

# The decoder of a sound picture still needs its last bytes. If it is done without them, it has lost
# its place: some bytes before them are not the encoder's. Of 177 sound files of six test suites,
# none is refused. Of 450 lossy ones with overwritten bytes, fewer than five are accepted. An
# encoder may pad a little.
_NEEDED = 32
_LEAST = 4 * _NEEDED  # a smaller picture may be done by its first bytes

_ABI = 0x0209  # webp/decode.h, WEBP_DECODER_ABI_VERSION: libwebp checks the first byte
_RGBA, _YUV, _YUVA = 1, 11, 12  # WEBP_CSP_MODE
_OK, _SUSPENDED, _IS_LOSSLESS = 0, 5, 2
_BT601_LIMITED = Matrix(code=6, full_range=False)  # RFC 9649, section 2.7


class _Features(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_int) for name in ("width", "height", "alpha", "animation", "format")),
        ("pad", ctypes.c_uint32 * 5),
    )


class _Planes(ctypes.Structure):
    _fields_ = (
        ("starts", ctypes.c_void_p * 4),
        ("strides", ctypes.c_int * 4),
        ("sizes", ctypes.c_size_t * 4),
    )


class _Pixels(ctypes.Structure):
    _fields_ = (("start", ctypes.c_void_p), ("stride", ctypes.c_int), ("size", ctypes.c_size_t))


class _Memory(ctypes.Union):
    _fields_ = (("pixels", _Pixels), ("planes", _Planes))


class _Buffer(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_int) for name in ("space", "width", "height", "is_external")),
        ("memory", _Memory),
        ("pad", ctypes.c_uint32 * 4),
        ("own", ctypes.c_void_p),
    )


class _Options(ctypes.Structure):
    _fields_ = (
        ("unused", ctypes.c_int * 7),
        *((name, ctypes.c_int) for name in ("scales", "width", "height")),
        ("others", ctypes.c_int * 4),
        ("pad", ctypes.c_uint32 * 5),
    )


class _Config(ctypes.Structure):
    _fields_ = (("input", _Features), ("output", _Buffer), ("options", _Options))


class Webp:
    """A WebP without animation: a lossy one in planes, a lossless one in RGBA."""

    def __init__(self, data: bytes, features: _Features) -> None:
        self._data = data
        self._has_alpha = bool(features.alpha)
        self._is_lossless = features.format == _IS_LOSSLESS
        self.size: Size = (features.width, features.height)
        self._chunks = {name: data[start:end] for name, start, end in _spans(data)
                        if name not in _PICTURES}  # fmt: skip
        profile = self._chunks.get(b"ICCP")
        self.info = {} if profile is None else {"icc_profile": profile}

    @property
    def bytes_a_pixel(self) -> float:
        if self._is_lossless:
            return _LOSSLESS
        return _ALPHA if self._has_alpha else _PLANES

    @property
    def is_grey(self) -> bool:
        return False

    def load(self) -> None:
        """Do nothing: `workable` decodes."""

    def exif(self) -> Image.Exif:
        exif = Image.Exif()
        exif.load(self._chunks.get(b"EXIF", b""))
        return exif

    def turn(self) -> int:
        return orientation(self.exif())

    def workable(self, needed: Size) -> Image.Image | Planar:
        return self._pixels(needed) if self._is_lossless else self._planes()

    def _planes(self) -> Planar:
        width, height = self.size
        half = (width + 1) // 2, (height + 1) // 2
        sizes = [self.size, half, half, self.size][: 4 if self._has_alpha else 3]
        memories = [bytearray(wide * high) for wide, high in sizes]
        config = self._config(_YUVA if self._has_alpha else _YUV)
        for index, (memory, size) in enumerate(zip(memories, sizes, strict=True)):
            config.output.memory.planes.starts[index] = _address(memory)
            config.output.memory.planes.strides[index] = size[0]
            config.output.memory.planes.sizes[index] = len(memory)
        self._decode(config)
        planes = [
            Image.frombuffer("L", size, memory, "raw", "L", 0, 1)
            for size, memory in zip(sizes, memories, strict=True)
        ]
        picture = Planar(self.size, (0, 0, *self.size), tuple(planes[:3]), _BT601_LIMITED)
        return picture.on_white(planes[3]) if self._has_alpha else picture

    def _pixels(self, needed: Size) -> Image.Image:
        """Return the pixels. A large picture is averaged down while it is decoded."""
        size = self.size
        if size[0] * size[1] >= LARGE:
            size = min(size[0], 2 * needed[0]), min(size[1], 2 * needed[1])
        memory = bytearray(4 * size[0] * size[1])
        config = self._config(_RGBA)
        config.options.scales, config.options.width, config.options.height = 1, *size
        config.output.memory.pixels = _Pixels(_address(memory), 4 * size[0], len(memory))
        self._decode(config)
        return Image.frombuffer("RGBA", size, memory, "raw", "RGBA", 0, 1)

    def _config(self, space: int) -> _Config:
        config = _Config()
        if not _library().WebPInitDecoderConfigInternal(ctypes.byref(config), _ABI):
            raise RuntimeError("libwebp is of another kind")
        config.output.space, config.output.is_external = space, 1
        return config

    def _decode(self, config: _Config) -> None:
        """Decode in two parts, without the last bytes and then with them: this costs no more than
        at once. libwebp has no check of its own for bytes that were overwritten.
        """
        library = _library()
        decoder = library.WebPIDecode(None, 0, ctypes.byref(config))
        try:
            parts = [len(self._data)] if self._end is None else [self._end, len(self._data)]
            states = [library.WebPIUpdate(decoder, self._data, part) for part in parts]
        finally:
            library.WebPIDelete(decoder)
        if states != [_SUSPENDED, _OK][-len(states) :]:
            raise Refused("corrupt", DAMAGED)

    @property
    def _end(self) -> int | None:
        """Return where the first part of the file ends; None if the picture is too small for it."""
        for name, start, end in _spans(self._data):
            if name in _PICTURES:
                return end - _NEEDED if end - start >= _LEAST else None
        return None


def opened(file: BytesIO) -> Picture:
    """Open a WebP, with libwebp where that is possible."""
    data, features = file.getvalue(), _Features()
    try:
        library = _library()
    except ImportError:
        return Still(WebPImageFile(file), ANIMATED_COSTS)
    if library.WebPGetFeaturesInternal(data, len(data), ctypes.byref(features), _ABI) != _OK:
        raise Refused("corrupt", DAMAGED)
    if features.animation:
        return Still(WebPImageFile(file), ANIMATED_COSTS)
    return Webp(data, features)


_PICTURES = (b"VP8 ", b"VP8L")


def _spans(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the chunks of the file, with where each starts and ends: RFC 9649, section 2.3."""
    at, end = 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at + 8 <= end:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], at + 8, min(at + 8 + size, end)
        at += 8 + size + size % 2


def _address(memory: bytearray) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


@cache
def _library() -> ctypes.CDLL:
    library, number = bundled("PIL", "pillow", "webp"), ctypes.c_int
    data = (ctypes.c_char_p, ctypes.c_size_t)
    signatures = {
        "WebPGetFeaturesInternal": (*data, ctypes.c_void_p, number),
        "WebPInitDecoderConfigInternal": (ctypes.c_void_p, number),
        "WebPIUpdate": (ctypes.c_void_p, *data),
    }
    for name, arguments in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = number, arguments
    library.WebPIDecode.restype = ctypes.c_void_p
    library.WebPIDecode.argtypes = (*data, ctypes.c_void_p)
    library.WebPIDelete.restype, library.WebPIDelete.argtypes = None, (ctypes.c_void_p,)
    return library
