"""What the accounts' routes take."""

import msgspec
import pytest

from functions.accounts.schemas import Credentials, ProfileChanges, SignUp

GOOD = {"username": "ada_l.1", "email": "ada@example.com", "password": "correct horse"}


def test_a_good_sign_up_is_taken():
    assert msgspec.convert(GOOD, SignUp) == SignUp(**GOOD)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "ab"),
        ("username", "a" * 31),
        ("username", "Ada"),
        ("username", "ada l"),
        ("username", "ada\n"),
        ("username", "ädä"),
        ("email", "ada"),
        ("email", "ada@example"),
        ("email", "a da@example.com"),
        ("email", "ada@example.com\n"),
        ("email", f"{'a' * 250}@b.co"),
        ("password", "short"),
        ("password", "x" * 99),
        ("password", None),
    ],
)
def test_a_bad_field_is_refused(field, value):
    with pytest.raises(msgspec.ValidationError, match=rf"\$\.{field}"):
        msgspec.convert({**GOOD, field: value}, SignUp)


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
