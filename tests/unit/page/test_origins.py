"""The origins that the page and its stage know of each other."""

import pytest

from infra.page.origins import origin_of, with_page


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        (
            "https://abc.execute-api.eu-west-1.amazonaws.com/api/",
            "https://abc.execute-api.eu-west-1.amazonaws.com",
        ),
        ("https://cdn.example:8443/media", "https://cdn.example:8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_the_origin_of_a_url_has_no_path(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    ("allowed", "wanted"),
    [
        ("", "https://page.example"),
        ("https://a.example", "https://a.example,https://page.example"),
        ("*", "*"),
        ("https://a.example, *", "https://a.example, *"),
    ],
)
def test_the_page_may_always_call_the_api(allowed: str, wanted: str) -> None:
    assert with_page(allowed, "https://page.example") == wanted
