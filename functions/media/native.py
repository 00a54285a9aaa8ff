"""The codec libraries inside the wheels, called directly where their Python bindings lack
something.
"""

import ctypes
from ctypes.util import find_library
from importlib.util import find_spec
from pathlib import Path


def bundled(package: str, distribution: str, library: str) -> ctypes.CDLL:
    """Load `lib<library>` of an installed package.

    Linux wheels keep it beside the package, macOS wheels inside it; a package that was built on
    this machine uses the system's. Raises ImportError if there is none.
    """
    try:
        spec = find_spec(package)
    except ValueError:  # its entry in `sys.modules` is None
        spec = None
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{package} is not installed")
    home = Path(spec.origin).parent
    for folder in (home.parent / f"{distribution}.libs", home / ".dylibs"):
        for found in sorted(folder.glob(f"lib{library}[-.]*")):
            return ctypes.CDLL(str(found))
    found_here = find_library(library)
    if found_here is None:
        raise ImportError(f"lib{library} is not installed")
    return ctypes.CDLL(found_here)
