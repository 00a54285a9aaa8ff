"""What the accounts' routes take."""

import msgspec
import pytest

import app
from functions.accounts.schemas import Confirmation, Credentials, ProfileChanges, SignUp

GOOD = {"username": "ada_l.1", "email": "ada@example.com", "password": "correct horse"}


def test_a_good_sign_up_is_taken():
    assert msgspec.convert(GOOD, SignUp) == SignUp(**GOOD)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "ab"),
        ("username", "a" * 31),
        ("username", "ada l"),
        ("username", "_ada"),
        ("username", "ada."),
        ("username", " ab "),
        ("username", "ada\n"),
        ("username", "ädä"),
        ("email", "ada"),
        ("email", "ada@example"),
        ("email", "a da@example.com"),
        ("email", "ada@example.com\n"),
        ("email", f"{'a' * 250}@b.co"),
        ("email", "ada@example.com."),
        *(("email", f"a{sign}da@example.com") for sign in '<>()[]\\,;:"'),
        *(("email", f"ada@exa{sign}mple.com") for sign in '<>()[]\\,;:"'),
        ("password", "short"),
        ("password", "x" * 129),
        ("password", "tab\tinside"),
        ("password", None),
    ],
)
def test_a_bad_field_is_refused(field, value):
    with pytest.raises(msgspec.ValidationError, match=rf"\$\.{field}"):
        msgspec.convert({**GOOD, field: value}, SignUp)


def test_a_username_is_folded_in_every_call_that_takes_one():
    taking = [
        kind
        for routes in app.ROUTES
        for operation in routes.operations
        for kind in (operation.body, operation.query)
        if "username" in getattr(kind, "__struct_fields__", ())
    ]
    assert len(taking) >= 7
    for kind in taking:
        given = {"email": "ada@example.com", "password": "correct horse", "code": "1"}
        named = {name: given.get(name, "  Ada_L.1 ") for name in kind.__struct_fields__}
        assert msgspec.convert(named, kind).username == "ada_l.1", kind


@pytest.mark.parametrize("name", ["_ada", "ada.", "a..a", "1234"])
def test_a_name_from_before_the_rule_still_confirms_and_resets(name):
    assert msgspec.convert({"username": name, "code": "1"}, Confirmation).username == name


def test_a_login_is_not_told_what_names_look_like():
    assert msgspec.convert({"username": "Not A Name!", "password": "x"}, Credentials)


def test_a_change_tells_null_from_left_out():
    changes = msgspec.json.decode(b'{"avatar_media_id": null}', type=ProfileChanges)
    assert changes.avatar_media_id is None
    assert changes.bio is msgspec.UNSET


@pytest.mark.parametrize("media_id", ["", "x" * 3000])
def test_an_avatar_that_no_key_can_be_is_refused_before_it_is_looked_for(media_id):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"avatar_media_id": media_id}, ProfileChanges)
