"""Measures how long a picture waits while somebody else changes filters: `python -m bench.storm`.

One person has posts of ten pictures and asks 25 times for another filter, as fast as answers come.
Another person uploads a photograph meanwhile. The time is that from the upload until its picture is
`ready`, measured over HTTP at a separate server. The local stack renders two pictures of a queue at
a time, so what waits is the order of the work, as on Lambda when all of a queue's workers are busy.
"""

import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import requests

from bench.flow import auth, login, wait_for

PHOTO = Path(__file__).parents[1] / "infra" / "local" / "demo" / "photos" / "rocket.jpg"
PORT = 8138
URL = f"http://127.0.0.1:{PORT}"
CHANGES = 25
PICTURES = 10
LOOKS = ("ink", "frost", "sepia", "dawn")
RUNS = 3
PATIENCE_SECONDS = 60


def upload(person: dict[str, str], data: bytes) -> str:
    """Upload a photograph as a request's body. Returns the media's id."""
    headers = {**auth(person), "Content-Type": "image/jpeg"}
    answer = requests.post(f"{URL}/upload", data=data, headers=headers, timeout=30)
    answer.raise_for_status()
    return str(answer.json()["media_id"])


def wait_until_ready(person: dict[str, str], media_id: str) -> float:
    """Wait for a picture. Returns the seconds that it took."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < PATIENCE_SECONDS:
        shown = requests.get(f"{URL}/media/{media_id}", headers=auth(person), timeout=30).json()
        if shown["status"] == "ready":
            return time.perf_counter() - begun
        time.sleep(0.02)
    raise TimeoutError(f"{media_id} is not ready within {PATIENCE_SECONDS} s")


def publish(person: dict[str, str], data: bytes) -> str:
    """Publish a post of ten pictures. Returns its id."""
    media_ids = [upload(person, data) for _ in range(PICTURES)]
    for media_id in media_ids:
        wait_until_ready(person, media_id)
    body = {"media_ids": media_ids}
    made = requests.post(f"{URL}/posts", json=body, headers=auth(person), timeout=30).json()
    return str(made["post_id"])


def storm(person: dict[str, str], post_id: str) -> Counter[int]:
    """Ask for another filter again and again. Returns how often each status was answered."""
    looks = itertools.islice(itertools.cycle(LOOKS), CHANGES)
    return Counter(
        requests.patch(
            f"{URL}/posts/{post_id}", json={"filter": look}, headers=auth(person), timeout=30
        ).status_code
        for look in looks
    )


def measured(data: bytes) -> list[tuple[str, ...]]:
    """Return the table of the victim's times."""
    wait_for(URL)
    attacker, victim = login(URL, "storm_attacker"), login(URL, "storm_victim")
    posts = [publish(attacker, data) for _ in range(RUNS)]
    calm = [wait_until_ready(victim, upload(victim, data)) for _ in range(RUNS)]
    stormy, answers = [], Counter[int]()
    for post_id in posts:
        answers += storm(attacker, post_id)
        stormy.append(wait_until_ready(victim, upload(victim, data)))
    told: list[tuple[str, Any]] = [("without", calm), (f"after {CHANGES} changes", stormy)]
    return [
        (f"an upload of {PHOTO.name}", "median s", "slowest s"),
        *((name, f"{median(took):.2f}", f"{max(took):.2f}") for name, took in told),
        ("the changes' answers", ", ".join(f"{n} x {s}" for s, n in sorted(answers.items())), ""),
    ]


def main() -> None:
    """Print the table."""
    from bench.meter import table_of

    with tempfile.TemporaryFile() as log:
        environment = {**os.environ, "DEMO": "0", "PORT": str(PORT)}
        command = [sys.executable, "-m", "infra.local"]
        server = subprocess.Popen(  # noqa: S603 - this very checkout
            command, env=environment, stdout=log, stderr=log
        )
        try:
            print(table_of(measured(PHOTO.read_bytes())))
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
