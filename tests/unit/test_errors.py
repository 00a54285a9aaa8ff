"""Problems: each has a name of its own."""

import pytest

from functions import errors

PROBLEMS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.Problem)
]


def test_problems_are_told_apart_by_their_title():
    assert len({kind.title for kind in PROBLEMS}) == len(PROBLEMS)


@pytest.mark.parametrize("kind", PROBLEMS)
def test_a_problems_name_is_a_relative_address(kind):
    made = kind("x", retry_after=1) if kind is errors.TooManyRequests else kind("x")
    assert made.type.startswith("/problems/")
    assert " " not in made.type
    assert made.type == made.type.lower()


def test_a_field_at_fault_is_in_the_detail_too():
    refused = errors.Invalid.field("caption", "is too long")
    assert (refused.detail, refused.errors) == (
        "caption: is too long",
        {"caption": "is too long"},
    )
