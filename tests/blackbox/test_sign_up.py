"""Signing up, and what is refused."""

import pytest

from tests.blackbox.client import Client
from tests.blackbox.people import Person, new_name, sign_up_form


def fields_at_fault(answer: object) -> set[str]:
    """The fields that a refusal names."""
    return {error["field"] for error in answer.json().get("errors", ())}  # type: ignore[attr-defined]


@pytest.mark.local
def test_signing_up_gives_an_account_that_is_confirmed_at_once(nobody: Client) -> None:
    name = new_name()
    answer = nobody.post("/signup", sign_up_form(name))
    assert answer.status_code == 201
    account = answer.json()
    assert account.keys() >= {"user_id", "username", "confirmed"}
    assert account["username"] == name
    assert account["confirmed"] is True


@pytest.mark.local
def test_somebody_who_has_just_signed_up_can_be_found_and_followed_before_logging_in(
    nobody: Client, anna: Person
) -> None:
    account = nobody.post("/signup", sign_up_form(new_name())).json()
    assert anna.seen(f"/users/{account['user_id']}")["username"] == account["username"]
    found = anna.get("/users", params={"username": account["username"]})
    assert found.json()["user_id"] == account["user_id"]
    assert anna.put(f"/users/{account['user_id']}/follow").json() == {"following": "yes"}


@pytest.mark.parametrize("length", [3, 30])
def test_a_username_may_have_3_to_30_characters(nobody: Client, length: int) -> None:
    name = new_name()[-length:].rjust(length, "z")
    answer = nobody.post("/signup", sign_up_form(name))
    # Of three characters there are few: it may be taken, but never invalid.
    assert answer.status_code in ({201, 409} if length == 3 else {201})


@pytest.mark.parametrize("name", ["{}.{}", "_{}", ".{}", "{}_", "{}.", "7{}"])
def test_a_username_may_have_dots_underscores_and_digits_anywhere(
    nobody: Client, name: str
) -> None:
    unique = new_name()[2:]
    name = name.format(unique[:6], unique[6:]) if name.count("{") == 2 else name.format(unique)
    answer = nobody.post("/signup", sign_up_form(name))
    assert answer.status_code == 201, answer.text
    assert answer.json()["username"] == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ab",
        "a" * 31,
        "Anna_Lee",
        "anna lee",
        " anna",
        "anna ",
        "anna\n",
        "anna-lee",
        "anna@lee",
        "anna/lee",
        "änna",
        "аnna",
        "an\u200bna",
        "１２３",
        "🙂🙂🙂",
        "anna\x00",
    ],
)
def test_any_other_username_is_refused_by_name(nobody: Client, name: str) -> None:
    answer = nobody.post("/signup", sign_up_form(name, email="someone@example.com"))
    assert answer.status_code == 400
    assert fields_at_fault(answer) == {"username"}


def test_a_taken_username_is_a_conflict_whatever_else_is_sent(nobody: Client, ada: Person) -> None:
    for password in (ada.password, "another horse"):
        answer = nobody.post(
            "/signup", sign_up_form(ada.username, email="else@example.com", password=password)
        )
        assert answer.status_code == 409
    assert ada.log_in()["user_id"] == ada.user_id


@pytest.mark.parametrize("password", ["", "a", "seven77"])
def test_a_password_that_is_too_short_is_refused_by_name(nobody: Client, password: str) -> None:
    answer = nobody.post("/signup", sign_up_form(new_name(), password=password))
    assert answer.status_code == 400
    assert fields_at_fault(answer) == {"password"}


@pytest.mark.parametrize("password", ["eight888", "pässwörd", "🐎🔋📎✅🐎🔋📎✅", "a b c d e"])
def test_whatever_password_is_taken_can_be_logged_in_with(nobody: Client, password: str) -> None:
    name = new_name()
    assert nobody.post("/signup", sign_up_form(name, password=password)).status_code == 201
    login = nobody.post("/login", {"username": name, "password": password})
    assert login.status_code == 200


@pytest.mark.parametrize(
    "email",
    ["", "anna", "anna@", "@example.com", "anna example.com", "a@b@example.com", "a b@example.com",
     "anna@example", "anna@example.com\n", "a\x00b@example.com", "x" * 250 + "@example.com"],
)  # fmt: skip
def test_a_bad_email_is_refused_by_name(nobody: Client, email: str) -> None:
    answer = nobody.post("/signup", sign_up_form(new_name(), email=email))
    assert answer.status_code == 400
    assert fields_at_fault(answer) == {"email"}


def test_a_refused_sign_up_leaves_the_name_free(nobody: Client) -> None:
    name = new_name()
    assert nobody.post("/signup", sign_up_form(name, email="bad")).status_code == 400
    assert nobody.post("/signup", sign_up_form(name)).status_code == 201


def test_every_field_at_fault_is_named_where_several_are(nobody: Client) -> None:
    answer = nobody.post("/signup", {"username": "A", "email": "x", "password": "y"})
    assert answer.status_code == 400
    assert fields_at_fault(answer) >= {"username"}


def test_the_answer_to_a_sign_up_never_repeats_the_password(nobody: Client) -> None:
    for form in (sign_up_form(new_name()), sign_up_form("x")):
        answer = nobody.post("/signup", {**form, "password": "tell nobody 81"})
        assert "tell nobody" not in answer.text
