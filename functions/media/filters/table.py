"""The stored form of a filter's look: `build.py` writes it and `looks.py` reads it."""

import msgspec

SIDE = 17  # steps of each channel in a table
LOOKS_FILE = "looks.bin"  # a msgpack of the looks by name, deflated


class Look(msgspec.Struct, frozen=True, array_like=True):
    """A colour table of SIDE x SIDE x SIDE colours of 3 bytes, and how much the corners darken."""

    table: bytes
    vignette: float
