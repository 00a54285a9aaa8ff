"""Decides at every AWS call of the product whether it fails, and how."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from infra.local.wire import action_of
from tests.chaos.breaking import Answerer, broken, possible, service_of
from tests.chaos.plan import Plan

BURSTS = (0, 0, 0, 0, 1, 2, 4, 9)
"""How many further calls of the same operation meet the same fault: an outage, not a blip."""


class Killed(BaseException):
    """The process of a function ended. No handler catches it."""


class Injector:
    """Surrounds the wire. Only calls inside `running` are the product's and may fail."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.counts: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.injected: list[str] = []
        """The faults in their order, as `operation.number`."""
        self.is_on = True
        self._function = ""
        self._rate = 0.0
        self._is_dead = False
        self._burst: tuple[str, str, int] = ("", "", 0)
        self._operation = 0
        self._faults = 0
        self._chance = Random(0)  # noqa: S311

    def begin(self, operation: int) -> None:
        """Begin an operation: from here on its own random source decides."""
        self._operation, self._faults = operation, 0
        self._chance = self._plan.draws(operation, "faults")

    @contextmanager
    def running(self, function: str, rate: float) -> Iterator[None]:
        """Inject faults into the calls of a function while it runs.

        Raises:
            Killed: the function was killed, even if its code caught the exception.
        """
        self._function, self._rate, self._is_dead, self._burst = function, rate, False, ("", "", 0)
        try:
            yield
            if self._is_dead:
                raise Killed
        finally:
            self._function = ""

    def __call__(self, request: Any, answer: Answerer) -> Any:
        """Answer a request, or break it."""
        if not self._function:
            return answer(request)
        if self._is_dead:
            raise Killed
        action = f"{service_of(request)} {action_of(request) or request.method}"
        self.calls[action] += 1
        fault = self._drawn(action, request)
        if fault is None:
            return answer(request)
        self.counts[fault] += 1
        if self._plan.verbose:
            print(f"      {fault}: {action} in {self._function}")
        if fault.startswith("killed"):
            if fault == "killed after":
                answer(request)
            self._is_dead = True
            raise Killed
        return broken(fault, request, answer, self._chance)

    def _drawn(self, action: str, request: Any) -> str | None:
        if not self.is_on:
            return None
        of, fault, left = self._burst
        if left and of == action:
            self._burst = (of, fault, left - 1)
        elif self._chance.random() < self._rate:
            choices = list(possible(service_of(request), action_of(request)))
            fault = self._chance.choice(choices)
            again = 0 if fault.startswith("killed") else self._chance.choice(BURSTS)
            self._burst = (action, fault, again)
        else:
            return None
        self._faults += 1
        number = f"{self._operation}.{self._faults}"
        if number in self._plan.without_faults:
            return None
        self.injected.append(number)
        return fault
