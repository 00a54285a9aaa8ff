"""Every list of people and their things goes on behind any number of hidden entries."""

import pytest

from functions.http import pages
from functions.http.pages import ListQuery
from functions.reactions.schemas import CommentsQuery, NewComment

CROWD = 30


@pytest.fixture
def crowd(world, ada, bob):
    """People who do the same as one whom bob may see, and whom he may not."""
    world.social.follow(bob, ada)
    names = [world.person(f"u{number:02}") for number in range(CROWD)]
    return [*names, world.person("z")]


def followers(world, crowd):
    for name in crowd:
        world.social.follow(name, "ada")
    return lambda query: world.social.followers("bob", "ada", query), lambda user: user.user_id


def following(world, crowd):
    for name in crowd:
        world.social.follow("ada", name)
    return lambda query: world.social.following("bob", "ada", query), lambda user: user.user_id


def requests(world, crowd):
    world.users.update("bob", {"is_private": True})
    for name in reversed(crowd):
        world.social.follow(name, "bob")
    return lambda query: world.social.requests("bob", query), lambda user: user.user_id


def likers(world, crowd):
    post_id = world.post("ada").post_id
    for name in crowd:
        world.reactions.like(name, post_id)
    return lambda query: world.reactions.likers("bob", post_id, query), lambda user: user.user_id


def comments(world, crowd):
    post_id = world.post("ada").post_id
    for name in crowd:
        world.reactions.comment(world.new_id(), name, NewComment(post_id, "Ah!"))
    return (
        lambda query: world.reactions.comments("bob", post_id, CommentsQuery(*_parts(query))),
        lambda comment: comment.author.user_id,
    )


def viewers(world, crowd):
    story_id = world.story("bob").story_id
    for name in crowd:
        world.stories.view(name, story_id)
    return (
        lambda query: world.stories.viewers("bob", story_id, query),
        lambda viewer: viewer.user.user_id,
    )


def _parts(query):
    return query.limit, query.cursor


LISTS = [followers, following, requests, likers, comments, viewers]


@pytest.mark.parametrize("of", LISTS, ids=lambda of: of.__name__)
def test_a_list_goes_on_behind_people_who_have_gone(world, crowd, of, monkeypatch):
    monkeypatch.setattr(pages, "MOST_EXAMINED", 5)
    monkeypatch.setattr(pages, "READ_ON", 2)
    read, shown = of(world, crowd)
    for name in crowd[:CROWD]:
        world.users.rows.drop(name)
    seen, cursor, empty = [], "", 0
    while True:
        page = read(ListQuery(2, cursor))
        seen += map(shown, page.items)
        empty += not page.items
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert seen in (["z"], ["z", "bob"], ["bob", "z"])
    assert empty > 0
