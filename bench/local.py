"""Provisions a local stage in this process, for benches that count calls instead of seconds."""

import os
from typing import Any

from infra.local.provision import provision

BASE_URL = "http://127.0.0.1:8000"


def start() -> Any:
    """Start the stage. Import the product afterwards: it reads its tables' names when imported."""
    os.environ["POWERTOOLS_LOG_LEVEL"] = "WARNING"
    stage = provision(BASE_URL, caller={})
    os.environ.update(stage.environment)
    return stage
