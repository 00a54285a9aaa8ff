"""Finds all faults of an input and describes each in our own words, never in a library's.

Imported only when an input is refused, because msgspec reports just the first fault.
"""

import json
import re
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from msgspec import UnsetType

from functions.http.inputs import REPLACEMENT
from functions.http.wording import words_of

Faults = Iterator[tuple[str, str]]

WHOLE = "body"
"""The name of the body itself, when no single field is at fault."""
MISSING = "is missing"
UNKNOWN = "is not a field of this request"
NOT_UTF8 = "has bytes that are not UTF-8, or U+FFFD, which stands for such bytes once they are lost"
SURROGATE = "has half of a surrogate pair, which is no character"
_SURROGATE = re.compile("[\ud800-\udfff]")
LONGEST_NAME = 64
MOST_TOLD = 20
"""The most faults that one answer lists."""


def faults_of_json(text: str, kind: Any) -> dict[str, str]:
    """Return the faults of an invalid JSON text, by field."""
    try:
        given = json.loads(text or "{}", parse_constant=_no_number)
        # Depth that the decoder takes may still be too much for the walks through it.
        unreadable = dict(_unreadable(given, ""))
        return unreadable or faults_of(given, kind) or {WHOLE: "is not JSON"}
    except json.JSONDecodeError as error:
        return {WHOLE: f"is not JSON: it goes wrong at character {error.pos + 1}"}
    except RecursionError:
        return {WHOLE: "is nested too deeply"}
    except ValueError:
        return {WHOLE: "is not JSON"}


def lost_bytes(text: str) -> dict[str, str]:
    """Return the fields of a JSON text that hold U+FFFD or half of a surrogate pair."""
    return dict(_unreadable(json.loads(text), ""))


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def faults_of(given: Any, kind: Any) -> dict[str, str]:
    """Return the faults of a decoded value that `kind` does not admit, by field."""
    found: dict[str, str] = {}
    for field, message in _faults(given, kind, ""):
        found.setdefault(field or WHOLE, message)
        if len(found) == MOST_TOLD:
            break
    return found


def _faults(given: Any, kind: Any, where: str) -> Faults:
    try:
        msgspec.convert(given, kind)
    except msgspec.ValidationError:
        inner = list(_inner_faults(given, kind, where))
        yield from inner or [(where, f"has to be {words_of(kind)}")]


def _inner_faults(given: Any, kind: Any, where: str) -> Faults:
    """Return the faults inside an object or a list; none if it is wrong as a whole."""
    for option in _options(kind):
        if isinstance(given, dict) and isinstance(option, type):
            if issubclass(option, msgspec.Struct):
                yield from _of_object(given, option, where)
        elif isinstance(given, list) and get_origin(option) is list:
            (item,) = get_args(option)
            for at, one in enumerate(given):
                yield from _faults(one, item, f"{where}[{at}]")


def _of_object(given: dict[str, Any], kind: type[msgspec.Struct], where: str) -> Faults:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name, field in fields.items():
        if name in given:
            yield from _faults(given[name], field.type, _inside(where, name))
        elif field.required:
            yield _inside(where, name), MISSING
    if kind.__struct_config__.forbid_unknown_fields:
        for name in given.keys() - fields.keys():
            yield _inside(where, name), UNKNOWN


def _options(kind: Any) -> Iterator[Any]:
    """Yield the types that a union admits, without their limits. Other types yield themselves."""
    if get_origin(kind) is Annotated:
        yield from _options(get_args(kind)[0])
    elif get_origin(kind) in (Union, UnionType):  # msgspec counts a field that may be unset as none
        for option in get_args(kind):
            if option not in (type(None), UnsetType):
                yield from _options(option)
    else:
        yield kind


def _unreadable(given: Any, where: str) -> Faults:
    """Return the texts that UTF-8 cannot encode, or that contain the replacement of lost bytes."""
    if isinstance(given, str):
        if _SURROGATE.search(given):
            yield where or WHOLE, SURROGATE
        elif REPLACEMENT in given:
            yield where or WHOLE, NOT_UTF8
    elif isinstance(given, list):
        for at, one in enumerate(given):
            yield from _unreadable(one, f"{where}[{at}]")
    elif isinstance(given, dict):
        for name, one in given.items():
            yield from _unreadable(name, where)
            yield from _unreadable(one, _inside(where, name))


def _inside(where: str, name: str) -> str:
    shown = name.encode(errors="backslashreplace").decode()[:LONGEST_NAME]
    return f"{where}.{shown}" if where else shown
