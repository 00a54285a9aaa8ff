"""Cross-origin headers of stages with other origins than this one's."""

import msgspec
import pytest

from functions.config import settings
from functions.http import answers
from functions.http.answers import cors_headers


@pytest.fixture
def origins(monkeypatch):
    """Sets the stage's origins."""

    def origins(text):
        changed = msgspec.structs.replace(settings(), allowed_origins=text)
        monkeypatch.setattr(answers, "settings", lambda: changed)

    return origins


def test_a_star_admits_all_and_echoes_who_asks(origins):
    origins("*")
    assert cors_headers("https://any.test")["Access-Control-Allow-Origin"] == "https://any.test"


def test_without_origins_nothing_is_said(origins):
    origins("")
    assert cors_headers("https://any.test") == {}
    assert cors_headers(None) == {}


@pytest.mark.parametrize("origin", ["null", "https://a.test.evil.test", "http://a.test", "*", ""])
def test_what_only_looks_like_an_allowed_origin_is_not(origins, origin):
    origins("https://a.test")
    assert cors_headers(origin) == {"Vary": "Origin"}
