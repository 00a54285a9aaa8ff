"""Compares the feed's costs with the two pure strategies: `python -m bench.feed`.

All three strategies run through the same code on the same graph (`bench.graph`); only the bands
differ. Calls are answered from memory (`bench.memory`), because the emulator's indexes are too
slow. Units are computed from item sizes (`bench.meter`).
"""

from typing import Any

from bench.local import start
from functions.feed.schemas import FeedQuery

PAGE = 20
FOLLOWEES = (10, 100, 1000, 5000)
FOLLOWERS = (100, 10_000, 99_999, 100_000)
PAUSE_SECONDS = 0.05
"""The time of a call: far longer than starting one, so that parallel calls overlap."""
MIGRATED = 200
ERA = 5


def pages() -> list[tuple[str, ...]]:
    """Return the cost of a page of 20, cold, warm and ranked, by number of authors followed."""
    from bench.graph import STRATEGIES, Graph
    from bench.memory import Memory
    from bench.meter import metered

    memory = Memory(PAUSE_SECONDS)
    graph = Graph(memory)
    graph.write_authors()
    found = [("followees", "strategy", "pulled", "page", "round trips", "calls", "read units")]
    for count in FOLLOWEES:
        for strategy in STRATEGIES:
            reader = graph.write_reader(strategy, count)
            feed, pulled = _feed()
            for what, order in (("cold", "recent"), ("warm", "recent"), ("ranked, warm", "ranked")):
                with memory.answering(), metered(memory.peek) as meter:
                    shown = feed.home(reader, reader, FeedQuery(PAGE, None, order))
                _check(len(shown.items) == PAGE, f"{reader} sees {len(shown.items)} posts")
                with memory.answering():
                    authors = len(pulled.authors(reader))
                cost = (meter.round_trips, sum(meter.calls.values()), f"{meter.read_units:g}")
                found.append((str(count), strategy, str(authors), what, *map(str, cost)))
    return found


def _feed() -> Any:
    """Return the feed of a fresh process, and its cache of pulled authors."""
    from functions.stage import Stage

    begun = Stage()
    return begun.feed, begun.pulled


def fan_outs() -> list[tuple[str, ...]]:
    """Return the cost of a post's fan-out to followers. Four in ten of them are active."""
    from bench.graph import STRATEGIES, Graph
    from bench.memory import Memory
    from bench.meter import metered
    from functions.feed.storage import FeedItemRow

    memory = Memory(0)
    graph = Graph(memory)
    graph.write_followers(max(FOLLOWERS))
    found = [
        ("followers", "strategy", "deliveries", "calls", "a follower", "write units", "a delivery",
         "read units", "a follower", "messages"),
    ]  # fmt: skip
    for count in FOLLOWERS:
        for strategy, bands in STRATEGIES.items():
            post = graph.write_followed(strategy, count)
            there = memory.count(FeedItemRow.Meta.table_name)
            with memory.answering(), metered(memory.peek) as meter:
                messages = _fan_out(bands, post)
            deliveries = memory.count(FeedItemRow.Meta.table_name) - there
            calls = sum(meter.calls.values())
            found.append((
                f"{count:,}", strategy, f"{deliveries:,}", f"{calls:,}", f"{calls / count:.3f}",
                f"{meter.write_units:,}", f"{meter.write_units / deliveries:.2f}",
                f"{meter.read_units:,.1f}", f"{meter.read_units / count:.3f}", str(messages),
            ))  # fmt: skip
    return found


def _fan_out(bands: Any, post: Any) -> int:
    """Run a dispatch and the deliveries that follow. Returns the number of messages."""
    from functions.queues import Dispatch
    from functions.stage import Stage

    waiting: list[Any] = [Dispatch("deliver", post, "bench")]
    benched = Stage()
    benched.bands = bands
    benched.send = lambda _, messages: waiting.extend(messages)
    fanout = benched.fanout
    for message in waiting:
        (fanout.dispatch if isinstance(message, Dispatch) else fanout.deliver)(message)
    return len(waiting)


def main() -> None:
    """Print the tables."""
    start()
    from bench.meter import table_of
    from bench.migrations import migrations

    for title, table in (
        (f"A page of {PAGE} posts. Answered from memory, {PAUSE_SECONDS * 1000:g} ms a call.",
         pages),
        ("A post to its followers, four in ten active. Answered from memory.", fan_outs),
        (f"Changes of band with {MIGRATED} followers, {ERA} posts in between. On the emulator.",
         lambda: migrations(MIGRATED, ERA)),
    ):  # fmt: skip
        print(title, table_of(table()), sep="\n\n", end="\n\n")


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise RuntimeError(otherwise)


if __name__ == "__main__":
    main()
