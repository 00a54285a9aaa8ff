"""Counts the product's files that a flow enters: `python -m bench.files_entered`, on Python 3.12+.

It measures how many files a reader of the flow has to open. Each flow runs once untraced, for the
wiring and the caches, and is then traced through the in-process local stack. `functions/http` and
`functions/aws`, which every flow enters, are left out.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import Any

from bench.local import start

PRODUCT = Path(__file__).parents[1] / "functions"
HALLS = {"http", "aws"}
TOOL = sys.monitoring.PROFILER_ID


@contextmanager
def entered() -> Iterator[set[str]]:
    """Collect the product's files in which a function starts within the block."""
    found: set[str] = set()

    def note(code: CodeType, _: int) -> object:
        path = Path(code.co_filename)
        if path.is_relative_to(PRODUCT) and code.co_name != "<module>":
            found.add(str(path.relative_to(PRODUCT)))
        return sys.monitoring.DISABLE

    sys.monitoring.use_tool_id(TOOL, "files entered")
    sys.monitoring.register_callback(TOOL, sys.monitoring.events.PY_START, note)
    sys.monitoring.restart_events()
    sys.monitoring.set_events(TOOL, sys.monitoring.events.PY_START)
    try:
        yield found
    finally:
        sys.monitoring.set_events(TOOL, sys.monitoring.events.NO_EVENTS)
        sys.monitoring.free_tool_id(TOOL)


def flows(stack: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield each flow by name, after preparing what it needs."""
    from tests.integration.people import publish, tell, upload

    author, fan = stack.sign_up("author"), stack.sign_up("fan")
    follow = f"/users/{author.user_id}/follow"

    def posted() -> str:
        media_id = upload(stack, author)
        stack.settle()
        post_id = str(publish(stack, author, media_id)["post_id"])
        stack.settle()
        return post_id

    def like(post_id: str) -> None:
        stack.call("POST", "/like", token=fan.token, json={"post_id": post_id})
        stack.settle()

    def unfollow() -> None:
        stack.call("DELETE", follow, token=fan.token)
        stack.settle()
        stack.call("GET", f"/feed/{fan.user_id}", token=fan.token)

    def uploaded() -> None:
        media_id = upload(stack, author)
        stack.settle()
        stack.call("GET", f"/media/{media_id}", token=author.token)

    def story() -> None:
        tell(stack, author)
        stack.call("GET", "/stories", token=fan.token)

    for _ in range(2):
        post_id = posted()
        yield "like", lambda post_id=post_id: like(post_id)
    yield "upload -> ready", uploaded
    yield "upload -> ready", uploaded
    for name, flow in (("story -> tray", story), ("unfollow -> feed", unfollow)):
        for _ in range(2):
            stack.call("PUT", follow, token=fan.token)
            yield name, flow


def main() -> None:
    """Print the files that each flow enters."""
    stage = start()
    from app import app
    from infra.local.front import Front
    from infra.local.pump import Pump
    from tests.integration.conftest import Stack

    stack = Stack(Front(app, stage), Pump(app, stage.wire), stage)
    last: dict[str, set[str]] = {}
    for name, flow in flows(stack):
        stack.settle(advance=True)  # what the preparations have left
        with entered() as found:
            flow()
        last[name] = found
    for name, found in last.items():
        within = sorted(one for one in found if "/" in one and one.split("/")[0] not in HALLS)
        print(f"{name}: {len(within)} files", *within, sep="\n  ")
    stack.pump.close()


if __name__ == "__main__":
    main()
