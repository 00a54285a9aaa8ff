"""The demo is complete, credited and small, and fails with what the server said."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from infra.local.demo import api
from infra.local.demo.api import Api, DemoError
from infra.local.demo.load import PHOTOS, TYPES
from infra.local.demo.people import COMMENTS, LOGIN, PEOPLE, STORIES

FILES = sorted(p.name for p in PHOTOS.iterdir() if p.suffix in TYPES)


def test_everybody_follows_people_of_the_demo_and_the_login_follows_all() -> None:
    names = {person.username for person in PEOPLE}
    for person in PEOPLE:
        assert set(person.follows) <= names - {person.username}
    (login,) = (person for person in PEOPLE if person.username == LOGIN)
    assert set(login.follows) == names - {LOGIN}


def test_stories_are_of_photographs_that_are_there_and_reach_the_login() -> None:
    (login,) = (person for person in PEOPLE if person.username == LOGIN)
    for username, file in STORIES:
        assert username in login.follows
        assert file in FILES


def test_every_photograph_is_posted_once_and_credited() -> None:
    posted = sorted(photo.file for person in PEOPLE for photo in person.photos)
    assert posted == FILES
    credits_ = (PHOTOS / "CREDITS.md").read_text()
    assert [name for name in FILES if name not in credits_] == []


def test_every_comment_is_by_somebody_of_the_demo_on_one_of_its_photographs() -> None:
    names = {person.username for person in PEOPLE}
    for username, file, text in COMMENTS:
        assert username in names
        assert file in FILES
        assert text


def test_the_photographs_are_small() -> None:
    assert sum((PHOTOS / name).stat().st_size for name in FILES) < 6 * 1024 * 1024


class Refusing(BaseHTTPRequestHandler):
    """A server that answers what it is told to."""

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
