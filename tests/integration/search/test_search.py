"""Search over HTTP, from sign-up to erasure."""

from urllib.parse import urlencode

import pytest

from functions.search.storage import SearchRow
from tests.integration.people import follow


@pytest.fixture
def mark(stack):
    """Return a word that nobody else has, and settle all that was done before."""
    stack.settle()
    name = stack.person("x").username.partition("_")[2]
    return f"z{name.translate(str.maketrans('0123456789', 'ghijklmnop'))}"


def ask(stack, viewer, **query):
    return stack.call("GET", f"/search?{urlencode(query)}", token=viewer.token)


def found(stack, viewer, q, **query):
    answer = ask(stack, viewer, q=q, **query)
    assert answer.status == 200, answer
    return [user["username"] for user in answer.json["items"]]


def rows_of(person):
    return [row.term for row in SearchRow.scan() if row.term.endswith(f"#{person.user_id}")]


def test_a_new_person_is_found_by_each_word_and_not_by_a_former_name(stack, ada, mark):
    mira = stack.sign_up(f"{mark}.k")
    stack.call("PATCH", "/me", token=mira.token, json={"display_name": f"Ádám Q{mark}"})
    stack.settle()
    for q in (mark, f"{mark}k", f"{mark}.k", f"@{mark.upper()}", f"q{mark} adam k"):
        assert found(stack, ada, q) == [mira.username]
    renamed = f"{mark}2nd"
    answer = stack.call("POST", "/me/username", token=mira.token, json={"username": renamed})
    assert answer.status == 200
    # At once, though the index still has the old words.
    assert found(stack, ada, f"{mark}k") == []
    stack.settle()
    assert found(stack, ada, mark) == [renamed]
    assert not any(term.startswith(f"{mark}k#") for term in rows_of(mira))


def test_the_order_is_the_exact_name_then_those_followed_then_followers(stack, ada, bob, mark):
    exact, plain, liked, followed = (
        stack.sign_up(f"{mark}{rest}") for rest in ("", ".plain", ".liked", ".followed")
    )
    follow(stack, bob, liked)
    follow(stack, ada, followed)
    follow(stack, bob, plain)
    follow(stack, exact, liked)
    stack.settle()
    expected = [one.username for one in (exact, followed, liked, plain)]
    assert found(stack, ada, mark) == expected
    paged, path = [], f"/search?q={mark}&limit=1"
    while path:
        page = stack.call("GET", path, token=ada.token)
        paged += [user["username"] for user in page.json["items"]]
        link = page.headers.get("link")
        path = link and "/search" + link.partition(">")[0].removeprefix("<")
    assert paged == expected


def test_blocked_people_do_not_find_each_other(stack, ada, mark):
    eve = stack.sign_up(f"{mark}eve")
    stack.settle()
    assert found(stack, ada, f"{mark}eve") == [eve.username]
    stack.call("PUT", f"/users/{ada.user_id}/block", token=eve.token)
    assert found(stack, ada, f"{mark}eve") == []
    assert found(stack, eve, ada.username) == []


def test_an_account_that_leaves_is_found_no_more_at_once_and_soon_has_no_rows(stack, ada, mark):
    eve = stack.sign_up(f"{mark}eve")
    stack.settle()
    assert rows_of(eve)
    left = stack.call("DELETE", "/me", token=eve.token, json={"password": eve.password})
    assert left.status == 202
    assert found(stack, ada, f"{mark}eve") == []
    stack.settle()
    assert rows_of(eve) == []


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ({}, "q", "missing"),
        ({"q": ""}, "q", "1 to 100"),
        ({"q": "x" * 101}, "q", "1 to 100"),
        ({"q": "  "}, "q", "nothing"),
        ({"q": "a\x00"}, "q", "control"),
        ({"q": "ada", "kind": "tags"}, "kind", "users"),
        ({"q": "ada", "cursor": "x"}, "cursor", "not a cursor"),
        ({"q": "ada", "limit": "101"}, "limit", "100"),
    ],
)
def test_a_wrong_query_is_refused_by_field(stack, ada, query, field, says):
    answer = ask(stack, ada, **query)
    assert answer.status == 400
    [fault] = answer.json["errors"]
    assert fault["field"] == field
    assert says in fault["message"]


def test_a_search_needs_a_token_and_has_a_limit(stack, ada, monkeypatch):
    from functions.config import settings

    assert stack.call("GET", "/search?q=ada").status == 401
    with monkeypatch.context() as patch:
        patch.setenv("LIMIT_SEARCH", "2/3600")
        settings.cache_clear()
        statuses = {ask(stack, ada, q="ada").status for _ in range(4)}
    settings.cache_clear()
    assert statuses == {200, 429}
