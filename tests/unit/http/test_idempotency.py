"""Requests that create, sent again under the same Idempotency-Key."""

import hashlib
import json
from datetime import timedelta
from uuid import uuid4

import pytest

from app import ROUTES
from functions.aws.digests import keyed_digest
from functions.clock import utc_now
from functions.config import settings
from functions.http import idempotency, limits
from functions.http.idempotency import HELD, KEPT, Claim
from functions.http.limits import Limiter
from tests.fakes.clock import SetClock
from tests.fakes.limits import FakeUses, plain_digest
from tests.unit.http.proxy import call
from tests.unit.http.toy import toy_app


@pytest.fixture
def app(stage):
    return toy_app()


@pytest.fixture
def key():
    return f"key-{uuid4().hex}"


@pytest.fixture
def later(monkeypatch):
    """Lets time pass for claims."""

    def later(by: timedelta) -> None:
        monkeypatch.setattr(idempotency, "utc_now", lambda: utc_now() + by)

    return later


def make(app, key, name="x", **more):
    headers = {} if key is None else {"idempotency-key": key}
    return call(app, "POST", "/things", body={"name": name}, headers=headers, **more)


def test_the_first_answer_is_given_again_and_nothing_is_made_twice(app, key):
    first, second = make(app, key), make(app, key)
    assert (second.status, second.json) == (first.status, first.json) == (201, first.json)
    assert second.headers == first.headers
    assert len(app.made) == 1


def test_without_a_key_each_request_makes_something(app):
    make(app, None)
    make(app, None)
    assert len(set(app.made)) == 2


def test_the_same_key_with_another_body_is_refused(app, key):
    make(app, key)
    refused = make(app, key, name="y")
    assert (refused.status, refused.json["title"]) == (422, "Idempotency key reused")
    assert len(app.made) == 1


def test_a_key_of_one_user_never_answers_another(app, key):
    assert make(app, key, viewer="ada").json["by"] == "ada"
    assert make(app, key, viewer="bob").json["by"] == "bob"
    assert make(app, key, name="y", viewer="cid").status == 201


def test_a_route_that_makes_nothing_does_not_heed_a_key(app, key):
    for name in ("x", "y"):
        headers = {"idempotency-key": key}
        assert call(app, "POST", "/pictures", body={"name": name}, headers=headers).status == 200


def test_a_refused_request_releases_its_key(app, key):
    assert make(app, key, name="taken").status == 409
    assert make(app, key, name="free").status == 201


def test_a_failed_request_is_done_again_under_the_same_id(app, key):
    for _ in range(2):
        assert make(app, key, name="fragile").status == 500
    assert len(app.made) == 2
    assert len(set(app.made)) == 1
    assert make(app, key, name="x").status == 422


def test_while_the_first_is_running_a_second_waits(app, key):
    claim = running(app, key)
    refused = make(app, key)
    assert refused.status == 409
    assert refused.headers["retry-after"] == "1"
    claim.delete()
    assert make(app, key).status == 201


def running(app, key):
    """Return the claim that a request leaves if it dies half-way: it is not marked as done."""
    make(app, key)
    claim = Claim.get("ada POST /api/things", key)
    claim.update([Claim.answer.remove()])
    return claim


def test_a_request_that_died_is_finished_under_the_same_id(app, key, later):
    running(app, key)
    later(HELD + timedelta(seconds=1))
    assert make(app, key).status == 201
    first, second = app.made
    assert first == second
    assert make(app, key).status == 201
    assert len(app.made) == 2


def test_of_two_who_take_over_one_wins(app, key, later, monkeypatch):
    running(app, key)
    later(HELD + timedelta(seconds=1))
    get = Claim.get

    def overtaken(*args, **kwargs):
        found = get(*args, **kwargs)
        get(*args).update([Claim.held_until.set(found.held_until + 1)])
        return found

    monkeypatch.setattr(Claim, "get", overtaken)
    assert make(app, key).status == 409
    assert len(app.made) == 1


def test_a_key_is_forgotten_after_its_time_although_the_row_is_there(app, key, later):
    make(app, key)
    later(KEPT + timedelta(seconds=1))
    assert make(app, key, name="y").json["name"] == "y"
    assert len(set(app.made)) == 2


@pytest.mark.parametrize(("key", "status"), [("", 400), ("x" * 256, 400), ("é" * 200, 201)])
def test_a_key_has_one_to_255_characters(app, key, status):
    answer = make(app, key)
    assert answer.status == status
    if status == 400:
        assert [one["field"] for one in answer.json["errors"]] == ["Idempotency-Key"]


def test_a_key_released_between_two_looks_is_taken_or_refused(app, key, monkeypatch):
    claim = running(app, key)
    get = Claim.get

    def released(*args, **kwargs):
        claim.delete()
        return get(*args, **kwargs)

    monkeypatch.setattr(Claim, "get", released)
    assert make(app, key).status in (201, 409)


def test_other_failures_of_the_table_are_not_taken_for_a_lost_race(app, key, monkeypatch):
    monkeypatch.setattr(Claim.Meta, "table_name", "no-such-table")
    monkeypatch.setattr(Claim, "_connection", None)
    assert make(app, key).status == 500
    assert app.made == []


def whisper(app, key, name="x", **more):
    headers = {"idempotency-key": key}
    return call(app, "POST", "/secrets", body={"name": name}, headers=headers, **more)


class TestAnswersThatAreReadAgain:
    """A repetition reads what the first request has made."""

    def test_a_repetition_shows_what_the_first_request_made(self, app, key):
        first, second = whisper(app, key), whisper(app, key)
        assert first.status == second.status == 201
        assert first.json["thing_id"] == second.json["thing_id"]
        assert first.headers["location"] == second.headers["location"]
        assert second.headers["cache-control"] == "no-store"
        assert len(app.made) == 1
        assert [first.json["name"], second.json["name"]] == ["x-secret-0", "x-secret-1"]

    def test_the_row_keeps_no_answer_and_no_secret(self, app, key):
        whisper(app, key, name="hush")
        claim = Claim.get("ada POST /api/secrets", key)
        assert claim.answer == {}
        assert "hush" not in str(claim.serialize())

    def test_another_body_is_refused_as_ever(self, app, key):
        whisper(app, key)
        assert whisper(app, key, name="y").status == 422

    def test_what_is_gone_is_not_made_again(self, app, key):
        app.lost.append(whisper(app, key).json["thing_id"])
        refused = whisper(app, key)
        assert (refused.status, refused.json["title"]) == (409, "Conflict")
        assert len(app.made) == 1


def test_the_fingerprint_of_a_body_cannot_be_found_by_trying(app, key):
    make(app, key)
    body = json.dumps({"name": "x"}).encode()
    fingerprint = Claim.get("ada POST /api/things", key).fingerprint
    assert fingerprint == keyed_digest("idempotency", body)
    assert fingerprint != hashlib.sha256(body).hexdigest()


class TestLimits:
    """A repetition makes nothing, so it does not count."""

    @pytest.fixture
    def uses(self, monkeypatch):
        monkeypatch.setenv("LIMIT_COMMENT", "2/3600")
        settings.cache_clear()
        uses = FakeUses()
        limiter = Limiter(uses, SetClock(), plain_digest)
        monkeypatch.setattr(limits, "limiter", lambda: limiter)
        yield uses
        settings.cache_clear()

    def test_a_repetition_does_not_count(self, app, key, uses):
        assert [whisper(app, key).status for _ in range(5)] == [201] * 5
        assert whisper(app, f"{key}-2").status == 201
        assert whisper(app, f"{key}-3").status == 429

    def test_a_flood_of_new_keys_costs_no_row_once_it_is_refused(self, app, key, uses):
        let = [whisper(app, f"{key}-{number}").status for number in range(6)]
        assert let == [201] * 2 + [429] * 4
        scope = "ada POST /api/secrets"
        rows = [one.given for one in Claim.query(scope, Claim.given.startswith(key))]
        assert sorted(rows) == [f"{key}-0", f"{key}-1"]

    def test_a_request_that_was_refused_is_made_when_there_is_room(
        self, app, key, uses, monkeypatch
    ):
        for number in range(2):
            whisper(app, f"{key}-{number}")
        other = Limiter(uses, SetClock(), plain_digest)  # another process, which knows nothing yet
        monkeypatch.setattr(limits, "limiter", lambda: other)
        assert whisper(app, f"{key}-2").status == 429
        roomy = Limiter(FakeUses(), SetClock(), plain_digest)
        monkeypatch.setattr(limits, "limiter", lambda: roomy)
        assert whisper(app, f"{key}-2").status == 201


def test_everything_that_is_created_can_be_shown_again():
    creating = [one for routes in ROUTES for one in routes.operations if one.creates]
    assert [one.name for one in creating if one.again is None] == []
    assert len(creating) >= 5
