"""The settings: read once, typed, and loud when something is wrong."""

import os

import msgspec
import pytest

from functions.config import Settings, settings


@pytest.fixture
def environment(monkeypatch, stage):
    """The stage's settings as an environment to be changed; read anew before and after."""
    settings.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    settings.cache_clear()


def test_a_stages_own_settings_are_read(environment, stage):
    assert settings().stage == "local"
    assert settings().uploads_bucket == stage.environment["UPLOADS_BUCKET"]
    assert settings().table("posts") == f"{settings().resource_prefix}-posts"
    assert settings().queue("render") == f"{settings().resource_prefix}-render"


def test_they_are_read_once(environment):
    first = settings()
    environment.setenv("STAGE", "another")
    assert settings() is first


def required():
    return [field.encode_name for field in msgspec.structs.fields(Settings) if field.required]


@pytest.mark.parametrize("name", required())
def test_a_missing_setting_is_told_by_its_name(environment, name):
    environment.delenv(name)
    with pytest.raises(msgspec.ValidationError, match=name):
        settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MEDIA_URL_SECONDS", "a day"),
        ("CHUNK_FOLLOWERS", ""),
        ("CHUNK_FOLLOWERS", "1001"),
        ("TIMELINE_DAYS", "1.5"),
        ("SIGN_UP_AUTO_CONFIRM", "perhaps"),
        ("PUSH_ALL_BELOW", "0"),
        ("PULL_FROM", "many"),
        ("ACTIVE_DAYS", "0"),
        ("RANKING", "magic"),
        ("RANKING_GRAVITY", "0"),
        ("LIMIT_LIKE", "-1/3600"),
        ("ALLOWED_ORIGINS", "a.test"),
        ("ALLOWED_ORIGINS", "https://a.test/"),
        ("ALLOWED_ORIGINS", "https://a.test https://b.test"),
        ("ALLOWED_ORIGINS", "https://a.test,*.b.test"),
    ],
)
def test_a_malformed_setting_is_told_by_its_name(environment, name, value):
    environment.setenv(name, value)
    with pytest.raises(msgspec.ValidationError, match=name):
        settings()


def test_a_setting_left_out_has_its_default(environment):
    environment.delenv("MEDIA_URL_SECONDS", raising=False)
    assert "MEDIA_URL_SECONDS" not in os.environ
    assert settings().media_url_seconds == 86_400


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("", set()),
        ("https://a.test", {"https://a.test"}),
        ("http://localhost:8000,app://a", {"http://localhost:8000", "app://a"}),
        (" https://a.test , ,https://b.test,", {"https://a.test", "https://b.test"}),
        ("*", {"*"}),
    ],
)
def test_origins_are_separated_by_commas(environment, text, origins):
    environment.setenv("ALLOWED_ORIGINS", text)
    assert settings().origins == origins


def test_settings_cannot_be_changed():
    with pytest.raises(AttributeError):
        settings().stage = "another"


def test_bands_that_overlap_are_refused_by_their_names(environment):
    environment.setenv("PUSH_ALL_BELOW", "11")
    environment.setenv("PULL_FROM", "10")
    with pytest.raises(msgspec.ValidationError, match="PUSH_ALL_BELOW must not be above PULL_FROM"):
        settings()


def test_the_band_in_between_may_be_left_out(environment):
    environment.setenv("PUSH_ALL_BELOW", "10")
    environment.setenv("PULL_FROM", "10")
    assert settings().push_all_below == settings().pull_from == 10
