"""Media URLs: signed, the same for everybody, cacheable, and closed without a signature."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest

from tests.blackbox.client import Service, send_raw
from tests.blackbox.conftest import ORIGINS
from tests.blackbox.people import Person
from tests.blackbox.pictures import photo, plain
from tests.blackbox.server import Server, code_for
from tests.blackbox.waiting import until


@pytest.fixture(scope="module")
def url(ada: Person) -> str:
    """Return the URL of a published picture."""
    return str(ada.publish(image=photo("rocket.jpg"))["media"][0]["url"])


def status(service: Service, url: str, method: str = "GET") -> int:
    """Return the status of the answer to a URL."""
    return service.fetch(method, url).status_code


def without(url: str, name: str) -> str:
    """Return a URL without one of its parameters."""
    return with_query(url, {key: value for key, value in query_of(url).items() if key != name})


def with_query(url: str, query: dict[str, str]) -> str:
    """Return a URL with another query."""
    return urlunsplit(urlsplit(url)._replace(query=urlencode(query)))


def query_of(url: str) -> dict[str, str]:
    """Return a URL's parameters."""
    return dict(parse_qsl(urlsplit(url).query))


def with_path(url: str, path: str) -> str:
    """Return a URL of another path, with the same signature."""
    return urlunsplit(urlsplit(url)._replace(path=path))


@pytest.mark.smoke
def test_a_signed_url_opens_without_a_token(service: Service, url: str) -> None:
    assert status(service, url) == 200
    assert status(service, url, "HEAD") == 200


def test_it_is_made_to_be_cached_for_long(service: Service, url: str) -> None:
    answer = service.fetch("GET", url)
    cached = answer.headers["Cache-Control"]
    assert "immutable" in cached
    seconds = int(cached.partition("max-age=")[2].partition(",")[0])
    assert seconds >= 30 * 86_400
    assert "private" not in cached
    assert "no-" not in cached
    assert "s-maxage=3600" in cached, "a deleted picture leaves the edges within an hour"
    again = service.fetch("GET", url, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_every_viewer_is_given_the_same_url(anna: Person, ben: Person) -> None:
    post = anna.publish(image=photo("coffee.jpg"))
    seen = [person.seen(f"/posts/{post['post_id']}") for person in (anna, ben, anna)]
    assert seen[0]["media"] == seen[1]["media"] == seen[2]["media"] == post["media"]


@pytest.mark.smoke
def test_without_any_one_of_its_parameters_it_is_closed(service: Service, url: str) -> None:
    assert len(query_of(url)) >= 3
    for name in query_of(url):
        assert status(service, without(url, name)) == 403
    assert status(service, url.partition("?")[0]) == 403


@pytest.mark.smoke
def test_with_any_one_of_its_parameters_changed_it_is_closed(service: Service, url: str) -> None:
    for name, value in query_of(url).items():
        middle = len(value) // 2
        changed = value[:middle] + ("A" if value[middle] != "A" else "B") + value[middle + 1 :]
        for tampered in (changed, value[:-4], "", "x", "é", "=" * 50, "~", value + value):
            assert status(service, with_query(url, {**query_of(url), name: tampered})) == 403


def test_a_signature_opens_no_other_authors_media(anna: Person, ben: Person) -> None:
    mine, theirs = (
        person.publish(image=photo("coffee.jpg"))["media"][0]["url"] for person in (anna, ben)
    )
    assert status(anna.service, with_path(mine, urlsplit(theirs).path)) == 403
    assert status(anna.service, with_path(theirs, urlsplit(mine).path)) == 403


@pytest.mark.local
def test_a_signature_reaches_no_other_path_by_detours(
    service: Service, anna: Person, url: str
) -> None:
    path = urlsplit(url).path
    target = urlsplit(anna.publish(image=plain())["media"][0]["url"]).path
    folder, query = path.rpartition("/")[0], urlsplit(url).query
    up = "/".join([".."] * (folder.count("/") - 1))
    for detour in (
        f"{folder}/{up}/{target.removeprefix('/cdn/')}",
        f"{folder}/%2e%2e/%2e%2e/%2e%2e/{target.removeprefix('/cdn/')}",
        f"{folder}/..%2f..%2f..%2f{target.removeprefix('/cdn/')}",
        f"/cdn/{target}", f"/cdn//{target}", f"{target}#{path}", f"{target}%00{path}",
        f"{path}/../../../../{target}", "/cdn/", "/cdn", "/cdn/%00", "/cdn/%ff", f"{path}%20",
        f"{folder}/", f"{path}x", "/cdn/" + "x" * 3000,
    ):  # fmt: skip
        answer = send_raw(service, "GET", f"{detour}?{query}")
        assert 400 <= answer.status_code < 500, detour
        assert answer.headers.get("Content-Type") != "image/webp", detour


def test_a_rendition_that_is_not_made_yet_is_closed(service: Service, anna: Person) -> None:
    assert status(service, anna.ask_for_form()["url"]) == 403


def test_a_media_path_takes_no_writing(service: Service, url: str) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert 400 <= status(service, url, method) < 500
    assert status(service, url) == 200


@pytest.mark.local
def test_a_page_of_an_allowed_origin_may_read_media(service: Service, url: str) -> None:
    for origin in ORIGINS:
        answer = service.fetch("GET", url, headers={"Origin": origin})
        assert answer.headers["Access-Control-Allow-Origin"] == origin
    foreign = service.fetch("GET", url, headers={"Origin": "http://no.example"})
    assert "Access-Control-Allow-Origin" not in foreign.headers


def test_a_part_of_a_picture_can_be_asked_for(service: Service, url: str) -> None:
    whole = service.fetch("GET", url).content
    part = service.fetch("GET", url, headers={"Range": "bytes=10-19"})
    assert part.status_code in {200, 206}
    assert part.content == (whole[10:20] if part.status_code == 206 else whole)


@pytest.mark.local
def test_a_signature_ends_and_asking_again_renews_it_on_the_same_path(
    strict_server: tuple[Server, Service],
) -> None:
    server, service = strict_server
    person = Person(service, confirm=lambda name: code_for(server, name))
    media_id = person.ready()
    first = person.seen(f"/media/{media_id}")["url"]
    assert status(service, first) == 200
    until(lambda: status(service, first), lambda now: now == 403)
    second = person.seen(f"/media/{media_id}")["url"]
    assert second != first
    assert urlsplit(second).path == urlsplit(first).path
    assert status(service, second) == 200
