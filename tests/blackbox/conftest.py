"""The server, started once per run, and people on it. Tests talk to this machine alone.

With FANLIGHT_URL they talk to the stage that is deployed there, and to the hosts that it names.
"""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.blackbox import deployed
from tests.blackbox.client import Client, Service
from tests.blackbox.people import Person
from tests.blackbox.server import AMPLE, Server, running

ORIGINS = ("http://one.example", "https://two.example:8443")
HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let these tests reach only this machine. For a deployed stage, allow its hosts and leave out
    the tests of a local server.
    """
    here = [item for item in items if HERE in item.path.parents]
    for item in here:
        if deployed.URL:
            item.add_marker(pytest.mark.enable_socket)
        else:
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))
    local = [item for item in here if deployed.URL and item.get_closest_marker("local")]
    if local:
        config.hook.pytest_deselected(items=local)
        items[:] = [item for item in items if item not in local]


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """Run the server with its default settings, except for the origins and ample limits. For a
    deployed stage, delete the new people in the end.
    """
    if deployed.URL:
        for service in _connected(deployed.URL):
            try:
                yield service
            finally:
                left = service.erase_everybody()
                if left:  # the only way that also reports after Ctrl-C
                    pytest.exit(f"to be deleted by hand: {left}", returncode=1)
        return
    with running(ALLOWED_ORIGINS=",".join(ORIGINS), **AMPLE) as (_, base_url):
        yield from _connected(base_url)


@pytest.fixture(scope="session")
def strict_server() -> Iterator[tuple[Server, Service]]:
    """Run a server that asks for the code sent by e-mail, and whose media URLs expire within
    seconds.
    """
    settings = {"SIGN_UP_AUTO_CONFIRM": "false", "MEDIA_URL_SECONDS": "1"}
    with running(stop_by=signal.SIGINT, **settings) as (server, base_url):
        for service in _connected(base_url):
            yield server, service


@pytest.fixture(scope="session")
def nobody(service: Service) -> Client:
    """Return a client without a token."""
    return Client(service)


@pytest.fixture
def new(service: Service) -> Callable[[], Person]:
    """Return a function that signs up a new person."""
    return lambda: Person(service)


@pytest.fixture
def anna(service: Service) -> Person:
    """Sign up a new person."""
    return Person(service)


@pytest.fixture
def ben(service: Service) -> Person:
    """Sign up another new person."""
    return Person(service)


@pytest.fixture(scope="session")
def ada(service: Service) -> Person:
    """Return a person whose state no test depends on."""
    return Person(service)


def _connected(base_url: str) -> Iterator[Service]:
    service = Service(base_url)
    try:
        yield service
    finally:
        service.close()
