"""What the feed costs, beside the two pure strategies: `python -m bench.feed`.

The three run through the same code on the same graph (`bench.graph`): only the bands differ. Calls
are answered from memory (`bench.memory`), since the emulator's indexes are too slow for it; units
are computed by the sizes of the items (`bench.meter`).
"""

from typing import Any

from bench.local import start

PAGE = 20
FOLLOWEES = (10, 100, 1000, 5000)
FOLLOWERS = (100, 10_000, 99_999, 100_000)
PAUSE_SECONDS = 0.05
"""What a call takes, so that those made in parallel overlap: far longer than to begin one."""
MIGRATED = 200
ERA = 5


def pages() -> list[tuple[str, ...]]:
    """A page of 20, cold and warm and ranked, for readers of few and of many."""
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
                    shown = feed.home(reader, reader, None, PAGE, order)
                _check(len(shown.items) == PAGE, f"{reader} sees {len(shown.items)} posts")
                with memory.answering():
                    authors = len(pulled.authors(reader))
                cost = (meter.round_trips, sum(meter.calls.values()), f"{meter.read_units:g}")
                found.append((str(count), strategy, str(authors), what, *map(str, cost)))
    return found


def _feed() -> Any:
    """A feed of a process that has just begun, and what it knows of pulled authors."""
    from datetime import timedelta

    from functions.clock import utc_now
    from functions.cursors import stage_cursors
    from functions.feed.bootstrap import timelines
    from functions.feed.pulled import PulledPosts
    from functions.feed.ranking import by_gravity
    from functions.feed.service import Feed
    from functions.posts.bootstrap import hydration, posts
    from functions.social.bootstrap import social

    kept = timedelta(days=30)
    pulled = PulledPosts(social().follows, posts().store, kept, utc_now)
    feed = Feed(timelines(), pulled, hydration(), stage_cursors(), by_gravity(12), utc_now)
    return feed, pulled


def fan_outs() -> list[tuple[str, ...]]:
    """A post's way to its author's followers, of whom four in ten are active."""
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
    """Carry out a dispatch and all that follows; how many messages that were."""
    from functions.accounts.bootstrap import accounts
    from functions.clock import new_ulid, utc_now
    from functions.config import settings
    from functions.feed.bootstrap import timelines
    from functions.feed.fanout import Fanout
    from functions.feed.messages import Dispatch
    from functions.social.bootstrap import social
    from functions.stories.bootstrap import tray

    waiting: list[Any] = [Dispatch("deliver", post, "bench")]

    def send(_: str, messages: Any) -> None:
        waiting.extend(messages)

    fanout = Fanout(
        social().follows, accounts().users, timelines(), tray(), bands, send, utc_now, new_ulid,
        settings().chunk_followers,
    )  # fmt: skip
    for message in waiting:
        (fanout.dispatch if isinstance(message, Dispatch) else fanout.deliver)(message)
    return len(waiting)


def main() -> None:
    """Print the tables."""
    start()
    from bench.delay import delays
    from bench.meter import table_of
    from bench.migrations import migrations

    for title, table in (
        (f"A page of {PAGE} posts. Answered from memory, {PAUSE_SECONDS * 1000:g} ms a call.",
         pages),
        ("A post to its followers, four in ten active. Answered from memory.", fan_outs),
        (f"Changes of band with {MIGRATED} followers, {ERA} posts in between. On the emulator.",
         lambda: migrations(MIGRATED, ERA)),
        ("From publishing to the timelines of 100,000 active followers. Simulated.", delays),
    ):  # fmt: skip
        print(title, table_of(table()), sep="\n\n", end="\n\n")


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise RuntimeError(otherwise)


if __name__ == "__main__":
    main()
