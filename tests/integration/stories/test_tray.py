"""The tray over HTTP."""

from datetime import timedelta

import pytest

from functions import author_cache
from tests.integration.people import follow, unfollow
from tests.integration.stories.test_stories import tell, upload


@pytest.fixture
def people(stack):
    """Make people. The first is the viewer."""
    return [stack.person(name) for name in ("bob", "ada", "eve")]


def publish(stack, *authors):
    """Publish a story of each, in this order. Returns their ids."""
    media = [upload(stack, author) for author in authors]
    stack.settle()
    pairs = zip(authors, media, strict=True)
    return [tell(stack, author, media_id)["story_id"] for author, media_id in pairs]


def tray(stack, person, query=""):
    answer = stack.call("GET", f"/stories{query}", token=person.token)
    assert answer.status == 200, answer
    return answer.json["items"]


def authors(items):
    return [item["author"]["user_id"] for item in items]


def test_a_story_comes_to_the_followers_trays_alone(stack, people):
    bob, ada, eve = people
    follow(stack, bob, ada)
    stack.settle()
    [story_id] = publish(stack, ada)
    stack.settle()
    [item] = tray(stack, bob)
    assert (item["author"]["user_id"], item["seen"]) == (ada.user_id, False)
    assert [story["story_id"] for story in item["stories"]] == [story_id]
    assert tray(stack, eve) == tray(stack, ada) == []


def test_unseen_come_first_then_the_newest_and_closeness_comes_between(stack, people):
    bob, ada, eve = people
    for author in (ada, eve):
        follow(stack, bob, author)
    stack.settle()
    adas, eves = publish(stack, ada, eve)
    stack.settle()
    assert authors(tray(stack, bob)) == [eve.user_id, ada.user_id]
    stack.call("POST", f"/stories/{eves}/view", token=bob.token)
    items = tray(stack, bob)
    assert [item["seen"] for item in items] == [False, True]
    assert authors(items) == [ada.user_id, eve.user_id]
    stack.call("POST", f"/stories/{adas}/view", token=bob.token)
    for _ in range(2):
        stack.call("GET", f"/users/{ada.user_id}", token=bob.token)
    stack.settle()
    assert authors(tray(stack, bob)) == [ada.user_id, eve.user_id]


def test_pages_go_through_the_whole_tray(stack, people):
    bob, ada, eve = people
    for author in (ada, eve):
        follow(stack, bob, author)
    stack.settle()
    publish(stack, ada, eve)
    stack.settle()
    first = stack.call("GET", "/stories?limit=1", token=bob.token)
    rest = tray(stack, bob, f"?limit=1&cursor={first.json['next_cursor']}")
    assert authors([*first.json["items"], *rest]) == [eve.user_id, ada.user_id]
    assert 'rel="next"' in first.headers["link"]


def test_a_follow_brings_stories_and_its_end_takes_them_away_at_once(stack, people):
    bob, ada, _ = people
    publish(stack, ada)
    stack.settle()
    follow(stack, bob, ada)
    stack.settle(advance=True)
    assert authors(tray(stack, bob)) == [ada.user_id]
    unfollow(stack, bob, ada)
    assert tray(stack, bob) == []
    stack.settle(advance=True)
    follow(stack, bob, ada)
    assert tray(stack, bob) == []
    stack.settle(advance=True)
    assert authors(tray(stack, bob)) == [ada.user_id]


def test_a_deleted_story_is_gone_at_once_and_its_entry_soon(stack, people):
    from functions.stories.storage import StoryRow, TrayRow

    bob, ada, _ = people
    follow(stack, bob, ada)
    stack.settle()
    [story_id] = publish(stack, ada)
    stack.settle()
    stack.call("DELETE", f"/stories/{story_id}", token=ada.token)
    assert tray(stack, bob) == []
    stack.settle()
    assert list(TrayRow.query(bob.user_id)) == []
    # A query pays for every row of the author, whether or not a filter leaves it out.
    assert list(StoryRow.query(ada.user_id, consistent_read=True)) == []


def test_a_rebuild_brings_the_tray_too(stack, people):
    from functions.stage import stage

    bob, ada, _ = people
    follow(stack, bob, ada)
    publish(stack, ada)
    stack.settle(advance=True)
    stage().tray.remove_author([bob.user_id], ada.user_id)
    assert tray(stack, bob) == []
    stack.call("POST", "/feed", token=bob.token, json={})
    stack.settle()
    assert authors(tray(stack, bob)) == [ada.user_id]


def test_stories_of_a_pulled_author_are_found_by_those_who_look(stack, people, monkeypatch):
    from functions.accounts.storage import UserRow
    from functions.clock import new_ulid
    from functions.stage import stage
    from functions.stories.storage import TrayRow

    bob, ada, _ = people
    follow(stack, bob, ada)
    stack.settle(advance=True)
    epoch = new_ulid()
    actions = [
        UserRow.band.set("pulled"),
        UserRow.band_epoch.set(epoch),
        UserRow.pulled_from.set("0" * 26),
        UserRow.follower_count.set(1_000_000),
    ]
    UserRow(ada.user_id).update(actions)
    stage().social.follows.mark([bob.user_id], ada.user_id, epoch)
    publish(stack, ada)
    stack.settle()
    assert list(TrayRow.query(bob.user_id)) == []
    monkeypatch.setattr(author_cache, "CACHED_FOR", timedelta())
    assert authors(tray(stack, bob)) == [ada.user_id]
