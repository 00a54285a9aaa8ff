"""Compiles the modules that are deployed.

Lambda's disk is read-only, so a cold start cannot keep the modules that it compiles, and each one
would compile them all again. docs/decisions, cold starts, has the figures.
"""

import compileall
import py_compile
import sys
from pathlib import Path


def compile_for(python: str, folder: Path, top: Path) -> None:
    """Compile all modules below `folder`. `top` is the folder that becomes the root in Lambda.

    Does nothing unless `python`, such as `3.13`, is the version that runs: a Python version can
    only compile for itself.
    """
    if python == f"{sys.version_info.major}.{sys.version_info.minor}":
        # A zip rounds times, so Python must not compare the times of source and compiled module.
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        compileall.compile_dir(folder, quiet=2, invalidation_mode=mode, stripdir=str(top))
