"""The house's rules, held by walking the imports."""

import ast
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HALLS = {"aws", "http", "stage", "streams"}
CAPABILITIES = {p.parent.name for p in (ROOT / "functions").glob("*/__init__.py")} - HALLS
MODULES = sorted((ROOT / "functions").rglob("*.py"))
INFRASTRUCTURE = {"boto3", "botocore", "pynamodb", "chalice", "os", "aws_lambda_powertools"}
COMMON_INFRASTRUCTURE = ("functions.aws", "functions.http.routes", "functions.config")
LIBRARY_TYPES = {"functions.media.shrinking", "functions.media.stills"}
"""Modules with a Protocol that types a library's objects, and is nobody's storage."""


@cache
def tree_of(path: Path) -> ast.Module:
    """Parse a module, once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def modules_of(path: Path) -> set[str]:
    """The modules that a file imports from or imports, without the names in them."""
    nodes = [n for n in ast.walk(tree_of(path)) if isinstance(n, ast.Import | ast.ImportFrom)]
    found = {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)}
    return found | {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}


def named(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_the_product_imports_neither_the_stack_nor_the_tests(path):
    roots = {name.split(".")[0] for name in imports(path)}
    assert not roots & {"infra", "tests", "moto", "bench", "app"}


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p.name in ("domain.py", "queues.py")], ids=named
)
def test_a_domain_knows_no_infrastructure(path):
    found = imports(path)
    assert not {name.split(".")[0] for name in found} & INFRASTRUCTURE
    assert not {name for name in found if name.startswith(COMMON_INFRASTRUCTURE)}


def is_storage(module: str) -> bool:
    """`functions.social.storage`, or `functions.social.storage_blocks` beside it."""
    return module.rpartition(".")[2].partition("_")[0] == "storage"


STORAGE = [p for p in MODULES if is_storage(named(p))]
AWS_LIBRARIES = {"boto3", "botocore", "pynamodb"}
AWS_HALLS = ("functions.aws.", "functions.http.")
"""Folders whose modules may reach AWS beside the capabilities' storage layers."""


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_only_the_stage_imports_tables_and_buckets(path):
    storages = {name for name in imports(path) if is_storage(name)}
    assert not storages or named(path) == "functions.stage.tables"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_aws_is_reached_from_the_storage_layer_alone(path):
    if path in STORAGE or named(path).startswith(AWS_HALLS):
        return
    found = imports(path)
    reached = {name for name in found if name.split(".")[0] in AWS_LIBRARIES}
    reached |= found & {"functions.aws.clients.client", "functions.aws.connection.connection"}
    assert not reached, "move this to storage.py, or to storage_<what>.py beside it"


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p in STORAGE or p.parent.name == "aws"], ids=named
)
def test_the_storage_layer_knows_nothing_of_http(path):
    """It raises errors of its own, such as `Contended`; services and the HTTP edge translate."""
    found = {
        name for name in imports(path) if name.startswith(("functions.errors", "functions.http"))
    }
    assert not found, "raise an error of functions/aws/errors.py or ports.py, or return a value"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_what_a_service_needs_of_the_outside_stands_in_its_ports(path):
    if path.name == "ports.py" or named(path) in LIBRARY_TYPES:
        return
    found = ast.walk(tree_of(path))
    bases = {
        ast.unparse(base) for one in found if isinstance(one, ast.ClassDef) for base in one.bases
    }
    assert "Protocol" not in bases, "move this Protocol to ports.py"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_only_handlers_ask_the_stage(path):
    """Everything else takes what it needs as arguments."""
    wired = {name for name in imports(path) if name.startswith("functions.stage")}
    assert not wired or path.name == "handlers.py" or path.parent.name == "stage"


SENDING = ("handlers.py", "routing.py")
STREAMS = [p for p in MODULES if p.parent.name == "streams" and p.name not in SENDING]


@pytest.mark.parametrize("path", STREAMS, ids=named)
def test_what_follows_from_a_change_is_said_by_domains_and_jobs_alone(path):
    """A pure table of change and jobs: no storage, no use-case, no AWS."""
    modules = {name for name in modules_of(path) if name.startswith("functions.")}
    allowed = (
        "functions.streams.",
        "functions.queues",
        "functions.feed.bands",
        "functions.accounts.names",
    )
    assert {n for n in modules if not n.endswith(".domain") and not n.startswith(allowed)} == set()


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_capability_imports_the_streams(path):
    """The streams know the capabilities; a capability hears of changes through its queues."""
    found = {name for name in modules_of(path) if name.startswith("functions.streams")}
    assert not found or path.parent.name == "streams"


def test_no_two_capabilities_import_each_other():
    """Anywhere in them, also within functions and for types alone."""
    known = {
        (path.relative_to(ROOT).parts[1], module.split(".")[1])
        for path in MODULES
        for module in modules_of(path)
        if module.count(".") > 1
    }
    pairs = {(one, other) for one, other in known if one < other and (other, one) in known}
    assert {pair for pair in pairs if set(pair) <= CAPABILITIES} == set()


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_the_environment_is_read_in_one_place(path):
    text = path.read_text(encoding="utf-8")
    reads = "os.environ" in text or "getenv" in text
    assert reads == (named(path) == "functions.config")


def test_a_handlers_module_holds_no_rule_of_the_product():
    for path in (p for p in MODULES if p.name == "handlers.py"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or 0) - node.body[0].lineno
                assert length <= 25, f"{named(path)}.{node.name}"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_only_social_decides_who_sees_what(path):
    """Others ask it: `visible_author` about one author, `visibility_query` about many in a read of
    their own, `unblocked_user` and `visible_users` about users. Follows, blocks and mutes that are
    read elsewhere are a second rule."""
    if path.parent.name in ("social", "stage"):  # the stage hands these tables to social
        return
    assert "functions.social.domain.may_see" not in imports(path)
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute):
            of = node.value.attr if isinstance(node.value, ast.Attribute) else ""
            assert of not in ("blocks", "mutes"), f"line {node.lineno}"
            reads_edges = of in ("follows", "_follows") and node.attr in ("lookup", "read")
            assert not reads_edges, f"line {node.lineno}: ask social.visibility_query"


def test_app_is_thin():
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) < 60


@cache
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


LAYERS = {"service", "hydration", "tray"}
EVERYONES = {"PIL", "cryptography", "boto3", "itsdangerous", "functions.http.idempotency",
             "functions.http.limits", "functions.http.openapi", "functions.http.faults",
             "functions.http.forms", "multipart", "functions.about.texts",
             "functions.about.examples"}  # fmt: skip
CAPABILITIES_NAMED = {f"functions.{name}" for name in CAPABILITIES}
WEIGHTS = {
    "app": {"functions.feed.fanout", "functions.feed.migration", "functions.feed.upkeep",
            "functions.counters.recount", "functions.media.imaging"},
    "functions.accounts.handlers": {"functions.feed", "functions.exports"},
    "functions.counters.handlers": {"functions.media", "functions.feed", "functions.posts"},
    "functions.streams.handlers": CAPABILITIES_NAMED,
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
    made_of = {name for name in own if name.rpartition(".")[2] in LAYERS or is_storage(name)}
    assert made_of == set()


@pytest.mark.parametrize("path", [p for p in MODULES if p.parent.name == "stage"], ids=named)
def test_the_stage_imports_capabilities_only_within_its_properties(path):
    """A cold start then pays for what its first request touches; imports for types are free."""
    head = [n for n in tree_of(path).body if isinstance(n, ast.ImportFrom)]
    assert not {n.module.split(".")[1] for n in head if n.module.startswith("functions.")} & (
        CAPABILITIES
    )


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
