"""The house's rules, held by walking the imports."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STORAGE = (".storage", ".blocks", ".mutes", ".pool", ".buckets")
MODULES = sorted((ROOT / "functions").rglob("*.py"))
INFRASTRUCTURE = {"boto3", "botocore", "pynamodb", "chalice", "os", "aws_lambda_powertools"}
COMMON_INFRASTRUCTURE = {
    f"functions.{name}" for name in ("aws", "config", "events", "http", "signing", "tables")
}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def named(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_the_product_imports_neither_the_stack_nor_the_tests(path):
    roots = {name.split(".")[0] for name in imports(path)}
    assert not roots & {"infra", "tests", "moto", "bench", "app"}


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p.name in ("domain.py", "messages.py")], ids=named
)
def test_a_domain_knows_no_infrastructure(path):
    found = imports(path)
    assert not {name.split(".")[0] for name in found} & INFRASTRUCTURE
    assert not found & COMMON_INFRASTRUCTURE


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_storage_is_imported_by_its_own_bootstrap_alone(path):
    storages = {name for name in imports(path) if name.endswith(STORAGE)}
    own = {f"functions.{path.parent.name}{layer}" for layer in STORAGE}
    assert storages <= (own if path.name == "bootstrap.py" else set())


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_only_bootstraps_and_handlers_wire_things_together(path):
    wired = {name for name in imports(path) if name.endswith(".bootstrap")}
    assert not wired or path.name in ("bootstrap.py", "handlers.py")


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_the_environment_is_read_in_one_place(path):
    text = path.read_text(encoding="utf-8")
    reads = "os.environ" in text or "getenv" in text
    assert reads == (named(path) == "functions.config")


def test_a_handlers_module_holds_no_rule_of_the_product():
    for path in (p for p in MODULES if p.name == "handlers.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or 0) - node.body[0].lineno
                assert length <= 25, f"{named(path)}.{node.name}"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_only_social_decides_who_sees_what(path):
    """Others ask it: `visible` about one author, `sight` about many in a read of their own, `known`
    and `met` about users. Follows, blocks and mutes that are read elsewhere are a second rule."""
    if path.parent.name == "social":
        return
    assert "functions.social.domain.may_see" not in imports(path)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            of = node.value.attr if isinstance(node.value, ast.Attribute) else ""
            assert of not in ("blocks", "mutes"), f"line {node.lineno}"
            reads_edges = of in ("follows", "_follows") and node.attr in ("lookup", "read")
            assert not reads_edges, f"line {node.lineno}: ask social.sight"


def test_app_is_thin():
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) < 60


def loaded(statement: str) -> set[str]:
    """The modules in a fresh process after a statement."""
    code = f"import json, sys\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout))


def test_the_api_function_does_not_pay_for_pictures_signatures_or_batches():
    modules = loaded("import app")
    heavy = {"PIL", "cykooz", "cryptography", "boto3", "numpy", "blurhash_rs"}
    assert not {name.split(".")[0] for name in modules} & heavy
    assert "aws_lambda_powertools.utilities.batch" not in modules


def test_the_render_function_imports_no_other_capability():
    modules = loaded("import functions.media.handlers")
    assert not {name for name in modules if name.startswith(("functions.posts", "functions.feed"))}
    assert "app" not in modules


LAYERS = {"service", "storage", "hydration", "blocks", "mutes", "pool", "buckets", "tray"}
EVERYONES = {"PIL", "cryptography", "boto3", "itsdangerous", "functions.idempotency",
             "functions.limits", "functions.openapi"}  # fmt: skip
WEIGHTS = {
    "app": {"functions.feed.fanout", "functions.feed.migration", "functions.feed.upkeep",
            "functions.counters.recount", "functions.media.imaging"},
    "functions.accounts.handlers": {"functions.feed", "functions.exports"},
    "functions.affinity.handlers": {"functions.feed", "functions.exports", "functions.erasure"},
    "functions.counters.handlers": {"functions.media", "functions.feed", "functions.posts"},
    "functions.erasure.handlers": {"functions.feed", "functions.posts", "functions.stories"},
    "functions.exports.handlers": {"functions.feed", "functions.erasure"},
    "functions.feed.handlers": {"functions.exports", "functions.counters.recount"},
    "functions.media.handlers": {"functions.feed", "functions.media.imaging"},
    "functions.posts.handlers": {"functions.exports", "functions.feed.fanout"},
    "functions.stories.handlers": {"functions.exports", "functions.feed.fanout"},
}  # fmt: skip
"""What each function's module must not load, beside `EVERYONES`: another's weight."""


def test_every_module_that_a_function_enters_by_is_weighed():
    from app import app

    entered = {one.handler_string.rpartition(".")[0] for one in app.event_sources}
    assert entered <= WEIGHTS.keys()


@pytest.mark.parametrize("module", sorted(WEIGHTS))
def test_nothing_a_capability_is_made_of_is_imported_before_it_is_asked_for(module):
    own = {name for name in loaded(f"import {module}") if name.startswith("functions.")}
    assert {name for name in own if name.rpartition(".")[2] in LAYERS} == set()


@pytest.mark.parametrize("path", [p for p in MODULES if p.name == "bootstrap.py"], ids=named)
def test_a_bootstrap_imports_what_it_wires_within_its_factories(path):
    """At its head are other bootstraps, and what is common to all; types aside."""
    head = ast.Module(
        [n for n in ast.parse(path.read_text()).body if isinstance(n, ast.Import | ast.ImportFrom)],
        [],
    )
    own = {n.module for n in head.body if isinstance(n, ast.ImportFrom) and n.module}
    inside = {name for name in own if name.count(".") > 1 and not name.endswith(".bootstrap")}
    assert inside == set()


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_plain_data_are_structs(path):
    """A struct is made in C; a dataclass or a named tuple runs code that it writes, which is up to
    a millisecond of every cold start."""
    kinds = {"dataclasses.dataclass", "typing.NamedTuple", "collections.namedtuple", "enum.Enum"}
    assert not imports(path) & kinds


@pytest.mark.parametrize("module", sorted(WEIGHTS))
def test_no_function_imports_anothers_weight(module):
    modules = loaded(f"import {module}")
    carried = {
        weight
        for weight in WEIGHTS[module] | EVERYONES
        if any(name == weight or name.startswith(f"{weight}.") for name in modules)
    }
    assert carried == set()
