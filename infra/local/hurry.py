"""Shortens the delays of messages, which are up to half a minute long."""

import json
from collections.abc import Callable
from typing import Any

from infra.local.wire import action_of, body_of


class Hurry:
    """Surrounds a wire's requests: no message stays hidden for longer than `longest` seconds."""

    def __init__(self, longest: int) -> None:
        self._longest = longest

    def __call__(self, request: Any, answer: Callable[[Any], Any]) -> Any:
        """Answer a request, with its messages' delays cut short."""
        if action_of(request) in ("SendMessage", "SendMessageBatch"):
            request.body = json.dumps(self._hurried(body_of(request)))
        return answer(request)

    def _hurried(self, body: dict[str, Any]) -> dict[str, Any]:
        for message in (body, *body.get("Entries", ())):
            if "DelaySeconds" in message:
                message["DelaySeconds"] = min(message["DelaySeconds"], self._longest)
        return body
