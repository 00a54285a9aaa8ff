"""The environment that tests run in: that of a local stage, provisioned once a run.

It is set here, before any test module is collected, because the product reads the names of its
tables, queues and streams as it is imported. Nothing of the caller's own settings gets in.
"""

import os

import pytest

from functions.config import Settings
from infra.local.provision import Stage, provision

for _name in Settings.__struct_fields__:
    os.environ.pop(_name.upper(), None)
os.environ["POWERTOOLS_LOG_LEVEL"] = "WARNING"

_STAGE = provision("http://127.0.0.1:8000", caller={})
os.environ.update(_STAGE.environment)


@pytest.fixture(scope="session")
def stage() -> Stage:
    """The provisioned stage. Its state is the whole run's: tests use names of their own."""
    return _STAGE
