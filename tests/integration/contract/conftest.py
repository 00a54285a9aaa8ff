"""Every contract test runs on the fake and on the real thing."""

import pytest

from functions.accounts.pool import CognitoPool
from functions.config import settings
from functions.media.buckets import UploadsBucket
from tests.fakes.clock import CountingIds, SetClock
from tests.fakes.media import FakeOriginals
from tests.fakes.pool import FakePool
from tests.integration.contract.backends import Backend, fake_backend, real_backend


@pytest.fixture(params=[fake_backend, real_backend], ids=["fake", "dynamodb"])
def backend(request, stage) -> Backend:
    """Storage, with names of this test's own."""
    return request.param()


@pytest.fixture(params=["fake", "cognito"])
def pool(request, stage):
    """A user pool that asks for a code."""
    if request.param == "fake":
        return FakePool(CountingIds(SetClock()), auto_confirm=False)
    return CognitoPool(settings().user_pool_id, settings().user_pool_client_id, auto_confirm=False)


@pytest.fixture(params=["fake", "cognito"])
def open_pool(request, stage):
    """A user pool that confirms at once."""
    if request.param == "fake":
        return FakePool(CountingIds(SetClock()))
    return CognitoPool(settings().user_pool_id, settings().user_pool_client_id, auto_confirm=True)


@pytest.fixture(params=["fake", "s3"])
def originals(request, stage):
    """The uploads bucket."""
    return FakeOriginals() if request.param == "fake" else UploadsBucket(settings().uploads_bucket)
