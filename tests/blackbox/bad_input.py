"""Bad input for every route, derived from the service's own description."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.blackbox.contract import Contract

JSON = "application/json"
Schema = dict[str, Any]
HUGE = 200_000
"""Characters of a text that no field accepts."""

MALFORMED = [
    b"", b"{", b"}", b"[", b'{"a":}', b"{'a': 1}", b"{a: 1}", b'{"a": 1,}', b'{"a": 1} {}', b"nul",
    b'"', b"\x00", b"\xff\xfe{}", b"\xef\xbb\xbf{", b'{"a": NaN}',
    b'{"a": Infinity}', b'{"a": 01}', b'{"a": "\n"}', b'{"a": "\\x41"}', b'{"a": "\\ud800"}',
    b"[" * 50_000, b'{"a":' * 50_000, b"a=1&b=2", b"<a/>", b"--x--",
]  # fmt: skip
NOT_OBJECTS = [b"[]", b"[{}]", b'"x"', b"1", b"-1.5", b"true", b"null", b'""', b"[[]]"]

# In the form of a path, percent-encoded. None of them belongs to anybody.
STRANGE_IDS = [
    "x", "0", "-1", "null", "undefined", "me", "..", ".", "%2e%2e", "%2E", "..%2f..%2fme",
    "a%2Fb", "%2F", "%5c", "%00", "a%00b", "%0a", "%0d%0aX-Injected:%201", "%ff", "%c3%28",
    "%ed%a0%80", "%C3%A9", "%F0%9F%99%82", "%E2%80%AE", "%20", "a%20b", "+", "%", "%zz", "%25",
    "%2525", "*", "$", "'", "%22", "%3Cscript%3E", "{user_id}", "%7B%7D", ";", ":", "@", "~",
    "a%3Fb", "a%23b", "a,b", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01arz3ndektsv4rrffq69g5fav",
    "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "ZZZZZZZZZZZZZZZZZZZZZZZZZZ",
    "00000000-0000-4000-8000-000000000000", "x" * 200, "x" * 3000, "%F0%9F%99%82" * 600,
]  # fmt: skip


@dataclass(frozen=True)
class Route:
    """A method of a described path."""

    method: str
    template: str
    operation: Schema

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def is_open(self) -> bool:
        """Return whether it needs no token."""
        return self.operation.get("security") == []

    @property
    def in_path(self) -> list[str]:
        """Return the names of the parameters in its path."""
        return [one["name"] for one in self.parameters("path")]

    def parameters(self, place: str) -> list[Schema]:
        """Return its parameters in the path, the query or the headers."""
        return [one for one in self.operation.get("parameters", ()) if one["in"] == place]

    def path(self, **ids: str) -> str:
        """Return its path. Ids that are not given are nobody's."""
        return self.template.format(**{**dict.fromkeys(self.in_path, "x"), **ids})


@dataclass(frozen=True)
class WrongBody:
    """A body with one fault, in a field."""

    field: str
    fault: str
    body: Schema


def routes(contract: Contract) -> Iterator[Route]:
    """Return every described route."""
    for template, operations in contract.document["paths"].items():
        for method, operation in operations.items():
            yield Route(method.upper(), template, operation)


def body_schema(contract: Contract, route: Route) -> Schema | None:
    """Return the schema of a route's JSON body, if it takes one with fields."""
    content = route.operation.get("requestBody", {}).get("content", {})
    return resolved(contract, content[JSON]["schema"]) if JSON in content else None


def resolved(contract: Contract, schema: Any) -> Any:
    """Return a schema with all its references followed."""
    if isinstance(schema, list):
        return [resolved(contract, one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return resolved(contract, contract.document["components"]["schemas"][name])
    return {key: resolved(contract, one) for key, one in schema.items()}


def sample(schema: Schema) -> Any:
    """Return a value that a schema admits."""
    if "default" in schema:
        return schema["default"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return sample(schema["anyOf"][0])
    kind = schema["type"]
    if kind == "array":
        return [sample(schema["items"])] * schema.get("minItems", 0)
    if kind == "object":
        return sample_object(schema)
    text = "a" * max(1, schema.get("minLength", 1))
    return {
        "string": "someone@example.com" if schema.get("format") == "email" else text,
        "integer": schema.get("minimum", 1),
        "boolean": False,
    }[kind]


def sample_object(schema: Schema) -> Schema:
    """Return an object of all required fields."""
    required = schema.get("required", ())
    return {name: sample(schema["properties"][name]) for name in required}


def wrong_bodies(schema: Schema) -> Iterator[WrongBody]:
    """Return bodies of an object's schema with one fault each."""
    good = sample_object(schema)
    for name in schema.get("required", ()):
        rest = {key: value for key, value in good.items() if key != name}
        yield WrongBody(name, "missing", rest)
    for name, field in schema["properties"].items():
        for fault, value in wrong_values(field):
            yield WrongBody(name, fault, {**good, name: value})


def wrong_values(schema: Schema) -> Iterator[tuple[str, Any]]:
    """Return values that a schema does not admit, with what is wrong about them."""
    options = schema.get("anyOf", [schema])
    kinds = {option.get("type", "string") for option in options}
    for kind, value in {
        "null": None, "boolean": True, "integer": 7, "number": 1.5, "string": "~", "array": [],
        "object": {},
    }.items():  # fmt: skip
        if kind not in kinds and not (kind == "integer" and "number" in kinds):
            yield f"of type {kind}", value
    for option in options:
        yield from _wrong_by_limits(option)


def _wrong_by_limits(schema: Schema) -> Iterator[tuple[str, Any]]:
    if "enum" in schema:
        yield "not one of the values", "no-such-value"
        return
    if schema.get("type") == "string":
        yield "with NUL", "a\x00bcdefgh"
        yield "with a lone surrogate", "abcdefgh\ud800"
        if "maxLength" in schema:
            yield "one too long", "a" * (schema["maxLength"] + 1)
            yield "huge", "a" * HUGE
        if schema.get("minLength"):
            yield "one too short", "a" * (schema["minLength"] - 1)
    if "minimum" in schema:
        yield "one too small", schema["minimum"] - 1
    if "maximum" in schema:
        yield "one too large", schema["maximum"] + 1
    if "maxItems" in schema:
        yield "one too many", ["a" * n for n in range(1, schema["maxItems"] + 2)]
    if schema.get("minItems"):
        yield "one too few", ["a"] * (schema["minItems"] - 1)
    if "items" in schema:
        yield from (
            (f"with an item {fault}", [one]) for fault, one in wrong_values(schema["items"])
        )


def wrong_queries(schema: Schema) -> Iterator[str]:
    """Return query values that a parameter's schema does not admit."""
    for fault, value in wrong_values(schema):
        if fault.startswith("of type"):
            continue
        if "lone surrogate" not in fault:
            yield value if isinstance(value, str) else json.dumps(value)
    if schema.get("type") == "integer":
        yield from ("", "x", "1.5", "-", "1,2", "0x1", "true", "null", "9" * 400, "\u0663")
