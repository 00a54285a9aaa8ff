"""Account deletion, and the export before it."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest

from tests.blackbox.client import Client, Service
from tests.blackbox.people import Person
from tests.blackbox.waiting import until


def leave(person: Person, password: str) -> int:
    return person.delete("/me", json={"password": password}).status_code


@pytest.mark.smoke
def test_who_leaves_is_gone_for_all_at_once(
    service: Service, new: Callable[[], Person], ben: Person
) -> None:
    anna = new()
    ben.follow(anna)
    post = anna.publish()
    assert leave(anna, "not the password") == 401
    assert anna.me()["post_count"] == 1
    assert leave(anna, anna.password) == 202
    for path in (
        f"/users/{anna.user_id}",
        f"/users/{anna.user_id}/posts",
        f"/posts/{post['post_id']}",
    ):
        assert ben.get(path).status_code == 404
    assert ben.seen(f"/users/{ben.user_id}/following")["items"] == []
    assert ben.seen(f"/feed/{ben.user_id}")["items"] == []
    assert anna.get("/me").status_code == 401
    assert anna.post("/upload", {"content_type": "image/png", "size": 1}).status_code == 401
    nobody = Client(service)
    given = {"username": anna.username, "password": anna.password}
    assert nobody.post("/login", given).status_code == 401
    assert nobody.post("/token", {"refresh_token": anna.refresh_token}).status_code == 401


@pytest.mark.smoke
def test_a_copy_of_all_there_is_can_be_taken_along(anna: Person, ben: Person) -> None:
    post = anna.publish(caption="mine")
    assert anna.seen("/me/export")["status"] == "none"
    assert anna.post("/me/export").status_code == 202
    told = until(lambda: anna.seen("/me/export"), lambda export: export["status"] == "ready")
    fetched = anna.service.fetch("GET", told["url"])
    archive = zipfile.ZipFile(io.BytesIO(fetched.content))
    assert [one["post_id"] for one in json.loads(archive.read("posts.json"))] == [post["post_id"]]
    assert any(name.startswith(f"pictures/{post['post_id']}/") for name in archive.namelist())
    assert anna.service.fetch("GET", told["url"].partition("?")[0]).status_code == 403
    assert ben.seen("/me/export")["status"] == "none"
