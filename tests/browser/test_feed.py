"""The feed on the way down: nothing moves, little is kept, and coming back finds it as it was."""

import io
import os
import re
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.blackbox.client import Service
from tests.blackbox.people import Person
from tests.blackbox.waiting import until
from tests.browser.conftest import PHONE, Visit
from tests.browser.visitor import Visitor

POSTS = 300
AT_ONCE = 8
MINUTES = float(os.environ.get("MEMORY_MINUTES", "0"))
"""How long `make test-memory` scrolls; without it, some rounds are enough."""
ROUNDS = 6
WARM_UP = 2
SCREENS = 60
HEAP_A_ROUND = 2_000 if MINUTES else 40_000
"""A round draws some hundred cards, of about 20 KB and 60 nodes each. The engine's own caches still
grow in the first rounds; over minutes they must not."""
NODES_A_ROUND = 1
SHIFT = """
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def picture(number: int) -> bytes:
    """A small picture in one of several proportions."""
    file = io.BytesIO()
    size = [(60, 75), (90, 60), (64, 64), (96, 50)][number % 4]
    Image.new("RGB", size, (number % 255, 120, 255 - number % 255)).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture(scope="module")
def busy(service: Service) -> Person:
    """Somebody with 300 posts in their feed."""
    ann = Person(service)

    def post(number: int) -> None:
        media = ann.send(picture(number))
        ann.post_of([media["media_id"]], caption=f"Number {number}")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(post, range(POSTS)))
    until(lambda: len(ann.feed()), lambda count: count == POSTS, patience=900)
    return ann


def to_the_end(visitor: Visitor, most: int) -> tuple[int, int]:
    """Scroll down for some steps, or to the end. Return the most cards that were in the document at
    once, and how many different posts were seen. Steps that find nothing below do not count: the
    next page is on its way.
    """
    cards: int
    seen: int
    cards, seen = visitor.page.evaluate(
        """async (most) => {
          const seen = new Set();
          let cards = 0;
          const until = performance.now() + 300_000;
          for (let steps = 0; steps < most && !document.querySelector(".end");) {
            if (performance.now() > until) throw new Error(`no end after ${steps} steps`);
            const before = scrollY;
            scrollBy(0, innerHeight * 0.9);
            if (scrollY > before) steps++;
            await new Promise((resolve) => setTimeout(resolve, 30));
            const now = document.querySelectorAll("article[data-post]");
            cards = Math.max(cards, now.length);
            for (const card of now) seen.add(card.dataset.post);
          }
          return [cards, seen.size];
        }""",
        most,
    )
    return cards, seen


def test_three_hundred_posts_leave_few_cards_and_shift_nothing(visit: Visit, busy: Person) -> None:
    anna = visit()
    anna.context.add_init_script(SHIFT)
    anna.log_in(busy)
    anna.open("/")
    expect(anna.posts().first).to_be_visible()
    cards, seen = to_the_end(anna, most=3000)
    assert (seen, cards <= 60) == (POSTS, True), cards
    assert anna.page.evaluate("window.shifts") < 0.001


def test_going_back_finds_the_place(visit: Visit, busy: Person) -> None:
    anna = visit(viewport=PHONE).log_in(busy)
    expect(anna.posts().first).to_be_visible()
    to_the_end(anna, most=60)
    where = anna.page.evaluate("""() => {
      const all = [...document.querySelectorAll("article[data-post]")];
      const card = all.find((one) => one.getBoundingClientRect().top > 0);
      return [card.dataset.post, card.getBoundingClientRect().top];
    }""")
    card = anna.page.locator(f"article[data-post='{where[0]}']")
    card.locator("a.action").evaluate("(link) => link.click()")
    expect(anna.page.get_by_role("region", name="Comments")).to_be_visible()
    anna.page.go_back()
    expect(card).to_be_visible()
    anna.page.wait_for_function(
        """([id, top]) => {
          const card = document.querySelector(`article[data-post='${id}']`);
          return Math.abs(card?.getBoundingClientRect().top - top) < 4;
        }""",
        arg=where,
    )


def scroll(visitor: Visitor, screens: int) -> None:
    """Scroll so many screens down, and as many up. A browser that draws no frame for a while must
    not hold it up.
    """
    visitor.page.evaluate(
        """async (screens) => {
          const drawn = (done) => {
            requestAnimationFrame(done);
            setTimeout(done, 100);
          };
          for (const way of [1, -1])
            for (let step = 0; step < screens; step++) {
              scrollBy(0, way * innerHeight * 0.9);
              await new Promise(drawn);
            }
          scrollTo(0, 0);
        }""",
        screens,
    )


def memory(visitor: Visitor) -> list[int]:
    """Return the heap's bytes, the nodes and the listeners that a collection leaves."""
    browser = visitor.context.new_cdp_session(visitor.page)
    for _ in range(2):  # the second takes what finalizers of the first have let go
        browser.send("HeapProfiler.collectGarbage")
    heap = browser.send("Runtime.getHeapUsage")["usedSize"]
    counts = browser.send("Memory.getDOMCounters")
    browser.detach()
    return [int(heap), counts["nodes"], counts["jsEventListeners"]]


def slope(values: list[int]) -> float:
    """The median growth from one value to any later one, a step: single peaks do not move it."""
    return statistics.median(
        (later - value) / (distance + 1)
        for at, value in enumerate(values)
        for distance, later in enumerate(values[at + 1 :])
    )


def test_memory_is_flat_after_scrolling_up_and_down(visit: Visit, busy: Person) -> None:
    anna = visit().log_in(busy)
    expect(anna.posts().first).to_be_visible()
    to_the_end(anna, most=3000)
    anna.page.evaluate("scrollTo(0, 0)")
    for _ in range(WARM_UP):
        scroll(anna, SCREENS)
    end = time.monotonic() + 60 * MINUTES
    seen = []
    while len(seen) < ROUNDS or time.monotonic() < end:
        scroll(anna, SCREENS)
        seen.append(memory(anna))
    heap, nodes, listeners = (slope(list(values)) for values in zip(*seen, strict=True))
    growth = f"{heap:.0f} bytes, {nodes:.2f} nodes, {listeners:.2f} listeners a round"
    figures = f"{growth}; {len(seen)} rounds, from {seen[0]} to {seen[-1]}"
    sys.stdout.write(f"{figures}\n")
    assert heap <= HEAP_A_ROUND, figures
    assert nodes <= NODES_A_ROUND, figures
    assert listeners <= NODES_A_ROUND, figures


def test_new_posts_are_announced_and_nothing_jumps(visit: Visit, new: Callable[[], Person]) -> None:
    ann, ben = new(), new()
    ann.follow(ben)
    first = ben.publish("The first")
    ann.sees(first["post_id"])
    anna = visit().log_in(ann)
    expect(anna.posts()).to_have_count(1)
    where: dict[str, Any] | None = anna.posts().bounding_box()
    second = ben.publish("The second")
    ann.sees(second["post_id"], first["post_id"])
    anna.page.evaluate("document.dispatchEvent(new Event('visibilitychange')) && 0")
    pill = anna.page.get_by_role("button", name=re.compile("1 new post"))
    expect(pill).to_be_visible()
    assert anna.posts().bounding_box() == where
    pill.click()
    expect(anna.posts().first).to_contain_text("The second")
