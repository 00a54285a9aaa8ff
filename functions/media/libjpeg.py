"""Read how often libjpeg has warned of damage while Pillow decoded.

libjpeg fills what a damaged file lacks with grey, counts a warning and goes on. Pillow keeps that
count and does not tell it, so it is read from the decoder's memory: found by its shape, and read
through the kernel, so that a decoder of another shape gives no answer instead of a crash. Then
pictures are still rendered, with less certainty, and a line of the log says so.
"""

import os
import struct
from functools import cache

import msgspec

from functions.observability import log

_MEMORY = "/proc/self/mem"
_WORD = struct.calcsize("P")

# jpeglib.h: the decompressor begins with a pointer to its error manager, which Pillow puts behind
# it. The manager has five functions, the number of the last message, 80 bytes of its parameters,
# the trace level, and the count.
_NEAREST, _FARTHEST = 500, 1000  # bytes between the two: the size of `jpeg_decompress_struct`
_SEARCHED = 64  # bytes in which the decompressor begins
_MESSAGE, _TRACE, _COUNT = 5 * _WORD, 5 * _WORD + 84, 5 * _WORD + 88
_SKIPPED = _MESSAGE + 4  # "%u extraneous bytes before marker 0x%02x": the first two parameters
_END_OF_IMAGE = 0xD9
_MESSAGES = 1000  # libjpeg has some 130
_MANY = 1 << 24


class Warnings(msgspec.Struct, frozen=True):
    """The warnings of a decoder so far, and the bytes that it skipped to find the end marker."""

    count: int
    skipped: int


def warnings(decoder: object) -> Warnings | None:
    """Read the warnings of one of Pillow's JPEG decoders. None, and a line in the log, where they
    cannot be read."""
    found = _found(decoder)
    if found is None:
        _tell()
    return found


@cache
def _tell() -> None:
    """Log once a process: the reason stays the same for all of its pictures."""
    log.warning("libjpeg's warnings cannot be read, so damaged JPEGs may be published")


def _found(decoder: object) -> Warnings | None:
    try:
        memory = os.open(_MEMORY, os.O_RDONLY)
    except OSError:  # not on Linux
        return None
    try:
        own = os.pread(memory, type(decoder).__basicsize__, id(decoder))
        for (place,) in struct.iter_unpack("P", own):
            found = _of_state(_read(memory, place), place)
            if found is not None:
                return found
        return None
    finally:
        os.close(memory)


def _read(memory: int, place: int) -> bytes:
    try:
        return os.pread(memory, _FARTHEST + _COUNT + _SEARCHED, place)
    except (OSError, OverflowError):  # memory that cannot be read
        return b""


def _of_state(state: bytes, place: int) -> Warnings | None:
    """Read the warnings, if a decompressor and its error manager lie here."""
    for start in range(0, _SEARCHED, _WORD):
        if len(state) < start + _WORD:
            break
        manager = struct.unpack_from("P", state, start)[0] - place
        if start + _NEAREST <= manager <= len(state) - _COUNT - _WORD:
            message, trace = (
                struct.unpack_from("i", state, manager + at)[0] for at in (_MESSAGE, _TRACE)
            )
            count = struct.unpack_from("l", state, manager + _COUNT)[0]
            if 0 <= message < _MESSAGES and trace == 0 and 0 <= count < _MANY:
                return Warnings(int(count), _skipped(state, manager))
    return None


def _skipped(state: bytes, manager: int) -> int:
    """Read the parameters of the last message that had any. Of the warnings about pixels none has
    a second one as large as this marker."""
    skipped, marker = struct.unpack_from("Ii", state, manager + _SKIPPED)
    return int(skipped) if marker == _END_OF_IMAGE else 0
