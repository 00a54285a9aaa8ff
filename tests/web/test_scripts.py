"""The page's files: their sizes, their preloads, what was built from npm, and their form."""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.page.files import WEB
from infra.page.slim import slim
from tests.web.graph import imports, loaded

SCRIPT_BYTES = 40_000  # gzip, of all scripts that a view loads when it is opened first
STYLE_BYTES = 8_000  # gzip, of all styles
LONGEST = 200  # lines of a module; most have half of that
CORE = {"router.js": 100, "store.js": 100, "api.js": 100}
APP = sorted((WEB / "app").rglob("*.js"))
NODE = shutil.which("node")
CHECK = """await import(%s).catch((error) => {
  if (error instanceof SyntaxError && !/export named/.test(error.message)) throw error;
});"""


def compressed(script: Path) -> int:
    """The bytes of a script as it is deployed and sent."""
    is_own = "app" in script.relative_to(WEB).parts
    text = script.read_text()
    return len(gzip.compress((slim(text) if is_own else text).encode(), 9))


@pytest.mark.parametrize(
    "view", sorted((WEB / "app" / "views").glob("*.js")), ids=lambda one: one.name
)
def test_every_view_loads_little_script(view: Path) -> None:
    scripts = loaded("app/first.js", "app/main.js", view.relative_to(WEB).as_posix())
    assert sum(map(compressed, scripts)) <= SCRIPT_BYTES


def test_the_style_is_small() -> None:
    styles = "".join(path.read_text() for path in sorted((WEB / "styles").glob("*.css")))
    assert len(gzip.compress(styles.encode(), 9)) <= STYLE_BYTES


def test_the_document_preloads_the_frame_and_the_feed() -> None:
    frame = loaded("app/main.js")
    document = (WEB / "index.html").read_text()
    named = set(re.findall(r'<link rel="modulepreload" href="/([^"]+)"', document))
    assert named == {path.relative_to(WEB).as_posix() for path in frame} - {"app/main.js"}
    first = WEB / "app" / "first.js"
    later = {
        (first.parent / name).resolve() for name in re.findall(r'"(.+\.js)"', first.read_text())
    }
    assert later == loaded("app/main.js", "app/views/home.js") - frame


def test_every_import_and_every_view_exists() -> None:
    lazy = re.compile(r'import\("(\.[^"]+)"\)')
    for script in APP:
        later = [(script.parent / found).resolve() for found in lazy.findall(script.read_text())]
        for wanted in [*imports(script), *later]:
            assert wanted.is_file(), f"{script.name} imports {wanted.name}"


def test_modules_are_small_and_begin_with_their_purpose() -> None:
    for script in APP:
        lines = script.read_text().splitlines()
        assert lines[0].startswith("// "), script
        assert len(lines) <= CORE.get(script.name, LONGEST), f"{script}: {len(lines)} lines"


def test_nothing_makes_markup_from_text() -> None:
    for script in APP:
        for sink in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "dangerously",
        ):
            assert sink not in script.read_text(), f"{script.name} has {sink}"


def test_what_was_built_from_npm_is_as_it_was_built() -> None:
    hashes = json.loads((WEB / "vendor" / "hashes.json").read_text())
    for name, digest in hashes.items():
        assert hashlib.sha256((WEB / name).read_bytes()).hexdigest() == digest, name
    licences = (WEB / "vendor" / "LICENSES.txt").read_text()
    for package in ("preact", "htm", "@preact/signals", "fast-blurhash", "lucide-static"):
        assert re.search(rf"^{re.escape(package)} \d", licences, re.MULTILINE), package


def test_the_looks_are_those_that_the_server_applies() -> None:
    [own] = (WEB.parent / "functions").rglob("looks.bin")
    assert (WEB / "looks.bin").read_bytes() == own.read_bytes()


def test_icons_that_are_used_are_in_the_sprite() -> None:
    sprite = (WEB / "icons.svg").read_text()
    there = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    used = set()
    for script in APP:
        used |= set(
            re.findall(r'icon="([a-z0-9-]+)"|<\$\{Icon\} name="([a-z0-9-]+)"', script.read_text())
        )
    assert {name for pair in used for name in pair if name} <= there


def test_comments_are_where_they_can_be_left_out() -> None:
    for script in APP:
        for line in slim(script.read_text()).splitlines():
            assert "/**" not in line, f"{script}: {line}"
            assert not line.startswith(("//", "*")), f"{script}: {line}"


@pytest.mark.skipif(NODE is None, reason="no node: the page's rules are tested where it is")
def test_the_rules_hold_in_node(tmp_path: Path) -> None:
    run = subprocess.run(
        [str(NODE), "--test", str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:]


@pytest.mark.skipif(NODE is None, reason="no node: slim scripts are parsed where it is")
def test_slim_scripts_still_parse(tmp_path: Path) -> None:
    names = []
    for number, script in enumerate(APP):
        names.append(tmp_path / f"{number}.mjs")
        names[-1].write_text(slim(script.read_text()))
    checks = [CHECK % json.dumps(name.as_uri()) for name in names]
    run = subprocess.run(
        [str(NODE), "--input-type=module", "--eval", "\n".join(checks)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
