"""The local server serves the page's files strictly, and leaves the rest to the API."""

from pathlib import Path

import pytest

from infra.local.page import Page
from infra.page.files import content_type, page_files
from infra.page.headers import Origins, page_headers
from tests.integration.conftest import Stack

NAVIGATION = {"sec-fetch-mode": "navigate", "accept": "text/html"}
BY_AN_OLD_BROWSER = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
BY_A_SCRIPT = {"sec-fetch-mode": "cors", "accept": "*/*"}
BASE_URL = "http://127.0.0.1:8000"
LOGIN = {"username": "mira", "password": "p"}
INDEX = b"<h1>the page</h1>"


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """Make a small page, with a secret beside it and another one hidden inside."""
    web = tmp_path / "web"
    (web / "app").mkdir(parents=True)
    (web / "docs").mkdir()
    (web / "index.html").write_bytes(INDEX)
    (web / "docs" / "index.html").write_text("reference")
    (web / "app" / "main.js").write_text("run()")
    (web / ".hidden").write_text("secret")
    (tmp_path / "secret.txt").write_text("secret")
    return web


@pytest.fixture
def page(web: Path) -> Page:
    return Page(BASE_URL, {"/docs", "/health"}, LOGIN, web)


@pytest.mark.parametrize("name", page_files())
def test_every_file_is_served_with_its_type_and_the_policy(stack: Stack, name: str) -> None:
    answer = stack.call("GET", f"/{name}", headers=BY_A_SCRIPT)
    assert answer.status == 200
    assert answer.headers["content-type"] == content_type(name)
    assert answer.headers["cache-control"] == "no-cache"
    base_url = stack.stage.base_url
    for header, value in page_headers(Origins(media=base_url, uploads=base_url)).items():
        assert answer.headers[header.lower()] == value
    assert "strict-transport-security" not in answer.headers
    known = {"if-none-match": answer.headers["etag"], **BY_A_SCRIPT}
    again = stack.call("GET", f"/{name}", headers=known)
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == answer.headers["etag"]


@pytest.mark.parametrize("headers", [NAVIGATION, {"sec-fetch-mode": "navigate"}, BY_AN_OLD_BROWSER])
@pytest.mark.parametrize("path", ["/", "/u/mira", "/p/01ABC", "/login", "/stories", "/u/%2e%2e"])
def test_a_navigation_to_a_view_gets_the_index(
    page: Page, path: str, headers: dict[str, str]
) -> None:
    answer = page.call("GET", path, headers)
    assert answer is not None
    assert (answer.status, answer.body) == (200, INDEX)
    assert answer.header("content-type") == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "headers",
    [
        BY_A_SCRIPT,
        {"sec-fetch-mode": "cors", "accept": "text/html"},
        {"accept": "application/json"},
        {"accept": "text/htmlx, application/text/html"},
        {},
    ],
)
@pytest.mark.parametrize("path", ["/", "/u/mira", "/stories", "/docs", "/app/none.js"])
def test_anything_else_is_left_to_the_api(page: Page, path: str, headers: dict[str, str]) -> None:
    assert page.call("GET", path, headers) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/login", "/", "/index.html", "/config.json"])
def test_other_methods_are_left_to_the_api(page: Page, path: str, method: str) -> None:
    assert page.call(method, path, NAVIGATION) is None


def test_what_the_api_tells_about_itself_is_no_view(page: Page) -> None:
    assert page.call("GET", "/health", NAVIGATION) is None
    reference = page.call("GET", "/docs", NAVIGATION)
    assert reference is not None
    assert reference.body == b"reference"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt", "/app/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt",
        "/app/..%2f..%2fsecret.txt", "/..%5csecret.txt", "//secret.txt", "/.hidden", "/%2ehidden",
        "/app/../.hidden", "/index.html%00", "/app", "/app/",
    ],
)  # fmt: skip
def test_nothing_but_the_files_is_reached(page: Page, web: Path, path: str) -> None:
    absolute = f"/{web.parent}/secret.txt"
    for target in (path, absolute):
        assert page.call("GET", target, BY_A_SCRIPT) is None
        answer = page.call("GET", target, NAVIGATION)
        assert answer is not None
        assert answer.body == INDEX


def test_head_has_the_headers_of_get(stack: Stack) -> None:
    for path in ("/index.html", "/config.json"):
        got, asked = (stack.call(method, path, headers=BY_A_SCRIPT) for method in ("GET", "HEAD"))
        assert (asked.status, asked.headers) == (got.status, got.headers)


def test_the_configuration_names_the_demo_login_only_with_the_demo(stack: Stack, web: Path) -> None:
    answer = stack.call("GET", "/config.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json == {"api": "", "demo_login": None, "media": stack.stage.base_url}
    with_demo = Page(BASE_URL, (), LOGIN, web).call("GET", "/config.json", {})
    assert with_demo is not None
    assert b'"demo_login": {"username": "mira", "password": "p"}' in with_demo.body


def test_the_stack_keeps_its_other_addresses(stack: Stack) -> None:
    for path in ("/health", "/openapi.json"):
        answer = stack.call("GET", path, headers=NAVIGATION)
        assert answer.headers["content-type"] == "application/json"
    uploads = stack.stage.environment["UPLOADS_BUCKET"]
    for path in ("/cdn/posts/x", f"/{uploads}", f"/{uploads}/x"):
        answer = stack.call("GET", path, headers=NAVIGATION)
        assert answer.status >= 400
        assert answer.headers["content-type"] == "application/xml"


def test_a_view_and_a_route_share_a_path(stack: Stack) -> None:
    page = stack.call("GET", "/stories", headers=NAVIGATION)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    api = stack.call("GET", "/stories", headers=BY_A_SCRIPT)
    assert (api.status, api.headers["content-type"]) == (401, "application/problem+json")
    assert stack.call("GET", "/").status == 404
