"""The documents say what is there, and all of it."""

import re
import subprocess
from pathlib import Path

import pytest

import app
from functions import errors
from functions.accounts import domain as accounts
from functions.config import Settings
from functions.feed import domain as feed
from functions.http.fields import MAX_ID
from functions.http.inputs import MAX_JSON_BYTES
from functions.http.pages import MAX_CURSOR, MOST_EXAMINED
from functions.media import domain as media
from functions.media import formats
from functions.posts import domain as posts
from functions.reactions import domain as reactions
from functions.social import boundaries
from functions.stories import domain as stories
from functions.stories import tray

ROOT = Path(__file__).parents[2]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_setting_is_documented_and_every_documented_setting_exists():
    first_cells = re.findall(r"^\| (`[^|]+) \|", text("docs/settings.md"), re.MULTILINE)
    documented = set(re.findall(r"`([A-Z_]+)`", " ".join(first_cells)))
    assert documented == {name.upper() for name in Settings.__struct_fields__}


def test_documented_defaults_are_the_settings_own():
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\S+) \|", text("docs/settings.md"), re.MULTILINE)
    defaults = dict(
        zip(
            Settings.__struct_fields__[-len(Settings.__struct_defaults__) :],
            Settings.__struct_defaults__,
            strict=True,
        )
    )
    assert rows
    for name, default in rows:
        assert str(defaults[name.lower()]).lower() == default


def problems():
    found, kinds = [], [errors.Problem]
    while kinds:
        kind = kinds.pop()
        found.append(kind)
        kinds += kind.__subclasses__()
    return {
        (str(kind.status), errors.type_of(kind))
        for kind in found
        if kind.__module__ == errors.__name__
    }


def test_every_error_is_documented_and_every_documented_error_exists():
    rows = re.findall(r"^\| (\d{3}) \| `(/problems/[a-z-]+)` \|", text("docs/errors.md"), re.M)
    assert set(rows) == problems()


@pytest.mark.parametrize(
    "limit",
    [
        media.MAX_BODY_BYTES,
        media.MAX_UPLOAD_BYTES,
        media.SLOT_SECONDS,
        formats.MAX_PIXELS,
        MAX_JSON_BYTES,
        MAX_CURSOR,
        MAX_ID,
        accounts.MAX_USERNAME,
        accounts.MAX_PASSWORD,
        accounts.MAX_DISPLAY_NAME,
        accounts.MAX_BIO,
        media.MAX_ALT,
        posts.MAX_CAPTION,
        posts.MAX_LOCATION,
        posts.MAX_MEDIA,
        feed.TIMELINE_CAP,
        feed.CANDIDATES,
        MOST_EXAMINED,
        stories.MAX_ACTIVE,
        int(stories.FRESH.total_seconds() // 3600),
        tray.TRAY_AUTHORS,
        tray.TRAY_ROWS,
        reactions.MAX_COMMENT,
        boundaries.MAX_MUTES,
    ],
)
def test_a_limit_is_documented_as_it_is(limit):
    assert re.search(rf"\b{limit:,}\b", text("docs/errors.md"))


def test_every_failure_code_is_documented():
    for code in media.FailureCode.__args__:
        assert f"`{code}`" in text("docs/errors.md")


def test_the_readme_names_every_route_and_no_others():
    """A path that begins with `…` stands for those that end so."""
    served = {operation.path for routes in app.ROUTES for operation in routes.operations}
    section = text("README.md").split("## The API in one screen")[1].split("##")[0]
    named = re.findall(r"(?<![\w/])(…?/[a-z][\w/{}.-]*)(?=[`?])", section)
    endings = tuple(path.removeprefix("…") for path in named if path.startswith("…"))
    missing = {path for path in served if path not in named and not path.endswith(endings)}
    assert not missing, f"add to the table in README.md: {sorted(missing)}"
    gone = {path for path in named if not any(s.endswith(path.removeprefix("…")) for s in served)}
    assert not gone, f"in the table of README.md, and not served: {sorted(gone)}"


def test_every_make_target_in_the_documents_exists():
    targets = set(re.findall(r"^([a-z0-9-]+):.*## ", text("Makefile"), re.MULTILINE))
    for name in ("README.md", "CONTRIBUTING.md"):
        assert set(re.findall(r"`make ([a-z0-9-]+)", text(name))) <= targets, name


def test_every_link_between_documents_leads_somewhere():
    listed = subprocess.run(
        ["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.split():
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", text(name)):
            assert (ROOT / name).parent.joinpath(link).exists(), f"{name}: {link}"
