"""A pool's threads know what the thread knew that handed the work in."""

from contextvars import ContextVar

import pytest

from functions.aws.threads import Threads

WHOSE = ContextVar("whose", default="nobody's")


@pytest.fixture(autouse=True)
def ours():
    token = WHOSE.set("ours")
    yield
    WHOSE.reset(token)


def test_work_that_is_submitted_or_mapped_is_its_givers():
    with Threads(2) as pool:
        assert pool.submit(WHOSE.get).result() == "ours"
        assert set(pool.map(lambda _: WHOSE.get(), range(10))) == {"ours"}


def test_what_a_thread_sets_is_its_own():
    with Threads(1) as pool:
        pool.submit(WHOSE.set, "the thread's").result()
        assert pool.submit(WHOSE.get).result() == "ours"
    assert WHOSE.get() == "ours"


def test_arguments_are_handed_on_and_errors_handed_back():
    with Threads(1) as pool:
        assert pool.submit(int, "11", base=2).result() == 3
        with pytest.raises(ValueError, match="invalid literal"):
            pool.submit(int, "x").result()
