"""Describes in words what a field has to be."""

from typing import Any

from msgspec import inspect


def words_of(kind: Any) -> str:
    """Return what a value of this type has to be: `a whole number from 1 to 100`."""
    return _words(inspect.type_info(kind))


def _words(kind: inspect.Type) -> str:
    words = _PLAIN.get(type(kind), "something else")
    match kind:
        case inspect.Metadata(type=of, extra_json_schema=more):
            words = str((more or {}).get("description") or _words(of))
        case inspect.UnionType(types=types):
            words = " or ".join(_words(one) for one in types)
        case inspect.LiteralType(values=values):
            words = f"one of {', '.join(map(str, values))}"
        case inspect.IntType() | inspect.FloatType():
            words += _range(kind.ge, kind.le)
        case inspect.StrType():
            words += _size(kind.min_length, kind.max_length, "characters")
        case inspect.ListType():
            words += _size(kind.min_length, kind.max_length, "items")
    return words


_PLAIN: dict[type, str] = {
    inspect.IntType: "a whole number",
    inspect.FloatType: "a number",
    inspect.StrType: "text",
    inspect.ListType: "a list",
    inspect.BoolType: "true or false",
    inspect.NoneType: "null",
    inspect.StructType: "an object",
    inspect.DictType: "an object",
    inspect.BytesType: "a file",
}


def _range(least: float | None, most: float | None) -> str:
    if least is None and most is None:
        return ""
    return f" of at least {least:,}" if most is None else f" from {least or 0:,} to {most:,}"


def _size(least: int | None, most: int | None, of: str) -> str:
    if most is None:
        return f" of at least {least:,} {of}" if least else ""
    return f" of {least:,} to {most:,} {of}" if least else f" of up to {most:,} {of}"
