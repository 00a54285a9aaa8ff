"""The tray: unseen first, then the closest, then the newest; never anything stale."""

import pytest

from functions.affinity.domain import Interaction
from functions.errors import Invalid, NotFound
from functions.http.pages import ListQuery
from functions.stories import tray as tray_module
from functions.stories.schemas import NewStory


def author(world, name, follower):
    world.social.follow(follower, world.person(name))
    return name


def tell(world, name, viewer, stories=1):
    made = [world.story(name) for _ in range(stories)]
    world.tray.deliver([viewer], name)
    world.clock.move(minutes=1)
    return made


def near(world, viewer, name, kind):
    world.affinity.record(Interaction(viewer, name, kind, world.clock()))


def tray(world, viewer, limit=100, cursor=None):
    page = world.tray.read(viewer, ListQuery(limit, cursor))
    return [item.author.user_id for item in page.items], page.next_cursor


def test_unseen_come_first_then_the_closest_then_the_newest(world, bob):
    for name in ("seen-close", "seen", "old", "new", "close", "closest"):
        author(world, name, bob)
        for story in tell(world, name, bob):
            if name.startswith("seen"):
                world.stories.view(bob, story.story_id)
    near(world, bob, "closest", "comment")
    near(world, bob, "close", "like")
    near(world, bob, "seen-close", "comment")
    names, _ = tray(world, bob)
    assert names == ["closest", "close", "new", "old", "seen-close", "seen"]


def test_closeness_fades(world, bob):
    for name in ("once", "lately"):
        author(world, name, bob)
    near(world, bob, "once", "comment")
    world.clock.move(days=30)
    near(world, bob, "lately", "view")
    for name in ("lately", "once"):
        tell(world, name, bob)
    assert tray(world, bob)[0] == ["lately", "once"]


def test_more_stories_than_an_author_may_have_are_never_shown(world, bob, monkeypatch):
    author(world, "ada", bob)
    stories = tell(world, "ada", bob, stories=3)
    monkeypatch.setattr(tray_module, "MAX_ACTIVE", 2)  # two requests at once may both be the last
    [item] = world.tray.read(bob, ListQuery(10)).items
    assert [one.story_id for one in item.stories] == [one.story_id for one in stories[1:]]


def test_an_author_is_seen_once_all_of_the_stories_are(world, bob):
    author(world, "ada", bob)
    first, second = tell(world, "ada", bob, stories=2)
    world.stories.view(bob, first.story_id)
    [item] = world.tray.read(bob, ListQuery(10)).items
    assert [(one.story_id, one.seen) for one in item.stories] == [
        (first.story_id, True),
        (second.story_id, False),
    ]
    assert not item.seen
    world.stories.view(bob, second.story_id)
    [item] = world.tray.read(bob, ListQuery(10)).items
    assert item.seen


@pytest.mark.parametrize("what", ["unfollowed", "private", "deleted", "over", "gone", "requested"])
def test_nothing_stale_is_in_it_from_that_moment_on(world, bob, what):
    author(world, "ada", bob)
    [story] = tell(world, "ada", bob)
    match what:
        case "unfollowed":
            world.social.unfollow(bob, "ada")
        case "private":
            world.social.unfollow(bob, "ada")
            world.users.update("ada", {"is_private": True})
        case "deleted":
            world.stories.delete("ada", story.story_id)
        case "over":
            world.clock.moment = story.expires_at
        case "gone":
            world.users.rows.drop("ada")
        case "requested":
            world.social.unfollow(bob, "ada")
            world.users.update("ada", {"is_private": True})
            world.social.follow(bob, "ada")
    assert tray(world, bob) == ([], None)


def test_the_order_is_frozen_for_the_life_of_a_cursor(world, bob):
    names = [author(world, f"author-{number}", bob) for number in range(5)]
    stories = {name: tell(world, name, bob)[0] for name in names}
    newest_first = names[::-1]
    first, cursor = tray(world, bob, limit=2)
    assert first == newest_first[:2]
    for name in (newest_first[0], newest_first[3]):
        world.stories.view(bob, stories[name].story_id)
    near(world, bob, newest_first[4], "comment")
    second, cursor = tray(world, bob, limit=2, cursor=cursor)
    third, end = tray(world, bob, limit=2, cursor=cursor)
    assert [*first, *second, *third] == newest_first
    assert end is None


def test_a_page_is_full_though_much_behind_it_has_gone(world, bob):
    names = [author(world, f"author-{number}", bob) for number in range(6)]
    for name in names:
        tell(world, name, bob)
    first, cursor = tray(world, bob, limit=1)
    world.social.unfollow(bob, names[4])
    world.social.unfollow(bob, names[3])
    second, cursor = tray(world, bob, limit=2, cursor=cursor)
    assert (first, second) == ([names[5]], [names[2], names[1]])
    assert tray(world, bob, limit=2, cursor=cursor) == ([names[0]], None)


def test_a_cursor_is_good_for_its_viewer_alone(world, bob):
    for number in range(2):
        tell(world, author(world, f"author-{number}", bob), bob)
    cursor = tray(world, bob, limit=1)[1]
    with pytest.raises(Invalid):
        world.tray.read(world.person("eve"), ListQuery(1, cursor))


def test_the_closest_authors_are_those_in_it(world, bob, monkeypatch):
    monkeypatch.setattr(tray_module, "TRAY_AUTHORS", 2)
    for name in ("near", "far", "farther"):
        author(world, name, bob)
    near(world, bob, "near", "like")
    for name in ("near", "farther", "far"):
        [story] = tell(world, name, bob)
        if name == "near":
            world.stories.view(bob, story.story_id)
    assert tray(world, bob)[0] == ["far", "near"]


def test_an_empty_tray_is_empty(world, bob):
    assert tray(world, bob) == ([], None)
    world.tray.deliver([bob], world.person("ada"))
    assert world.tray_entries.rows == {}


def test_an_author_stays_while_another_story_is_left(world, bob):
    author(world, "ada", bob)
    first, second = tell(world, "ada", bob, stories=2)
    for story in (second, first):
        world.stories.delete("ada", story.story_id)
        world.tray.retract([bob], "ada")
        assert len(world.tray_entries.rows) == (story is second)


def test_a_story_published_while_another_is_taken_back_is_not_lost(world, bob):
    author(world, "ada", bob)
    early = world.upload("ada", kind="story")
    [story] = tell(world, "ada", bob)
    world.stories.delete("ada", story.story_id)
    remove = world.tray_entries.remove

    def overtaken(entries):
        world.clock.move(minutes=-2)  # another function's clock is behind
        world.stories.create(world.new_id(), "ada", NewStory(early))
        world.tray.deliver([bob], "ada")
        world.clock.move(minutes=2)
        remove(entries)

    world.tray_entries.remove = overtaken
    world.tray.retract([bob], "ada")
    assert tray(world, bob)[0] == ["ada"]


def test_an_author_is_dropped_when_the_follow_ends(world, bob):
    author(world, "ada", bob)
    tell(world, "ada", bob)
    world.tray.remove_author([bob], "ada")
    world.tray.remove_author([bob], "ada")
    assert world.tray_entries.rows == {}


def test_a_muted_author_is_left_out_at_once_and_back_when_unmuted(world, bob):
    for name in ("ada", "eve", "mia"):
        author(world, name, bob)
        tell(world, name, bob)
    first, cursor = tray(world, bob, limit=1)
    world.boundaries.mute(bob, "ada")
    assert (first, tray(world, bob, cursor=cursor)[0]) == (["mia"], ["eve"])
    assert tray(world, bob)[0] == ["mia", "eve"]
    assert world.stories.of_user(bob, "ada", ListQuery(10)).items
    world.boundaries.unmute(bob, "ada")
    assert tray(world, bob)[0] == ["mia", "eve", "ada"]


def test_an_author_who_has_blocked_the_viewer_is_left_out_with_all_stories(world, bob):
    [story] = tell(world, author(world, "ada", bob), bob)
    world.boundaries.block("ada", bob)
    assert tray(world, bob)[0] == []
    with pytest.raises(NotFound):
        world.stories.see(bob, story.story_id)


HIDDEN = ["muted", "blocked", "unfollowed", "gone", "deleted"]


def crowd(world, viewer, kind, count):
    """Authors who stand before all others in the tray, and are hidden from the viewer."""
    for number in range(count):
        name = author(world, f"a{number:03}", viewer)
        [story] = tell(world, name, viewer)
        near(world, viewer, name, "comment")
        match kind:
            case "muted":
                world.boundaries.mute(viewer, name)
            case "blocked":
                world.boundaries.block(name, viewer)
            case "unfollowed":
                world.social.unfollow(viewer, name)
            case "gone":
                world.users.rows.drop(name)
            case "deleted":
                world.stories.delete(name, story.story_id)


@pytest.fixture
def small(monkeypatch):
    """Trays of four authors, of which a first page examines twelve."""
    monkeypatch.setattr(tray_module, "TRAY_AUTHORS", 4)
    monkeypatch.setattr(tray_module, "MOST_EXAMINED", 12)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("kind", HIDDEN)
@pytest.mark.parametrize("hidden", [3, 4, 10])
def test_hidden_authors_use_up_no_place(world, bob, kind, hidden):
    shown = [author(world, name, bob) for name in ("x", "y", "z")]
    for name in shown:
        tell(world, name, bob)
    crowd(world, bob, kind, hidden)
    items, cursor = tray(world, bob)
    more = tray(world, bob, cursor=cursor)[0] if cursor else []
    assert items + more == ["z", "y", "x"]


@pytest.mark.usefixtures("small")
def test_a_first_page_that_examines_too_many_ends_and_the_next_goes_on(world, bob):
    for name in ("x", "y", "z"):
        tell(world, author(world, name, bob), bob)
    crowd(world, bob, "unfollowed", 13)
    items, cursor = tray(world, bob)
    assert items == []
    assert tray(world, bob, cursor=cursor) == (["z", "y", "x"], None)


def test_muted_authors_use_up_none_of_the_rows_that_are_read(world, bob, monkeypatch):
    monkeypatch.setattr(tray_module, "TRAY_ROWS", 3)
    crowd(world, bob, "muted", 3)
    tell(world, author(world, "z", bob), bob)
    assert tray(world, bob)[0] == ["z"]
