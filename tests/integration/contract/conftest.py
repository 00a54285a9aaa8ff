"""Runs every contract test on the fakes, on the real storage, and on real storage whose answers are
lost, so that the SDK repeats each write after it was done.
"""

from collections.abc import Iterator

import pytest

from functions.accounts.domain import User
from functions.accounts.storage_cognito import CognitoPool
from functions.config import settings
from functions.media.storage_s3 import UploadsBucket
from tests.fakes.clock import CountingIds, SetClock
from tests.fakes.media import FakeOriginals
from tests.fakes.pool import FakePool
from tests.integration.contract.backends import Backend, fake_backend, real_backend
from tests.integration.lost import answers_lost
from tests.stack import Stack, begin_now


@pytest.fixture(scope="package", autouse=True)
def unseen(stack: Stack) -> Iterator[None]:
    """Keep the writes of these tests from the stream handlers. The handlers would erase the
    accounts of these tests during a later test, and a pass for them delays everybody's exports."""
    yield
    begin_now(stack.pump)


@pytest.fixture(params=["fake", "dynamodb", "dynamodb-answers-lost"])
def backend(request, stage) -> Iterator[Backend]:
    """Return storage with names of this test's own."""
    if request.param == "fake":
        yield fake_backend()
    elif request.param == "dynamodb":
        yield real_backend()
    else:
        with answers_lost(stage.wire):
            yield real_backend()


@pytest.fixture
def ada(backend: Backend) -> User:
    """Return a user with a row."""
    return backend.user("ada")


@pytest.fixture
def bob(backend: Backend) -> User:
    """Return another user with a row."""
    return backend.user("bob")


class Mails:
    """Records the mails that a pool asks for. `are_allowed` answers."""

    def __init__(self):
        self.asked = []
        self.are_allowed = True

    def may(self, kind, address):
        self.asked.append((kind, address))
        return self.are_allowed


@pytest.fixture
def mails():
    """Return what decides about the mails of the pool."""
    return Mails()


@pytest.fixture(params=["fake", "cognito"])
def pool(request, stage, mails):
    """Return a user pool that asks for a code."""
    return _pool(request.param, mails, auto_confirm=False)


def _pool(kind, mails, *, auto_confirm):
    if kind == "fake":
        return FakePool(CountingIds(SetClock()), mails.may, auto_confirm=auto_confirm)
    ids = settings().user_pool_id, settings().user_pool_client_id
    return CognitoPool(*ids, mails.may, auto_confirm=auto_confirm)


@pytest.fixture(params=["fake", "cognito"])
def open_pool(request, stage, mails):
    """Return a user pool that confirms at once."""
    return _pool(request.param, mails, auto_confirm=True)


@pytest.fixture(params=["fake", "s3"])
def originals(request, stage):
    """Return the uploads bucket."""
    return FakeOriginals() if request.param == "fake" else UploadsBucket(settings().uploads_bucket)
