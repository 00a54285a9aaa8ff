"""Finds every method of the product that makes a conditional write, in its source."""

import ast
from collections.abc import Iterator
from pathlib import Path

from functions.aws import connection, tables

ROOT = Path(__file__).parents[3]
WRITES = frozenset({"try_write", "commit"})
"""The functions that every conditional write goes through; see functions/aws/tables.py."""
RAW = "ConditionExpression"
"""The part of a request that a module writes by itself."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def conditional_sites() -> set[str]:
    """Return the sites by module and name, such as `media.storage:MediaTable.keep`: the functions
    that lead to a conditional write. A private function counts as a part of its callers."""
    paths = sorted((ROOT / "functions").rglob("*.py"))
    own = {Path(tables.__file__), Path(connection.__file__)}
    return {site for path in paths if path not in own for site in _sites(path)}


def module_of(path: Path) -> str:
    """Return a module's name without its package: `media.storage`."""
    return ".".join(path.relative_to(ROOT / "functions").with_suffix("").parts)


def _sites(path: Path) -> Iterator[str]:
    found = dict(_functions(ast.parse(path.read_text(encoding="utf-8"))))
    called = {name: _called(function) for name, function in found.items()}
    writing = {name for name, calls in called.items() if calls & (WRITES | {RAW})}
    while more := {n for n, calls in called.items() if _leads(n, calls, writing)} - writing:
        writing |= more
    inner = {c for n in writing for c in found if _is_private(c) and _leads(n, called[n], {c})}
    return (f"{module_of(path)}:{name}" for name in sorted(writing - inner))


def _is_private(name: str) -> bool:
    return name.rpartition(".")[2].startswith("_")


def _functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    for node in tree.body:
        if isinstance(node, Function):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for one in node.body:
                if isinstance(one, Function):
                    yield f"{node.name}.{one.name}", one


def _called(function: Function) -> set[str]:
    """Return the names that a function uses: `name`, and `self.name` for its class's own."""
    names = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("self", "cls"):
            names.add(f"self.{node.attr}")
        elif isinstance(node, ast.Constant) and node.value == RAW:
            names.add(RAW)
    return names


def _leads(name: str, calls: set[str], to: set[str]) -> bool:
    """Return whether a function calls one of these functions of its module."""
    own = name.rpartition(".")[0]
    local = {one.removeprefix(f"{own}.") for one in to if own and one.startswith(f"{own}.")}
    return bool(calls & {f"self.{one}" for one in local} or calls & {t for t in to if "." not in t})
