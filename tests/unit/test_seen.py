"""The comparison of what tests saw with what the document declares."""

from tests.seen import compared, declared_by, named

DOCUMENT = {
    "paths": {
        "/things": {"get": {"responses": {"200": {}, "304": {}, "5XX": {}}}},
        "/things/{thing_id}": {"get": {"responses": {"200": {}, "404": {}}}},
    }
}
DECLARED = declared_by(DOCUMENT)
WHOLE = dict.fromkeys(
    [("GET /things", 200), ("GET /things/{thing_id}", 200), ("GET /things/{thing_id}", 404)],
    "a_test",
)
EXCUSED = {("*", 304): "elsewhere"}


def test_answers_are_known_by_their_operations():
    raw = [
        ("GET", "/things/a", 200, "1"), ("GET", "/things/b/", 404, "2"),
        ("GET", "/other", 404, "3"), ("GET", "/things", 405, "4"),
        ("OPTIONS", "/things", 204, "5"), ("GET", "/things", 500, "6"),
    ]  # fmt: skip
    expected = {("GET /things/{thing_id}", 200): "1", ("GET /things/{thing_id}", 404): "2"}
    for answers in (raw, raw[::-1]):
        assert named(answers, DOCUMENT["paths"]) == expected


def test_what_was_seen_and_is_declared_is_well():
    assert compared(WHOLE, DECLARED, EXCUSED, all_ran=True) == []


def test_what_is_not_declared_is_told_and_a_gateways_own_is_not():
    seen = WHOLE | {("GET /things", 409): "test_a_race", ("GET /things", 413): "a_test"}
    wrong = compared(seen, DECLARED, EXCUSED, all_ran=False)
    assert wrong == ["GET /things answered 409, which it does not declare: test_a_race"]


def test_what_was_never_seen_is_told_when_all_tests_ran():
    seen = {answer: test for answer, test in WHOLE.items() if answer[1] != 404}
    assert compared(seen, DECLARED, EXCUSED, all_ran=False) == []
    wrong = compared(seen, DECLARED, EXCUSED, all_ran=True)
    assert wrong == ["GET /things/{thing_id} declares 404, which no test has seen"]
