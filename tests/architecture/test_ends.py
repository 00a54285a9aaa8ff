"""No work takes the end of an index for the end of its rows: an index trails its table."""

import ast

from tests.architecture.test_imports import STORAGE, named

ENDS = {
    "accounts.storage.find": "one name: sign-up's own condition decides, in the pool",
    "posts.storage.recent": "an erasure's pass reads the table strongly; backfills run twice",
    "social.storage.followers": "a dispatch misses only follows that are younger than the index: "
    "their backfill runs half a minute later, once more; a change of band begins after that time",
    "social.storage.incoming": "an erasure walks to an empty page, walks again two minutes later, "
    "and a pass reads the table strongly",
    "social.storage.pulled": "a change of band keeps posts in both places until it has turned",
    "social.storage.requests": "the grant of all runs again half a minute later",
}
"""Queries of an index, and why work that ends where they end is not lost."""


def index_queries():
    for path in STORAGE:
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and any(
                ".by_" in ast.unparse(call.func) for call in ast.walk(function)
                if isinstance(call, ast.Call)
            ):  # fmt: skip
                yield f"{named(path).removeprefix('functions.')}.{function.name}"


def test_every_query_of_an_index_says_why_its_end_may_be_trusted():
    assert set(index_queries()) == set(ENDS), "say in ENDS what finds the rows it does not show yet"
