"""A capability is complete, or a test says what is missing and where to add it.

docs/contributing/add-a-capability.md walks through these messages once.
"""

import inspect
from functools import cached_property
from importlib import import_module

import pytest

import app
from functions.http.routes import Routes
from functions.stage import stage
from functions.stage.tables import Tables
from infra.local.provision import PREFIX
from tests.architecture.test_imports import CAPABILITIES, MODULES, STORAGE, imports, named
from tests.fakes.world import World

ROOT = MODULES[0].parents[1]
TABLES = {model.Meta.table_name.removeprefix(f"{PREFIX}-"): model for model in stage().tables()}
PLACES = [name for name, made in vars(Tables).items() if isinstance(made, cached_property)]

EXPORTED = {
    "blocks": "blocks", "comments": "comments", "follows": "follows", "likes": "likes",
    "mutes": "mutes", "posts": "posts", "stories": "stories", "users": "profile",
}  # fmt: skip
"""For each table, the list of an export that has a user's rows of it."""
LEFT_OUT = {
    "affinity": "is derived from what the user did, and decays",
    "counts": "counts what others did",
    "exports": "is the export itself",
    "feed_items": "points to the posts of others",
    "idempotency": "repeats answers for a day",
    "limits": "holds no user's id",
    "media": "is exported as pictures",
    "names": "holds the username of the profile, and the address of the user pool",
    "passes": "has a row while the export waits",
    "story_tray": "points to the stories of others",
    "story_views": "expires within a day",
}
"""Tables that no list of an export has, and why."""
NOT_REPLACED = {
    "settings", "cursors", "half_life", "timelines_kept",  # plain values
    # Tested on their own fakes.
    "export_store", "archives", "found_rows", "counted_rows", "counted_streams",
}  # fmt: skip
"""What the tests' stage takes from the real one."""


@pytest.mark.parametrize("capability", sorted(CAPABILITIES))
def test_a_capabilitys_routes_are_served(capability):
    if not (ROOT / "functions" / capability / "handlers.py").exists():
        return
    module = import_module(f"functions.{capability}.handlers")
    [routes] = [one for one in vars(module).values() if isinstance(one, Routes)]
    assert routes in app.ROUTES, f"add {capability}.routes to ROUTES in app.py"


@pytest.mark.parametrize("path", STORAGE, ids=named)
def test_a_storage_module_is_on_the_stage(path):
    wired = imports(ROOT / "functions" / "stage" / "tables.py")
    assert named(path) in wired, (
        f"{named(path)} is never used: add a cached_property for its table or bucket to Tables in "
        "functions/stage/tables.py"
    )


@pytest.mark.parametrize("place", PLACES)
def test_the_tests_stage_replaces_every_table(place):
    assert place in vars(World()) or place in NOT_REPLACED, (
        f"write a fake of {place} in tests/fakes and set it in World._keep_in_memory "
        "(tests/fakes/world.py); a contract test in tests/integration/contract holds the two alike"
    )


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_users_rows_are_exported_or_left_out_for_a_reason(name):
    listed, left_out = EXPORTED.get(name), LEFT_OUT.get(name)
    assert bool(listed) != bool(left_out), (
        f"add a list of a user's rows of {name} to exports_found in functions/stage/exports.py and "
        "name it in EXPORTED; or say in LEFT_OUT why a copy of a user's data does without it"
    )


def test_exported_lists_exist_and_every_list_has_its_table():
    lists = {*stage().exports_found(), *stage().exports_searched()}
    assert set(EXPORTED.values()) == lists, "EXPORTED and functions/stage/exports.py differ"
    assert {*EXPORTED, *LEFT_OUT} <= TABLES.keys(), "EXPORTED or LEFT_OUT names no table"


def test_a_capability_says_in_a_sentence_what_it_does():
    for capability in CAPABILITIES:
        told = inspect.getdoc(import_module(f"functions.{capability}"))
        assert told, f"begin functions/{capability}/__init__.py with a docstring"
