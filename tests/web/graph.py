"""The scripts that a view of the page loads."""

import re
from pathlib import Path

from infra.page.files import WEB

_STATIC = re.compile(r'^(?:import|export)\b[^;]*?"(\.[^"]+)";', re.MULTILINE)


def imports(script: Path) -> list[Path]:
    """The modules that a script imports as it starts; not what it loads later."""
    return [(script.parent / found).resolve() for found in _STATIC.findall(script.read_text())]


def loaded(*starts: str) -> set[Path]:
    """All scripts that these load, by their paths in `web`."""
    found: set[Path] = set()
    waiting = [WEB / start for start in starts]
    while waiting:
        script = waiting.pop()
        if script not in found:
            found.add(script)
            waiting += imports(script)
    return found
