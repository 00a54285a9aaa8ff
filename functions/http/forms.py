"""Reads forms: multipart/form-data (RFC 7578) with a file and a few short fields."""

from io import BytesIO
from typing import Any, get_args

import msgspec
from multipart import MultipartError, MultipartParser, parse_options_header

from functions.errors import Invalid
from functions.http.faults import faults_of

MAX_PARTS = 16
IN_MEMORY_BYTES = 10 * 1024 * 1024
"""More than a request can carry, so parts are never written to disk."""
_MALFORMED = "is not multipart/form-data"
_TRUTH = {"true": True, "false": False}
"""Any case is accepted: generated clients write these as their language does."""


def form_of(content_type: str, data: bytes, kind: type[msgspec.Struct]) -> Any:
    """Read a form into a struct of that kind. Its fields of bytes are files, the others text.

    Raises:
        Invalid: it names the fields, or the body if it is not a form.
    """
    files = {field.encode_name for field in msgspec.structs.fields(kind) if field.type is bytes}
    truths = {
        field.encode_name
        for field in msgspec.structs.fields(kind)
        if bool in (field.type, *get_args(field.type))
    }
    given: dict[str, Any] = {}
    for name, content in _parts(content_type, data):
        if name in given:
            raise Invalid.field(name, "is there twice")
        if name in files:
            given[name] = content
            continue
        text = content.decode(errors="replace")
        given[name] = _TRUTH.get(text.lower(), text) if name in truths else text
    try:
        return msgspec.convert(given, kind, builtin_types=(bytes,))
    except msgspec.ValidationError as error:
        raise Invalid.fields(faults_of(given, kind)) from error


def _parts(content_type: str, data: bytes) -> list[tuple[str, bytes]]:
    _, options = parse_options_header(content_type)
    limits = {"part_limit": MAX_PARTS, "spool_limit": IN_MEMORY_BYTES,
              "memory_limit": IN_MEMORY_BYTES, "disk_limit": 0}  # fmt: skip
    try:
        parser = MultipartParser(BytesIO(data), options.get("boundary", ""), **limits)
        return [(part.name, part.raw) for part in parser]
    except (MultipartError, UnicodeError) as error:
        raise Invalid.field("body", _MALFORMED) from error
