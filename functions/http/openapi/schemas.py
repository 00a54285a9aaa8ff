"""The schemas of inputs and answers: msgspec's, adapted to what generators of clients read."""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any, get_origin

import msgspec

from functions.http.answers import ProblemDocument
from functions.http.pages import Page
from functions.http.routes import Operation

Schema = dict[str, Any]
PREFIX = "#/components/schemas/"
_PAGE = re.compile(r"Page_(\w+?)(?:View)?_")


class Schemas:
    """The schemas of a document, by name and by type."""

    def __init__(self, operations: Sequence[Operation], examples: dict[str, Any]) -> None:
        answers = [one.answer for one in operations if one.answer is not None]
        taken = [one.body for one in operations] + [one.form for one in operations]
        types = [*answers, *filter(None, taken), ProblemDocument]
        schemas, components = msgspec.json.schema_components(types, ref_template=PREFIX + "{name}")
        always = _reached([schemas[at] for at in range(len(answers))], components)
        for name in always:
            _require_all(components[name])
        told = {_renamed(name): _plain(schema) for name, schema in components.items()}
        told |= _hoisted([*told.values()])
        self._of = {kind: _plain(one) for kind, one in zip(types, schemas, strict=True)}
        self._examples = examples
        self.components = {name: self._with_example(name, told[name]) for name in sorted(told)}

    def of(self, kind: Any) -> Schema:
        """Return the schema of a type that an operation declares: a reference if it has a name."""
        return self._of[kind]

    def inline(self, kind: Any) -> Schema:
        """Return the schema of a plain type."""
        return _plain(msgspec.json.schema(kind))

    def query(self, kind: type[msgspec.Struct]) -> Schema:
        """Return the parameters of a query as an object."""
        (_,), components = msgspec.json.schema_components([kind])
        schema: Schema = _plain(components[kind.__name__])
        return schema

    def example(self, kind: Any) -> Schema:
        """Return an example of a type, in the form of a media type."""
        name = self._of[kind].get("$ref", "").removeprefix(PREFIX)
        return {"example": self._examples[name]} if name in self._examples else {}

    def _with_example(self, name: str, schema: Schema) -> Schema:
        schema["title"] = name
        if name in self._examples:
            schema["examples"] = [self._examples[name]]
        return schema


def is_page(kind: Any) -> bool:
    """Return whether an answer is a page of a list."""
    return get_origin(kind) is Page


def may_be_empty(kind: Any) -> bool:
    """Return whether an empty body means the same as an empty object. A body that `needs` one of
    several fields may not be empty.
    """
    if kind is None or getattr(kind, "needs", None):
        return False
    return not any(field.required for field in msgspec.structs.fields(kind))


def _reached(schema: Any, components: dict[str, Schema]) -> set[str]:
    """Return the names of all schemas that a schema refers to, directly or through others."""
    seen: set[str] = set()
    waiting = [schema]
    while waiting:
        for at in _walk(waiting.pop()):
            name = at.get("$ref", "").removeprefix(PREFIX)
            if name and name not in seen:
                seen.add(name)
                waiting.append(components[name])
    return seen


def _require_all(schema: Schema) -> None:
    """Require all fields of an answer, also those with a default. Only those that may be unset stay
    optional.
    """
    properties = schema.get("properties", {})
    has_default = {name for name, one in properties.items() if "default" in one}
    required = {*schema.get("required", ()), *has_default}
    schema["required"] = [name for name in properties if name in required]
    for name in has_default:
        del properties[name]["default"]


def _walk(schema: Any) -> Iterator[Schema]:
    if isinstance(schema, dict):
        yield schema
        for inner in schema.values():
            yield from _walk(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _walk(inner)


def _hoisted(schemas: list[Schema]) -> dict[str, Schema]:
    """Move titled enumerations to schemas of their own, and leave references in their place."""
    found: dict[str, Schema] = {}
    for at in _walk(schemas):
        if "enum" in at and "title" in at:
            name = at["title"]
            found[name] = {**at}
            at.clear()
            at["$ref"] = PREFIX + name
    return found


def _renamed(name: str) -> str:
    return _PAGE.sub(r"\1Page", name)


def _plain(schema: Schema) -> Schema:
    schema = deepcopy(schema)
    for at in _walk(schema):
        if "$ref" in at:
            at["$ref"] = PREFIX + _renamed(at["$ref"].removeprefix(PREFIX))
        if "pattern" in at and isinstance(at["pattern"], str):
            at["pattern"] = re.sub(r"^\\A(.*)\\Z$", r"^\1$", at["pattern"])
        if "enum" in at and all(isinstance(one, str) for one in at["enum"]):
            at.setdefault("type", "string")
        if at.get("default", ...) in (None, ""):
            del at["default"]  # a generator would ask for it or send it
        if at.pop("contentEncoding", None) == "base64":
            at["format"] = "binary"
    return schema
