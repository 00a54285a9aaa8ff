"""Compiles what is deployed: Lambda's disk is read-only, so a cold start could not keep what it
compiles, and every one of them would compile all of it anew (docs/decisions has the figures)."""

import compileall
import py_compile
import sys
from pathlib import Path


def compile_for(python: str, folder: Path, top: Path) -> None:
    """Compile all modules below `folder` for a Python version such as `3.13`, if it is this one:
    only the same version can. `top` is what becomes the root in Lambda."""
    if python == f"{sys.version_info.major}.{sys.version_info.minor}":
        # A zip keeps no exact times, so whether a source has changed since is not to be asked.
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        compileall.compile_dir(folder, quiet=2, invalidation_mode=mode, stripdir=str(top))
