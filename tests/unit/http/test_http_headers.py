"""The HTTP edge: entity tags, and pages of other origins."""

import pytest

from functions.config import settings
from tests.unit.http.proxy import REQUEST_ID, call
from tests.unit.http.toy import toy_app


@pytest.fixture(scope="module")
def app(stage):
    return toy_app()


def thing(app, thing_id="t1", **more):
    return call(app, "GET", f"/things/{thing_id}", route="/things/{thing_id}", thing_id=thing_id,
                **more)  # fmt: skip


def make(app, body, **more):
    return call(app, "POST", "/things", body=body, **more)


class TestEntityTags:
    """RFC 9110: a caller who has the answer already is told so."""

    def test_a_get_carries_a_tag_that_changes_with_its_content(self, app):
        first = thing(app).headers["etag"]
        assert first.startswith('"')
        assert thing(app).headers["etag"] == first
        assert thing(app, "t2").headers["etag"] != first

    @pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
    def test_who_has_the_answer_is_given_none(self, app, form):
        tag = thing(app).headers["etag"]
        answer = thing(app, headers={"if-none-match": form.format(tag)})
        assert (answer.status, answer.body) == (304, "")
        assert answer.headers["etag"] == tag
        assert answer.headers["x-request-id"] == REQUEST_ID

    def test_who_has_another_answer_is_given_this_one(self, app):
        assert thing(app, headers={"if-none-match": '"other"'}).status == 200

    def test_what_is_made_or_refused_carries_none(self, app):
        assert "etag" not in make(app, {"name": "x"}).headers
        assert "etag" not in call(app, "GET", "/boom").headers


class TestCrossOrigin:
    """Pages of the stage's own origins may call, and read every answer."""

    @pytest.fixture
    def origin(self):
        return min(settings().origins)

    def test_an_allowed_origin_is_echoed_on_answers_and_refusals(self, app, origin):
        for answer in (
            thing(app, headers={"origin": origin}),
            make(app, {}, headers={"origin": origin}),
            call(app, "GET", "/boom", headers={"origin": origin}),
        ):
            assert answer.headers["access-control-allow-origin"] == origin
            assert answer.headers["vary"] == "Origin"
            exposed = answer.headers["access-control-expose-headers"].split(", ")
            assert set(exposed) == {"ETag", "Link", "Location", "X-Request-Id", "Retry-After"}

    def test_another_origin_is_not_and_caches_are_told_that_it_matters(self, app):
        for headers in ({"origin": "https://evil.test"}, {}):
            answer = thing(app, headers=headers)
            assert "access-control-allow-origin" not in answer.headers
            assert answer.headers["vary"] == "Origin"

    def test_a_preflight_is_answered_without_a_token(self, app, origin):
        answer = call(
            app, "OPTIONS", "/things/t1", route="/things/{thing_id}", viewer=None, thing_id="t1",
            headers={"origin": origin},
        )  # fmt: skip
        assert answer.status == 204
        assert answer.headers["access-control-allow-origin"] == origin
        assert answer.headers["access-control-allow-methods"] == "DELETE, GET, HEAD"
        allowed = answer.headers["access-control-allow-headers"].split(", ")
        assert {"Authorization", "Content-Type", "Idempotency-Key", "If-None-Match"} <= set(allowed)
