"""Sign-up, and its refusals."""

import pytest

from tests.blackbox.client import Client
from tests.blackbox.people import Person, new_name, sign_up_form

RULE = (
    "has to be 3 to 30 characters of a-z, 0-9, _ and ., with a letter or digit at both ends, "
    "without two dots in a row, and not only digits"
)


def fields_at_fault(answer: object) -> set[str]:
    """Return the fields that a refusal names."""
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
    name = "z" + new_name()[1 - length :].rjust(length - 1, "z")
    answer = nobody.post("/signup", sign_up_form(name))
    # Names of three characters are few: one may be taken, but must never be invalid.
    assert answer.status_code in ({201, 409} if length == 3 else {201})


@pytest.mark.parametrize("name", ["{}.{}", "{}_{}", "{}__{}", "{}_._{}", "7{}{}", "{}{}7"])
def test_a_username_may_have_dots_underscores_and_digits(nobody: Client, name: str) -> None:
    unique = new_name()[2:].replace("0", "z")
    name = name.format(f"a{unique[:6]}", f"{unique[6:]}a")
    answer = nobody.post("/signup", sign_up_form(name))
    assert answer.status_code == 201, answer.text
    assert answer.json()["username"] == name


@pytest.mark.local
def test_capitals_and_spaces_around_a_username_are_folded_in_every_call(
    nobody: Client, anna: Person
) -> None:
    name = new_name()
    other = f"  {name.upper()} "
    form = sign_up_form(other, email=f"{name}@example.com")
    assert nobody.post("/signup", form).json()["username"] == name
    assert nobody.post("/signup", {**form, "username": name.title()}).status_code == 409
    login = nobody.post("/login", {"username": other, "password": form["password"]})
    assert login.status_code == 200
    found = anna.get("/users", params={"username": other})
    assert found.json()["username"] == name
    for path in ("/password/forgot", "/signup/resend"):
        assert nobody.post(path, {"username": other}).status_code == 204


@pytest.mark.parametrize("name", ["admin", "Root", " fanlight ", "fan.light", "s_e.ttings"])
def test_a_reserved_username_is_refused_by_name(nobody: Client, name: str) -> None:
    answer = nobody.post("/signup", sign_up_form(name, email="someone@example.com"))
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"field": "username", "message": "is reserved, so choose another one"}
    ]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ab",
        "a" * 31,
        " ab ",
        "anna lee",
        "_anna",
        "anna_",
        ".anna",
        "anna.",
        "an..na",
        "12345",
        "anna\t",
        "anna\u00a0",
        "\u212aate",
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
    assert answer.json()["errors"] == [{"field": "username", "message": RULE}]


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


@pytest.mark.parametrize(
    "password",
    ["eight888", "pässwörd", "🐎🔋📎✅🐎🔋📎✅", "a b c d e", "  spaces at both ends ", "x1" * 64,
     "🐎" * 127 + "x", " " + "y2" * 63 + " "],
)  # fmt: skip
def test_whatever_password_is_taken_can_be_logged_in_with(nobody: Client, password: str) -> None:
    name = new_name()
    assert nobody.post("/signup", sign_up_form(name, password=password)).status_code == 201
    login = nobody.post("/login", {"username": name, "password": password})
    assert login.status_code == 200


def test_a_password_of_another_length_and_without_its_spaces_is_another(nobody: Client) -> None:
    for given, other in (("x1" * 64, "x1" * 63), (" correct horse ", "correct horse")):
        name = new_name()
        assert nobody.post("/signup", sign_up_form(name, password=given)).status_code == 201
        login = {"username": name, "password": other}
        assert nobody.post("/login", login).status_code == 401
        assert nobody.post("/login", {**login, "password": given}).status_code == 200


def test_a_password_is_the_same_in_both_spellings_of_unicode(nobody: Client) -> None:
    name = new_name()
    form = sign_up_form(name, password="cafe\u0301 au lait")
    assert nobody.post("/signup", form).status_code == 201
    for password in ("caf\u00e9 au lait", form["password"]):
        answer = nobody.post("/login", {"username": name, "password": password})
        assert answer.status_code == 200
    token = answer.json()["id_token"]
    person = Client(nobody.service)
    person.token = token
    assert person.delete("/me", json={"password": "caf\u00e9 au lait"}).status_code == 202


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("password1", "is one of the most common passwords"),
        ("PassWord1", "is one of the most common passwords"),
        (" qwertyuiop ", "is one of the most common passwords"),
        (" " * 8, "is one of the most common passwords"),
        ("Fanlight", "is the name of this service"),
        ("{name}", "is the username"),
        ("{NAME}", "is the username"),
        ("anna.lee.{name}", "is the e-mail address, or the part before its @"),
        ("anna.lee.{name}@example.com", "is the e-mail address, or the part before its @"),
        ("e\u0301" * 7, "has to have 8 to 128 characters"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused_with_the_reason(
    nobody: Client, password: str, reason: str
) -> None:
    name = new_name()
    form = sign_up_form(name, email=f"Anna.Lee.{name}@example.com")
    form["password"] = password.format(name=name, NAME=name.upper())
    answer = nobody.post("/signup", form)
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"field": "password", "message": reason}]


@pytest.mark.parametrize(
    "email",
    ["", "anna", "anna@", "@example.com", "anna example.com", "a@b@example.com", "a b@example.com",
     "anna@example", "anna@example.com\n", "a\x00b@example.com", "x" * 250 + "@example.com",
     "x<anna@example.com>", "anna(1)@example.com", '"anna"@example.com', "anna@example.com.",
     "anna@[example.com]", "x:anna@example.com;", "an\\na@example.com", "x,anna@example.com"],
)  # fmt: skip
def test_a_bad_email_is_refused_by_name(nobody: Client, anna: Person, email: str) -> None:
    for answer in (
        nobody.post("/signup", sign_up_form(new_name(), email=email)),
        anna.post("/me/email", {"email": email, "password": anna.password}),
    ):
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
