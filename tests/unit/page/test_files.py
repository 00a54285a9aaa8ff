"""The files of the page: their types, how they name each other, where vendored ones come from."""

import hashlib
import json
import re
from pathlib import PurePosixPath

import pytest

from infra.page.files import CONFIG, WEB, content_type, is_public, page_files

ROOT = WEB.parent
SWAGGER = WEB / "vendor" / "swagger-ui"
FILES = page_files()
HTML = [name for name in FILES if name.endswith(".html")]
OWN = [name for name in FILES if name.endswith((".js", ".css")) and not name.startswith("vendor/")]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("app/main.js", "text/javascript; charset=utf-8"),
        ("styles/base.css", "text/css; charset=utf-8"),
        ("icons.svg", "image/svg+xml; charset=utf-8"),
        ("manifest.webmanifest", "application/manifest+json"),
        ("config.json", "application/json"),
        ("images/mira.webp", "image/webp"),
        ("vendor/LICENSE", "text/plain; charset=utf-8"),
    ],
)
def test_the_type_follows_from_the_name(name: str, wanted: str) -> None:
    assert content_type(name) == wanted


@pytest.mark.parametrize("name", ["../x", "a/../x", ".git/config", "a/.env", ".."])
def test_hidden_files_and_ways_up_are_not_public(name: str) -> None:
    assert not is_public(name)


@pytest.mark.parametrize("name", HTML)
def test_a_document_names_files_that_are_there(name: str) -> None:
    named = re.findall(r'(?:href|src)="/([^"#?]+)', (WEB / name).read_text())
    missing = {file for file in named if PurePosixPath(file).suffix} - set(FILES)
    assert missing <= {"openapi.json", CONFIG}


@pytest.mark.parametrize("name", OWN)
def test_scripts_and_styles_name_other_files_relatively(name: str) -> None:
    """A deploy moves all of them together, below a name of its own (infra/page/release.py)."""
    text = (WEB / name).read_text()
    absolute = (file for file in FILES if "/" in file and file not in HTML)
    assert [file for file in absolute if f'"/{file}' in text or f"(/{file}" in text] == []


def test_the_vendored_reference_is_what_the_registry_gave() -> None:
    sums = (SWAGGER / "SHA256SUMS").read_text().splitlines()
    kept = {name: wanted for wanted, name in (line.split() for line in sums)}
    found = {p.name for p in SWAGGER.iterdir()} - {"SHA256SUMS"}
    assert set(kept) == found
    for name, wanted in kept.items():
        assert hashlib.sha256((SWAGGER / name).read_bytes()).hexdigest() == wanted, name
    assert "Apache License" in (SWAGGER / "LICENSE").read_text()


def test_the_vendored_reference_is_pinned() -> None:
    folder = ROOT / "infra" / "page" / "swagger"
    pinned = json.loads((folder / "package.json").read_text())["devDependencies"]
    locked = json.loads((folder / "package-lock.json").read_text())["packages"]
    for name, version in pinned.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert locked[f"node_modules/{name}"]["version"] == version
        assert locked[f"node_modules/{name}"]["integrity"].startswith("sha512-")
    bundle = (SWAGGER / "swagger-ui-bundle.js").read_text()
    assert f'"{pinned["swagger-ui-dist"]}"' in bundle


def test_the_reference_asks_no_other_host_and_runs_nothing_inline() -> None:
    document = (WEB / "docs" / "index.html").read_text()
    assert "validatorUrl: null" in (WEB / "docs" / "docs.js").read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", document)
