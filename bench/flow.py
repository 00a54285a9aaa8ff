"""Measures what one photo costs on its way: `python -m bench.flow`.

Calls and units are counted at the handlers' own DynamoDB client, units by item sizes. The time is
measured over HTTP at a separate server, from the end of the upload to the post in a follower's
feed.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.local import start
from functions.feed.schemas import FeedQuery

PHOTOS = Path(__file__).parents[2] / "shared" / "photos" / "large"
FOLLOWERS = 500
PAGE = 20
RUNS = 5
PORT = 8137


def picture(media_id: str, owner_id: str) -> Any:
    """Return a rendered picture that is as large on a post's row as real ones."""
    from functions.clock import utc_now
    from functions.media.domain import Picture, RenditionFacts

    sides = {"thumbnail": 150, "small": 320, "medium": 640, "full": 1080}
    return Picture(
        media_id=media_id, owner_id=owner_id, kind="post", width=1080, height=810,
        blurhash="LEHV6nWB2yk8pyo0adR*.7kCMdnj", color="#806040",
        exif={"camera": "Canon EOS R6", "lens": "RF 35mm F1.8", "iso": 400, "exposure_s": 0.008},
        folder="plain",
        renditions={n: RenditionFacts(s, s, s * 90, "image/webp") for n, s in sides.items()},
        created_at=utc_now(),
    )  # fmt: skip


def costs() -> list[tuple[str, ...]]:
    """Return the costs of a fan-out to 500 followers and of a page of 20 posts by 20 authors."""
    start()
    from bench.meter import metered
    from functions.queues import Chunk, Dispatch
    from functions.stage import Stage

    author, viewer, followers = people()
    refs = [posted(user_id) for user_id in author]
    sent: list[Any] = []
    job = Dispatch("deliver", refs[0], "bench")
    benched = Stage()
    benched.send = lambda _, messages: sent.extend(messages)
    runner = benched.fanout
    with metered() as dispatch:
        runner.dispatch(job)
    with metered() as deliver:
        for chunk in sent:
            runner.deliver(chunk)
    for ref in refs[1:]:
        runner.deliver(Chunk("deliver", ref, [viewer], "bench"))
    benched.feed.home(
        viewer, viewer, FeedQuery(PAGE)
    )  # fetches the keys and creates the signatures
    with metered() as page:
        shown = benched.feed.home(viewer, viewer, FeedQuery(PAGE))
    if len(shown.items) != PAGE:
        raise RuntimeError(f"the page has {len(shown.items)} posts")
    n = len(followers) + 1
    return [
        (
            "what",
            "calls",
            "read units",
            "write units",
            "calls a follower",
            "write units a follower",
        ),
        row("dispatch to 500 followers", dispatch, n),
        row("deliver to 500 followers", deliver, n),
        row(f"a feed page of {PAGE}", page, 0),
    ]


def row(what: str, meter: Any, viewers: int) -> tuple[str, ...]:
    """Return one line of the table."""
    calls = sum(meter.calls.values())
    detail = " + ".join(f"{count} {name}" for name, count in sorted(meter.calls.items()))
    return (
        what,
        f"{calls} ({detail})",
        f"{meter.read_units:g}",
        f"{meter.write_units:g}",
        f"{calls / viewers:.3f}" if viewers else "",
        f"{meter.write_units / viewers:.2f}" if viewers else "",
    )


def people() -> tuple[list[str], str, list[str]]:
    """Create twenty authors, a viewer who follows all, and 500 followers of the first."""
    from functions.aws.tables import put_all
    from functions.clock import new_ulid, utc_now
    from functions.social.storage import FollowRow
    from functions.stage import stage

    authors = [f"author-{i:032}" for i in range(PAGE)]
    followers = [f"follower-{i:027}" for i in range(FOLLOWERS)]
    for user_id in [*authors, followers[0]]:
        stage().accounts.ensure_profile(user_id, user_id[-12:])
    edges = [(follower, authors[0]) for follower in followers]
    edges += [(followers[0], author) for author in authors[1:]]
    put_all(FollowRow(a, b, state="accepted", epoch=new_ulid(), since=utc_now()) for a, b in edges)
    return authors, followers[0], followers


def posted(author_id: str) -> Any:
    """Create the row of a published post with a picture and a caption."""
    from functions.clock import new_ulid, utc_now
    from functions.posts.domain import Post
    from functions.posts.storage import PostRow

    post_id, media_id = new_ulid(), new_ulid()
    post = Post(
        post_id=post_id, author_id=author_id, state="published", caption="A caption. " * 12,
        location="Lisbon", filter=None, media_ids=[media_id],
        pictures=[picture(media_id, author_id)], created_at=utc_now(), published_id=new_ulid(),
        correlation_id="bench",
    )  # fmt: skip
    PostRow.encode(post).save()
    return post.ref


def latency() -> list[tuple[str, ...]]:
    """Measure the time from an uploaded 12 MP photograph to its post in a follower's feed."""
    photo = PHOTOS / "12mp-mosaic.jpg"
    if not photo.exists():
        return [("upload to feed", f"not measured: {photo.name} is not beside the checkout")]
    environment = {**os.environ, "DEMO": "0", "PORT": str(PORT)}
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "infra.local"], env=environment, stdout=log, stderr=log
        )
        try:
            one_way(photo.read_bytes(), 0)  # warm-up: imports Pillow
            taken = sorted(one_way(photo.read_bytes(), run + 1) for run in range(RUNS))
        finally:
            server.terminate()
            server.wait()
    return [
        ("upload of 12mp-mosaic.jpg to a follower's feed", "ms"),
        ("median of 5", f"{median(taken):.0f}"),
        ("fastest and slowest", f"{taken[0]:.0f} to {taken[-1]:.0f}"),
    ]


def one_way(data: bytes, run: int) -> float:
    """Return the milliseconds of one photo's way. The post is created while its picture renders."""
    import requests

    url = f"http://127.0.0.1:{PORT}"
    wait_for(url)
    author, follower = (login(url, f"bench_{name}_{run}") for name in ("a", "b"))
    requests.put(f"{url}/users/{author['user_id']}/follow", headers=auth(follower), timeout=10)
    wanted = {"content_type": "image/jpeg", "size": len(data), "kind": "post"}
    slot = requests.post(f"{url}/upload", json=wanted, headers=auth(author), timeout=10).json()
    body = {"media_ids": [slot["media_id"]]}
    requests.post(f"{url}/posts", json=body, headers=auth(author), timeout=10).raise_for_status()
    form = slot["upload"]
    sent = requests.post(form["url"], data=form["fields"], files={"file": data}, timeout=30)
    sent.raise_for_status()
    begun = time.perf_counter()
    while time.perf_counter() - begun < 30:
        feed = requests.get(
            f"{url}/feed/{follower['user_id']}", headers=auth(follower), timeout=10
        ).json()
        if feed["items"]:
            return (time.perf_counter() - begun) * 1000
        time.sleep(0.005)
    raise TimeoutError("the post has not reached the feed within 30 s")


def wait_for(url: str) -> None:
    """Wait until the server answers."""
    import requests

    for _ in range(400):
        try:
            requests.get(f"{url}/health", timeout=30)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server does not answer")


def login(url: str, username: str) -> dict[str, str]:
    """Sign up and log in."""
    import requests

    password = "a long password"  # noqa: S105
    account = {"username": username, "email": f"{username}@example.com", "password": password}
    requests.post(f"{url}/signup", json=account, timeout=10).raise_for_status()
    answer = requests.post(
        f"{url}/login", json={"username": username, "password": password}, timeout=10
    )
    tokens: dict[str, str] = answer.json()
    return tokens


def auth(tokens: dict[str, str]) -> dict[str, str]:
    """Return the caller's Authorization header."""
    return {"Authorization": f"Bearer {tokens['id_token']}"}


def main() -> None:
    """Print both tables."""

    counted = costs()
    from bench.meter import table_of

    print(table_of(counted), "\n", sep="")
    print(table_of(latency()))


if __name__ == "__main__":
    main()
