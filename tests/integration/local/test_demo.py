"""The demo is complete, credited and small, and reports the server's answer when it fails."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from functions.media.filters import FILTERS
from infra.local.demo import api
from infra.local.demo.api import Api, DemoError
from infra.local.demo.cast import APART, TYPES
from infra.local.demo.content import ALTS, LOGIN, PEOPLE, PHOTOS, POSTS, STORIES, Comment

FILES = sorted(p.name for p in PHOTOS.iterdir() if p.suffix in TYPES)
NAMES = {person.username: person for person in PEOPLE}


def may_see(author: str) -> set[str]:
    """Return the people who may see the posts of an author."""
    if not NAMES[author].is_private:
        return set(NAMES)
    return {author, *(person.username for person in PEOPLE if author in person.follows)}


def with_answers(comments: list[Comment]) -> Iterator[Comment]:
    for comment in comments:
        yield comment
        yield from with_answers(comment.answers)


def test_everybody_follows_people_of_the_demo_and_only_private_ones_are_waited_for() -> None:
    for person in PEOPLE:
        assert set(person.follows) | set(person.waits_for) <= set(NAMES) - {person.username}
        assert not set(person.follows) & set(person.waits_for)
        assert all(NAMES[name].is_private for name in person.waits_for)


def test_the_login_has_requests_of_its_own_and_from_others_and_a_full_feed() -> None:
    login = NAMES[LOGIN]
    assert login.waits_for
    assert any(LOGIN in person.waits_for for person in PEOPLE)
    assert len({post.by for post in POSTS} & {LOGIN, *login.follows}) >= 7


def test_every_photograph_is_posted_once_and_credited() -> None:
    assert sorted(file for post in POSTS for file in post.files) == FILES
    credits_ = (PHOTOS / "CREDITS.md").read_text()
    assert [name for name in FILES if name not in credits_] == []


def test_every_photograph_has_a_text() -> None:
    assert sorted(ALTS) == FILES
    assert all(text.endswith(".") and len(text) > 20 for text in ALTS.values())


def test_every_avatar_is_a_photograph_that_its_person_has_posted() -> None:
    posted = {file: post.by for post in POSTS for file in post.files}
    assert {person.avatar: person.username for person in PEOPLE}.items() <= posted.items()


def test_the_posts_are_newest_first_and_still_in_timelines() -> None:
    ages = [post.days for post in POSTS]
    assert ages == sorted(ages)
    assert ages[0] > 0
    assert 21 < ages[-1] < 30


def test_people_like_and_comment_posts_that_they_may_see_and_before_now() -> None:
    for post in POSTS:
        comments = list(with_answers(post.comments))
        assert {*post.liked_by, *(comment.by for comment in comments)} <= may_see(post.by)
        minutes = post.days * 24 * 60
        assert all(0 < comment.after < minutes for comment in comments)
        assert len(post.liked_by) * (APART / timedelta(minutes=1)) < minutes
        assert post.filter is None or (post.filter in FILTERS and post.days > 1)
        for comment in comments:
            assert all(answer.after > comment.after for answer in comment.answers)


def test_the_stories_are_of_today_and_reach_the_login() -> None:
    for story in STORIES:
        assert story.by in {LOGIN, *NAMES[LOGIN].follows}
        assert story.file in FILES
        assert 0 < story.hours < 20
        assert set(story.seen_by) <= may_see(story.by) - {story.by}
        assert len(story.seen_by) * (APART / timedelta(hours=1)) < story.hours


def test_the_photographs_are_small() -> None:
    assert sum((PHOTOS / name).stat().st_size for name in FILES) < 6.5 * 1024 * 1024


class Refusing(BaseHTTPRequestHandler):
    """A server that answers as told."""

    status, body = 500, b'{"detail": "out of order"}'

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def base_url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.enable_socket
def test_a_failed_call_fails_with_the_servers_answer(base_url: str) -> None:
    with pytest.raises(DemoError, match=r"GET .*/x answered 500: .*out of order"):
        Api(base_url).call("GET", "/x")


@pytest.mark.enable_socket
def test_a_picture_that_fails_or_hangs_fails_the_demo(
    base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Refusing, "status", 200)
    media = {"status": "failed", "failure": {"code": "corrupt"}}
    monkeypatch.setattr(Refusing, "body", json.dumps(media).encode())
    with pytest.raises(DemoError, match="corrupt"):
        Api(base_url).wait_until_ready("m")
    monkeypatch.setattr(Refusing, "body", b'{"status": "processing"}')
    monkeypatch.setattr(api, "PATIENCE_SECONDS", 0.1)
    with pytest.raises(DemoError, match="still processing"):
        Api(base_url).wait_until_ready("m")


@pytest.mark.enable_socket
def test_no_server_at_all_is_told_too() -> None:
    with pytest.raises(DemoError, match="got no answer"):
        Api("http://127.0.0.1:1").call("GET", "/x")


def test_the_demo_needs_nothing_outside_the_repository() -> None:
    assert all(not (PHOTOS / name).is_symlink() for name in FILES)
    assert Path(PHOTOS).is_dir()
