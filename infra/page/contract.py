"""Writes the OpenAPI document of the API: `python -m infra.page.contract FILE`."""

import json
import os
import sys
from pathlib import Path


def main(path: Path) -> None:
    """Write the document."""
    from infra.local.provision import provision

    # The product reads the names of its tables and queues when it is imported.
    os.environ.update(provision("http://127.0.0.1:8000", caller={}).environment)
    import app  # noqa: F401 (it registers the routes that are described)
    from functions.about.handlers import document

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
