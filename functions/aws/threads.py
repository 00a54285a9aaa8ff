"""Threads that work for the request that started them."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Result = TypeVar("Result")


class Threads(ThreadPoolExecutor):
    """A pool whose work has the context variables of the thread that hands it in, which Python's
    own leaves behind: so what a page reads in parallel counts as that page's (`consumption`)."""

    def submit(
        self, fn: Callable[Asked, Result], /, *args: Asked.args, **kwargs: Asked.kwargs
    ) -> Future[Result]:
        """Have it done by a thread of the pool; `map` goes through here too."""
        return super().submit(partial(copy_context().run, fn, *args, **kwargs))
