"""Whose a post is."""

import pytest

from functions.affinity import post_authors
from functions.affinity.post_authors import PostAuthors


@pytest.fixture
def reads(world, monkeypatch):
    """The posts that are read."""
    reads = []
    get = world.post_store.get
    monkeypatch.setattr(world.post_store, "get", lambda i: reads.append(i) or get(i))
    return reads


def test_an_author_is_read_once_a_post_and_a_deleted_posts_is_known_too(world, reads):
    post = world.post(world.person("ada"))
    reads.clear()
    known = PostAuthors(world.post_store)
    assert [known.of(post.post_id) for _ in range(3)] == ["ada"] * 3
    assert reads == [post.post_id]
    world.posts.delete("ada", post.post_id)
    assert PostAuthors(world.post_store).of(post.post_id) == "ada"
    assert known.of("unknown") is None


def test_authors_are_remembered_but_not_without_end(world, monkeypatch):
    monkeypatch.setattr(post_authors, "REMEMBERED", 2)
    world.person("ada")
    known = PostAuthors(world.post_store)
    for _ in range(5):
        assert known.of(world.post("ada").post_id) == "ada"
        assert len(known._known) <= 2
