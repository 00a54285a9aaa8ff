"""A picture of what each filter does, to be shown where one is chosen."""

from functools import cache
from importlib.resources import files


@cache
def preview(name: str) -> bytes:
    """A photograph under that filter of FILTERS, WebP. `build.py` makes them."""
    return files(__package__).joinpath("previews", f"{name}.webp").read_bytes()
