"""Every field of every PATCH body arrives in the row. The tests are generated from the routes'
declarations.
"""

from typing import Any, get_args

import msgspec
import pytest

from app import ROUTES
from functions.accounts.schemas import ProfileChanges
from functions.accounts.storage import UserRow
from functions.http.inputs import given_fields
from functions.posts.schemas import PostChanges
from functions.posts.storage import PostRow
from tests.integration.people import publish, upload

BODIES = {one.body for routes in ROUTES for one in routes.operations if one.method == "PATCH"}
FIELDS = [(body, name) for body in BODIES for name in body.__struct_fields__]


def types_of(body: type, name: str) -> tuple[Any, ...]:
    return get_args(msgspec.structs.fields(body)[body.__struct_fields__.index(name)].type)


def example(body: type, name: str, media_id: str) -> object:
    """Return a value that a field does not have yet."""
    special: dict[str, object] = {"filter": "ink", "avatar_media_id": media_id}
    special["media"] = [{"media_id": media_id, "alt": "changed"}]
    return special.get(name, True if bool in types_of(body, name) else "changed")


def held(row: Any, name: str) -> object:
    """Return the value of a field in its row. The longer form of a post's pictures is in several
    attributes.
    """
    if name != "media":
        return getattr(row, name)
    return [{"media_id": one, "alt": row.alts.get(one)} for one in row.media_ids]


class Changed:
    """A thing that PATCH changes: its path and its row."""

    def __init__(self, stack, body):
        self.person = stack.person("ada")
        self.media_id = upload(stack, self.person)
        stack.settle()
        self.path, self.row = THINGS[body](stack, self.person, self.media_id)


def profile(_, person, __):
    return "/me", lambda: UserRow.get(person.user_id, consistent_read=True)


def post(stack, person, media_id):
    post_id = publish(stack, person, media_id, location="Oslo")["post_id"]
    return f"/posts/{post_id}", lambda: PostRow.get(post_id, consistent_read=True)


THINGS = {ProfileChanges: profile, PostChanges: post}
"""For each PATCH body a function that makes the thing to change. It returns the path and the
row.
"""


def test_every_patch_is_tried():
    assert THINGS.keys() == BODIES, "say in THINGS how to make what a new PATCH body changes"


IN_OTHER_ATTRIBUTES = [(PostChanges, "media")]
"""Fields that rows keep in attributes of other names: tests/blackbox/test_alt_and_focus.py."""


@pytest.mark.parametrize(
    ("body", "name"), [one for one in FIELDS if one not in IN_OTHER_ATTRIBUTES]
)
def test_a_field_that_is_given_arrives_in_the_row_and_null_empties_it(stack, body, name):
    thing = Changed(stack, body)
    value = example(body, name, thing.media_id)
    assert held(thing.row(), name) != value
    for sent in (value, None) if type(None) in types_of(body, name) else (value,):
        answer = stack.call("PATCH", thing.path, token=thing.person.token, json={name: sent})
        assert answer.status == 200, answer
        stack.settle()
        assert held(thing.row(), name) == sent


@pytest.mark.parametrize(("body", "name"), FIELDS)
def test_a_field_may_be_left_out_and_is_told_from_null(body, name):
    assert msgspec.UnsetType in types_of(body, name), f"declare {name} as `... | UnsetType = UNSET`"
    assert given_fields(body()) == {}
    assert given_fields(msgspec.structs.replace(body(), **{name: None})) == {name: None}
